"""Every process looks for reminders; each patient gets one."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bson import ObjectId

from tests.faults.practice import Practice, running_practice
from tests.faults.reckoning import settled
from tests.support.racing import rounds
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

pytestmark = pytest.mark.probe
BOOKED = rounds(full=40, short=8)
CANCELLED = BOOKED // 4


@pytest.fixture
def practice(tmp_path: Path, mongodb_uri: str, mail: MailServer) -> Iterator[Practice]:
    days = -(-BOOKED // 10)
    settings = {"REMINDERS": "none", "NOTIFIER": '{"remind_every": 0.2}'}
    with running_practice(tmp_path, mongodb_uri, mail, days=days, **settings) as opened:
        yield opened


def reminded(mail: MailServer) -> Counter[str]:
    """Count the reminders by the event that they tell of."""
    return Counter(
        str(one.message["X-Event-Id"])
        for one in list(mail.received)
        if one.message["X-Event-Kind"] == "appointment.reminder"
    )


def test_three_processes_remind_each_patient_once_and_none_who_cancelled(
    practice: Practice,
) -> None:
    for slot in [next(practice.slots) for _ in range(BOOKED)]:
        assert practice.post_booking(slot).status_code == 303
    appointments = [one["_id"] for one in practice.store.appointments.find({})]
    for one in appointments[:CANCELLED]:
        assert practice.patient.post(f"/appointments/{one}/cancel").status_code == 303
    eventually(lambda: settled(practice.store), within=60)
    # As if all had been agreed on long ago: who has just booked needs no reminder.
    long_ago = datetime.now(UTC) - timedelta(days=30)
    practice.store.appointments.update_many({}, {"$set": {"scheduled_at": long_ago}})

    practice.restart(WEB_PROCESSES="3", REMINDERS="P30D")

    stand: set[ObjectId] = set(appointments[CANCELLED:])
    eventually(lambda: len(reminded(practice.mail)) >= len(stand), within=60)
    assert practice.server.stop() == 0
    practice.restart()  # and look once more
    eventually(lambda: settled(practice.store), within=60)
    told = reminded(practice.mail)
    about = {
        str(one["_id"]): one["subject_id"]
        for one in practice.store.events.find({"kind": "appointment.reminder"})
    }
    assert set(told.values()) == {1}
    assert sorted(about[event] for event in told) == sorted(stand)
    print(
        f"3 processes, {BOOKED} appointments, {CANCELLED} of them cancelled: {len(told)} reminders"
    )
