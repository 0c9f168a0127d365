"""Figures that several processes count are told as one, whichever of them is asked."""

from pathlib import Path

import httpx
import pytest
from prometheus_client import Counter, Histogram
from prometheus_client.parser import text_string_to_metric_families

from domain.database import OUTAGES
from hosting.figures import Figures, Totals
from hosting.loop import LoopThread
from listeners.waiting import Waiting
from tests.conftest import Run
from tests.support.server import running_app
from tests.support.waiting import eventually

PIECES = Counter("bookwell_test_pieces", "Pieces, by kind.", ["kind"])
SECONDS = Histogram("bookwell_test_seconds", "Seconds.", ["kind"], buckets=(0.5, 1))
ELSEWHERE = Counter("elsewhere_pieces", "Somebody else's.")


def read(told: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(told.decode())
        for sample in family.samples
    }


@pytest.fixture
def figures(run: Run, loop: LoopThread) -> Figures:
    return Figures(loop, Waiting().figures)


def pieces(kind: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    return "bookwell_test_pieces_total", (("kind", kind),)


def test_what_is_counted_is_added_up_once(figures: Figures, run: Run) -> None:
    before = read(run(figures.told())).get(pieces("a.b"), 0)
    PIECES.labels("a.b").inc(3)
    assert read(run(figures.told()))[pieces("a.b")] == before + 3
    assert read(run(figures.told()))[pieces("a.b")] == before + 3


def test_another_process_counts_into_the_same_totals(
    figures: Figures, loop: LoopThread, run: Run
) -> None:
    PIECES.labels("shared").inc(2)
    run(figures.told())
    # What a process that has counted the same stands for: it has its own memory of what it added.
    another = Figures(loop, Waiting().figures)
    assert read(run(another.told()))[pieces("shared")] == 4
    assert read(run(figures.told()))[pieces("shared")] == 4


def test_a_histogram_keeps_its_buckets_in_order(figures: Figures, run: Run) -> None:
    for seconds in (0.2, 0.7, 5):
        SECONDS.labels("any").observe(seconds)
    told = run(figures.told())
    lines = [line for line in told.decode().splitlines() if line.startswith("bookwell_test_sec")]
    assert [line.rpartition(" ")[2] for line in lines if "_bucket" in line] == ["1.0", "2.0", "3.0"]
    assert read(told)["bookwell_test_seconds_count", (("kind", "any"),)] == 3


def test_what_others_count_in_this_process_stays_out(figures: Figures, run: Run) -> None:
    ELSEWHERE.inc()
    assert b"elsewhere" not in run(figures.told())
    assert b"_created" not in run(figures.told())


def test_a_stop_adds_up_what_was_counted_last(figures: Figures, loop: LoopThread, run: Run) -> None:
    figures.start()
    run(figures.told())
    PIECES.labels("last").inc()
    figures.stop()
    (stored,) = run(Totals.find({"_id": "bookwell_test_pieces"}).to_list())
    assert sum(value for key, value in stored.samples.items() if "last" in key) >= 1


def test_without_the_database_that_is_what_is_told(
    figures: Figures, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> None:
        raise OUTAGES[0]("away")

    monkeypatch.setattr("hosting.figures._totals", away)
    assert read(run(figures.told())) == {("bookwell_database_up", ()): 0.0}


def test_every_web_process_tells_what_all_have_served(tmp_path: Path) -> None:
    alive = (
        "bookwell_requests_total",
        (("method", "GET"), ("page", "health.alive"), ("status", "200")),
    )
    with running_app(tmp_path, DEMO="0", WEB_PROCESSES="2") as server:
        for _ in range(30):
            assert httpx.get(f"{server.url}/healthz").status_code == 200

        def told() -> float:
            return read(httpx.get(f"{server.url}/metrics").content).get(alive, 0)

        eventually(lambda: told() == 30)
        assert [told() for _ in range(10)] == [30] * 10
