"""A model of the running system: fed with measured costs, checked against one machine, then scaled.

    python -m bench.simulate                      # measure, reproduce, extrapolate
    python -m bench.simulate --costs 1.2,1.0,2 --rate 1000

Each request is a chain: work in a web process (one at a time: Python), then in the database, as
often as it sends commands. Processes and database share the machine's cores. First a closed loop
of eight clients is measured and simulated; then bookings arrive at random on more machines.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import simpy

from bench.crowd import Member, ask
from bench.drain import _children, _cpu
from bench.flash_crowd import SECRET, prepare
from domain import clock, database
from domain.documents import DOCUMENTS, Slot
from domain.walltime import monday_of
from hosting.loop import LoopThread
from listeners import DOCUMENTS as LISTENER_DOCUMENTS
from tests.support.database import running_secantus
from tests.support.server import running_app

_CLIENTS, _SECONDS, _WEB = 8, 10.0, 2
_ALL = (*DOCUMENTS, *LISTENER_DOCUMENTS)


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU that one request takes: in the app, the database, the client; commands."""

    app: float
    database: float
    client: float = 0.0
    commands: int = 2


@dataclass(frozen=True)
class Machine:
    """Where it runs. `speed`: how much of its cores is ours; `database_cores`: it can use at most.

    `shared`: app, database and clients use the same cores.
    """

    web: int
    cores: int
    database_cores: int
    shared: bool
    speed: float = 1.0


class System:
    """Web processes, a database and cores, as queues."""

    def __init__(self, machine: Machine, seed: int = 1) -> None:
        self.env = simpy.Environment()
        self.machine, self.chance = machine, random.Random(seed)
        self.processes = [simpy.Resource(self.env) for _ in range(machine.web)]
        self.cores = simpy.Resource(self.env, machine.cores)
        self.database = simpy.Resource(self.env, machine.database_cores)
        self.database_cores = (
            self.cores if machine.shared else simpy.Resource(self.env, machine.database_cores)
        )
        self.seconds: list[float] = []

    def request(self, cost: Cost) -> Any:
        """Go through one request."""
        begun = self.env.now
        process = self.chance.choice(self.processes)
        steps = cost.commands + 1
        for step in range(steps):
            with process.request() as turn:
                yield turn
                yield from self._work(self.cores, cost.app / steps)
            if step < cost.commands:
                with self.database.request() as turn:
                    yield turn
                    yield from self._work(self.database_cores, cost.database / cost.commands)
        self.seconds.append(self.env.now - begun)

    def client(self, cost: Cost) -> Any:
        """Ask again and again."""
        while True:
            yield from self._work(self.cores, cost.client)
            yield from self.request(cost)

    def arrivals(self, cost: Cost, rate: float) -> Any:
        """Let requests come at random, so many a second."""
        while True:
            yield self.env.timeout(self.chance.expovariate(rate))
            self.env.process(self.request(cost))

    def _work(self, cores: simpy.Resource, seconds: float) -> Any:
        with cores.request() as turn:
            yield turn
            yield self.env.timeout(
                self.chance.expovariate(self.machine.speed / seconds) if seconds else 0
            )


def closed_loop(machine: Machine, cost: Cost, clients: int, seconds: float = 60) -> float:
    """Return how many requests a second so many clients get answered."""
    system = System(machine)
    for _ in range(clients):
        system.env.process(system.client(cost))
    system.env.run(until=seconds)
    return len(system.seconds) / seconds


def p95(machine: Machine, cost: Cost, rate: float, seconds: float = 60) -> float:
    """Return within how many seconds 95 % are answered when so many arrive a second."""
    system = System(machine)
    system.env.process(system.arrivals(cost, rate))
    system.env.run(until=seconds)
    served = len(system.seconds) >= 0.95 * rate * seconds
    return statistics.quantiles(system.seconds, n=20)[-1] if served else float("inf")


def fewest_processes(cost: Cost, rate: float, database_cores: int, most: int = 512) -> int | None:
    """Return the fewest web processes (a core each) that answer 95 % within half a second."""
    low = 1
    while low <= most:
        machine = Machine(low, low, database_cores, shared=False)
        if p95(machine, cost, rate, seconds=20) <= 0.5:
            return low
        low = low + 1 if low < 16 else low * 5 // 4
    return None


