"""Bookings are as quick beside a mail server that hangs as beside one that is well."""

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.sick_mail import compare, p95
from tests.faults.practice import Practice, running_practice
from tests.support.racing import rounds
from tests.support.smtp import MailServer

pytestmark = pytest.mark.probe
BLOCKS, SIZE = rounds(full=(8, 20), short=(2, 10))
# Of a few bookings on a machine that tests share, the 95th of 100 says little: the middle one must
# do in the short round. `python -m bench.sick_mail` measures more, and every kind of trouble.
MOST = rounds(full=1.1, short=2.0)


@pytest.fixture
def practice(tmp_path: Path, mongodb_uri: str, mail: MailServer) -> Iterator[Practice]:
    days = -(-(2 * BLOCKS * SIZE + 10) // 10)
    # What is not answered is tried again and parked within the test.
    impatient = '{"mail_timeout": 2, "answer_timeout": 2, "unheard_pause": 1}'
    settings = {"WEB_PROCESSES": "2", "NOTIFIER": impatient}
    with running_practice(tmp_path, mongodb_uri, mail, days=days, **settings) as opened:
        yield opened


def test_a_mail_server_that_hangs_slows_no_booking(practice: Practice) -> None:
    well, sick = compare(practice, "hanging", BLOCKS, SIZE)
    ratio = statistics.median(sick) / statistics.median(well)
    assert ratio <= MOST
    print(
        f"{len(sick)} bookings each way, mail server hanging: ratio to normal {ratio:.2f} of the "
        f"median, {p95(sick) / p95(well):.2f} of p95 ({p95(well):.0f} to {p95(sick):.0f} ms)"
    )
