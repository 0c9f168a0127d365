"""Whether a booking waits for a sick mail server: p95 of bookings, sick against well, in one run.

    python -m bench.sick_mail                              # every trouble
    python -m bench.sick_mail --trouble hanging --blocks 20

The app runs in two processes of its own, database and mail server in others. Blocks of bookings
with the mail server well and sick take turns (well, sick, sick, well), so that whatever else the
machine does falls on both alike; before each block all messages of the one before have left.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.faults.practice import Practice, running_practice
from tests.faults.reckoning import settled
from tests.support.database import running_secantus
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

_TROUBLES = ("closed", "refusing", "temporary", "dropping", "hanging", "slow")
_WARM_UP = 10
_DAY = 10


def make_sick(mail: MailServer, trouble: str) -> None:
    """Let the mail server have a trouble."""
    match trouble:
        case "closed":
            mail.stop()
        case "refusing":
            mail.answer("550 5.7.1 no")
        case "temporary":
            mail.answer("451 4.3.0 later")
        case "dropping":
            mail.drop()
        case "hanging":
            mail.hang()
        case "slow":
            mail.slow(60)


def make_well(mail: MailServer, trouble: str) -> None:
    """End the trouble."""
    if trouble == "closed":
        mail.start()
    mail.accept()
    mail.cut_connections()


def booked(practice: Practice, number: int) -> list[float]:
    """Book some slots, one after the other; return the milliseconds of each."""
    taken = []
    for _ in range(number):
        slot = next(practice.slots)
        started = time.perf_counter()
        status = practice.post_booking(slot).status_code
        taken.append(1000 * (time.perf_counter() - started))
        assert status == 303, status
    return taken


def compare(practice: Practice, trouble: str, blocks: int, size: int) -> tuple[list[float], ...]:
    """Return the times of bookings while the mail server is well, and while it is sick."""
    well: list[float] = []
    sick: list[float] = []
    booked(practice, _WARM_UP)
    for number in range(2 * blocks):
        eventually(lambda: settled(practice.store), within=300)
        if number % 4 in (0, 3):
            well += booked(practice, size)
        else:
            make_sick(practice.mail, trouble)
            sick += booked(practice, size)
            make_well(practice.mail, trouble)
    return well, sick


def p95(times: Sequence[float]) -> float:
    """Return the time within which 95 of 100 were done."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


@contextmanager
def _practice(bookings: int) -> Iterator[Practice]:
    mail = MailServer().start()
    with tempfile.TemporaryDirectory() as folder, running_secantus(Path(folder)) as uri:
        days = -(-bookings // _DAY)
        settings = {"WEB_PROCESSES": "2", "LOG_LEVEL": "WARNING", "BOOKING_HORIZON": "P400D"}
        with running_practice(Path(folder), uri, mail, days=days, **settings) as practice:
            yield practice
    mail.close()


def main() -> None:
    """Measure, and print the figures."""
    options = _options()
    for trouble in options.trouble:
        with _practice(2 * options.blocks * options.size + _WARM_UP) as practice:
            well, sick = compare(practice, trouble, options.blocks, options.size)
        print(
            f"mail server {trouble:9}: {len(sick)} bookings each way; well p50 "
            f"{statistics.median(well):.1f} p95 {p95(well):.1f} ms, sick p50 "
            f"{statistics.median(sick):.1f} p95 {p95(sick):.1f} ms; ratio of p95 "
            f"{p95(sick) / p95(well):.2f}, of p50 "
            f"{statistics.median(sick) / statistics.median(well):.2f}",
            flush=True,
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--trouble", nargs="+", choices=_TROUBLES, default=list(_TROUBLES))
    parser.add_argument("--blocks", type=int, default=8, help="blocks of each kind")
    parser.add_argument("--size", type=int, default=20, help="bookings in a block")
    return parser.parse_args()


if __name__ == "__main__":
    main()