def measure() -> tuple[Cost, float, float]:
    """Return a week's cost, the rate that eight clients get, and our share of the cores."""
    others = _children()
    with tempfile.TemporaryDirectory() as folder, running_secantus(Path(folder)) as uri:
        (database_pid,) = set(_children()).difference(others)
        loop = LoopThread().start()
        loop.run(database.connect(uri, "model", _ALL))
        members, _ = loop.run(prepare(_CLIENTS, 4, 20))
        [slot] = loop.run(Slot.find({"status": "open"}).limit(1).to_list())
        doctor = slot.doctor_id
        database.close()
        loop.stop()
        settings = {"MONGODB_URI": uri, "MONGODB_DATABASE": "model", "SECRET_KEY": SECRET}
        with running_app(Path(folder), DEMO="0", WEB_PROCESSES=str(_WEB), **settings) as app:
            assert app.process is not None
            day = monday_of((clock.now() + timedelta(days=7)).date())
            path = f"/doctors/{doctor}?date={day}"
            pids = [app.process.pid, *_children_of(app.process.pid)]
            asyncio.run(_load(app.url, path, members, 2))
            before = _busy(pids, database_pid)
            begun = time.monotonic()
            count = asyncio.run(_load(app.url, path, members, _SECONDS))
            took = time.monotonic() - begun
            after = _busy(pids, database_pid)
    app_cpu, database_cpu, own, idle = (b - a for a, b in zip(before, after, strict=True))
    ours = app_cpu + database_cpu + own
    speed = min(1.0, (ours + idle) / (took * _cores()))
    cost = Cost(app_cpu / count, database_cpu / count, own / count)
    return cost, count / took, speed


async def _load(url: str, path: str, members: list[Member], seconds: float) -> int:
    end, counts = time.monotonic() + seconds, [0]

    async def one(who: Member) -> None:
        while time.monotonic() < end:
            status, _ = await ask(url, path, who)
            assert status == 200, status
            counts[0] += 1

    await asyncio.gather(*(one(who) for who in members))
    return counts[0]


def _busy(pids: list[int], database_pid: int) -> tuple[float, float, float, float]:
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    idle = (int(fields[4]) + int(fields[5])) / 100
    return sum(map(_cpu, pids)), _cpu(database_pid), time.process_time(), idle


def _children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in text.split()]


def _cores() -> int:
    return Path("/proc/cpuinfo").read_text().count("processor\t")


def main() -> None:
    """Measure and reproduce, unless costs are given; then extrapolate."""
    options = _options()
    if options.costs:
        app, base, commands = options.costs.split(",")
        cost = Cost(float(app) / 1000, float(base) / 1000, commands=int(commands))
    else:
        cost = _reproduced()
    print(f"\nbookings and their pages, database {options.database_cores} cores:")
    for rate in (options.rate / 6, options.rate, options.rate * 5):
        each = rate / 60 * options.requests
        needed = fewest_processes(cost, each, options.database_cores)
        words = f"{needed} web processes" if needed else "more than this database can serve"
        print(f"{rate:7.0f} bookings a minute ({each:6.0f} requests a second): {words}")


def _reproduced() -> Cost:
    cost, rate, speed = measure()
    machine = Machine(_WEB, _cores(), 1, shared=True, speed=speed)
    simulated = closed_loop(machine, cost, _CLIENTS)
    print(
        f"measured: {1000 * cost.app:.2f} ms app, {1000 * cost.database:.2f} ms database, "
        f"{1000 * cost.client:.2f} ms client; {speed:.0%} of {_cores()} cores were ours\n"
        f"{_CLIENTS} clients: measured {rate:.0f} requests a second, simulated {simulated:.0f} "
        f"(ratio {simulated / rate:.2f})"
    )
    return cost


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--costs", help="ms of app, ms of database and commands of one request")
    parser.add_argument("--rate", type=float, default=1000, help="bookings a minute")
    parser.add_argument("--requests", type=float, default=6, help="requests for each booking")
    parser.add_argument("--database-cores", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    main()
