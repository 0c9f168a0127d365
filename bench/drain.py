"""How fast waiting messages leave: a backlog of bookings, a real SMTP server, one process.

    python -m bench.drain                      # 3000 messages, once without batches and once with
    python -m bench.drain --messages 10000 --workers 4 --batch 32
    python -m bench.drain --redis              # one worker, by way of a real redis-server
    python -m bench.drain --mongodb URI        # on a MongoDB of yours instead of the embedded one

Database, mail server and sender are processes of their own on this machine; times include all.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.growth import memory
from bench.sink import Sink
from domain import clock, database
from domain.documents import DOCUMENTS, EventRecord
from domain.events import AppointmentCreated, to_record
from hosting.loop import LoopThread
from listeners import DOCUMENTS as LISTENER_DOCUMENTS
from listeners.config import NotifierConfig
from listeners.documents import Delivery, DeliveryState
from listeners.notifier import Notifier
from listeners.worker import Worker
from tests.listeners.facts import appointment, created
from tests.support.database import running_secantus
from tests.support.redis import RedisServer

_CHUNK, _PARTS = 500, 5
_TICK = os.sysconf("SC_CLK_TCK")


async def fill(messages: int) -> None:
    """Store bookings with their deliveries, as a crash before the first message leaves them."""
    for start in range(0, messages, _CHUNK):
        numbers = range(start, min(start + _CHUNK, messages))
        events = [_booked(number) for number in numbers]
        records = [to_record(event) for event in events]
        for record in records:
            record.handled, record.handled_at = True, clock.now()
        await EventRecord.insert_many(records)
        await Delivery.insert_many([_waiting(event) for event in events])


def _booked(number: int) -> AppointmentCreated:
    """Return a booking that differs from its neighbours in patient, doctor and time."""
    day, hour, minute = 1 + number % 28, 8 + number % 11, number % 60
    facts = appointment(
        patient_email=f"patient{number}@example.org",
        doctor_name=f"Dr. {number % 40}",
        wall_start=f"2026-12-{day:02d}T{hour:02d}:{minute:02d}",
    )
    return created(facts)


def _waiting(event: Any) -> Delivery:
    return Delivery(
        event_id=event.id,
        event_kind=event.kind,
        occurred_at=event.occurred_at,
        subject_id=event.subject_id,
        channel="email",
        recipient=event.appointment.patient_email,
        message="appointment_created",
        due_at=event.occurred_at,
        created_at=event.occurred_at,
    )


async def _left() -> int:
    waiting = [
        Delivery.find({"state": state}).count()
        for state in (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.FAILED)
    ]
    return sum(await asyncio.gather(*waiting))


async def _empty() -> None:
    for document in (EventRecord, Delivery):
        await document.get_motor_collection().delete_many({})


@dataclass(frozen=True)
class Figures:
    """What one drain took: seconds, and CPU seconds by process.

    `parts`: for each fifth of the messages, how many a second, and the sender's memory in MB.
    """

    seconds: float
    cpu: dict[str, float]
    parts: list[tuple[float, float]]


def drain(
    loop: LoopThread, config: NotifierConfig, sink: Sink, processes: dict[str, int], messages: int
) -> Figures:
    """Send everything that waits."""
    loop.run(_empty())
    loop.run(fill(messages))
    before = sink.counts()[0]
    started, busy = time.monotonic(), {name: _cpu(pid) for name, pid in processes.items()}
    sender = (Worker if config.redis_url else Notifier)(config, loop).start()
    parts = _parts(sink, before, messages)
    while loop.run(_left()):
        time.sleep(0.05)
    seconds = time.monotonic() - started
    cpu = {name: _cpu(pid) - busy[name] for name, pid in processes.items()}
    sender.stop()
    return Figures(seconds, cpu, parts)


def _parts(sink: Sink, before: int, messages: int) -> list[tuple[float, float]]:
    """Return the speed and the memory of each part of a drain, once all was accepted."""
    parts, sent, moment = [], before, time.monotonic()
    for part in range(1, _PARTS + 1):
        while (now := sink.counts()[0]) < before + messages * part // _PARTS:
            time.sleep(0.05)
        parts.append(((now - sent) / (time.monotonic() - moment), memory()))
        sent, moment = now, time.monotonic()
    return parts


def _cpu(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _children() -> list[int]:
    tasks = Path("/proc/self/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


@contextmanager
def _connected(mongodb: str | None = None) -> Iterator[tuple[LoopThread, dict[str, int]]]:
    """Yield a loop that is connected to a database, and the database's process if it is ours."""
    others = set(_children())
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        uri = mongodb or opened.enter_context(running_secantus(folder))
        loop = LoopThread().start()
        loop.run(database.connect(uri, "bookwell_bench", (*DOCUMENTS, *LISTENER_DOCUMENTS)))
        ours = set(_children()) - others
        yield loop, {"database": ours.pop()} if ours else {}
        database.close()
        loop.stop()


@contextmanager
def _redis(*, wanted: bool) -> Iterator[tuple[str | None, dict[str, int]]]:
    if not wanted:
        yield None, {}
        return
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(Path(folder)).start()
        yield server.url, {"Redis": server.pid}
        server.kill()


def main() -> None:
    """Measure, and print the figures."""
    options = _options()
    sink = Sink()
    speeds: list[float] = []
    print(f"{options.messages} messages, {options.workers} threads, {os.cpu_count()} cores")
    with (
        _connected(options.mongodb) as (loop, stored),
        _redis(wanted=options.redis) as (url, queued),
    ):
        processes = {"sender": os.getpid(), "mail server": sink.pid, **stored, **queued}
        for batch in options.batch:
            config = _config(sink.port, options.workers, batch, url)
            figures = drain(loop, config, sink, processes, options.messages)
            speeds.append(options.messages / figures.seconds)
            print(f"batches of up to {batch}: {_described(figures, speeds[-1], options)}")
            for speed, megabytes in figures.parts:
                print(f"  a fifth: {speed:.0f} messages/s, sender {megabytes:.0f} MB")
    print(f"ratio of the last to the first: {speeds[-1] / speeds[0]:.2f}")
    count, different = sink.counts()
    print(f"accepted {count}, different {different}")
    sink.close()


def _described(figures: Figures, speed: float, options: argparse.Namespace) -> str:
    each = {name: 1000 * cpu / options.messages for name, cpu in figures.cpu.items()}
    costs = ", ".join(f"{name} {cost:.2f}" for name, cost in each.items())
    return (
        f"{speed:.0f} messages/s, {speed / options.workers:.0f} per thread; ms of CPU per "
        f"message: {costs}, {sum(each.values()):.2f} together"
    )


def _config(port: int, workers: int, batch: int, redis_url: str | None = None) -> NotifierConfig:
    return NotifierConfig(
        mail_server="127.0.0.1",
        mail_port=port,
        mail_from="clinic@example.org",
        mail_folder=Path("unused"),
        public_url="https://book.example.org",
        workers=workers,
        batch=batch,
        redis_url=redis_url,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--messages", type=int, default=3000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--redis", action="store_true", help="by way of Redis, as a worker does")
    parser.add_argument("--mongodb", help="a replica set to measure on; its bookwell_bench is used")
    return parser.parse_args()


if __name__ == "__main__":
    main()
