"""The database goes away for a while: whoever asks is told so soon, and nothing told is lost."""

import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.faults.practice import Practice, running_practice
from tests.faults.reckoning import reckon, settled
from tests.support.database import Database
from tests.support.racing import rounds
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

pytestmark = pytest.mark.probe
AWAY_SECONDS = rounds(full=60, short=3)
LONGEST_ANSWER = 5.0


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    server = Database(tmp_path_factory.mktemp("database"))
    yield server
    server.kill()


@pytest.fixture(scope="module")
def practice(
    tmp_path_factory: pytest.TempPathFactory, database: Database, mail_server: MailServer
) -> Iterator[Practice]:
    folder = tmp_path_factory.mktemp("practice")
    with running_practice(folder, database.uri, mail_server, days=2, WEB_PROCESSES="2") as opened:
        yield opened


def refused_soon(ask: Callable[[], httpx.Response]) -> float:
    """Ask for something that needs the database; return the seconds until the refusal."""
    started = time.monotonic()
    answer = ask()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    return time.monotonic() - started


@pytest.mark.parametrize(
    ("take_away", "bring_back"),
    [(Database.kill, Database.start), (Database.freeze, Database.thaw)],
    ids=["killed", "frozen"],
)
def test_an_outage_is_told_soon_ends_unaided_and_loses_nothing(
    practice: Practice,
    database: Database,
    take_away: Callable[[Database], None],
    bring_back: Callable[[Database], None],
) -> None:
    told = [next(practice.slots) for _ in range(3)]
    assert [practice.post_booking(slot).status_code for slot in told] == [303] * 3
    during = next(practice.slots)
    ways = [
        lambda: practice.patient.get("/"),
        lambda: practice.post_booking(during),
        lambda: httpx.get(f"{practice.server.url}/readyz", timeout=60),
    ]

    take_away(database)
    began = time.monotonic()
    seconds = [refused_soon(ask) for ask in ways]
    while time.monotonic() < began + AWAY_SECONDS:
        seconds += [refused_soon(ask) for ask in ways]
    bring_back(database)
    back = time.monotonic()
    eventually(lambda: practice.post_booking(during).status_code == 303, within=60)
    recovered = time.monotonic() - back

    eventually(lambda: settled(practice.store), within=60)
    found = reckon(practice.store, practice.mail)
    booked = {str(one["slot_id"]) for one in practice.store.appointments.find({})}
    assert {*told, during} <= booked
    assert (found.torn, found.unconfirmed, found.retold, found.doubled) == (False, set(), set(), {})
    assert max(seconds) <= LONGEST_ANSWER
    print(
        f"database away for {back - began:.0f} s: {len(seconds)} times 503, the slowest after "
        f"{max(seconds):.1f} s; booked again {recovered:.1f} s after its return; 0 lost"
    )
