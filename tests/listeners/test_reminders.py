"""Reminders are looked for by every process and reach each patient once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from beanie.odm.utils.dump import get_dict
from pymongo import MongoClient

from domain import clock
from domain.database import OUTAGES
from domain.documents import Appointment, AppointmentStatus, EventRecord
from domain.ids import new_id
from domain.walltime import cells_of
from listeners import reminders
from listeners.documents import Delivery
from tests.conftest import Run
from tests.listeners.conftest import Notify
from tests.listeners.facts import created, store
from tests.listeners.test_outages import NotifierProcess
from tests.support.database import Database
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

_numbers = count(1)
SOON = timedelta(minutes=90)


def booked(number: int, status: AppointmentStatus = AppointmentStatus.BOOKED) -> Appointment:
    """Return an appointment that starts soon and was agreed on long ago."""
    starts_at = (clock.now() + SOON).replace(second=0, microsecond=0)
    starts_at -= timedelta(minutes=starts_at.minute % 5)
    ends_at = starts_at + timedelta(minutes=30)
    return Appointment(
        reference=f"REF-{next(_numbers)}",
        slot_id=new_id(),
        doctor_id=new_id(),
        doctor_name="Dr. Amal Weber",
        patient_id=new_id(),
        patient_name="Mira Lindqvist",
        patient_email=f"patient{number}@example.org",
        starts_at=starts_at,
        ends_at=ends_at,
        wall_start=f"{starts_at:%Y-%m-%dT%H:%M}",
        zone="UTC",
        cells=cells_of(starts_at, ends_at),
        status=status,
        created_at=starts_at - timedelta(days=9),
        scheduled_at=starts_at - timedelta(days=9),
    )


def some_of_each() -> list[Appointment]:
    """Return five appointments that stand and two that were cancelled."""
    stand = [booked(number) for number in range(5)]
    return stand + [booked(number, AppointmentStatus.CANCELLED) for number in (5, 6)]


def reminded(mail_server: MailServer) -> list[str]:
    return sorted(
        mail.recipients[0]
        for mail in list(mail_server.received)
        if mail.message["X-Event-Kind"] == "appointment.reminder"
    )


FIVE = [f"patient{number}@example.org" for number in range(5)]


def test_three_notifiers_at_once_remind_each_patient_once(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    for one in some_of_each():
        run(one.insert())

    notifiers = [notifying(remind_every=0.02) for _ in range(3)]

    eventually(lambda: reminded(mail_server) == FIVE)
    for notifier in notifiers:
        notifier.join()
    assert reminded(mail_server) == FIVE
    assert run(EventRecord.find({"kind": "appointment.reminder"}).count()) == 5


def test_what_falls_due_while_running_is_found(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    notifying(remind_every=0.02).join()

    run(booked(0).insert())

    eventually(lambda: reminded(mail_server) == FIVE[:1])


@pytest.mark.parametrize("trouble", [OUTAGES[0]("away"), ZeroDivisionError(), TimeoutError()])
def test_a_look_that_fails_is_followed_by_another(
    run: Run,
    notifying: Notify,
    mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Exception,
) -> None:
    troubles = [trouble, trouble]
    real: Callable[[], Any] = reminders.remind_due

    async def troubled() -> int:
        if troubles:
            raise troubles.pop()
        return int(await real())

    monkeypatch.setattr(reminders, "remind_due", troubled)
    run(booked(0).insert())

    notifying(remind_every=0.02)

    eventually(lambda: reminded(mail_server) == FIVE[:1])


def test_stopping_during_a_long_round_breaks_no_message_off(
    run: Run, notifying: Notify, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = asyncio.Event()

    async def long_round() -> int:
        await is_over.wait()
        return 0

    async def end_it() -> None:
        is_over.set()

    monkeypatch.setattr(reminders, "remind_due", long_round)
    run(store(*[created() for _ in range(60)]))
    mail_server.slow(0.5)
    notifier = notifying()
    eventually(lambda: mail_server.received)

    notifier.stop(10.0)

    run(end_it())
    assert run(Delivery.find({"cut": {"$gt": 0}}).count()) == 0
    assert run(Delivery.find({"state": "sent"}).count()) == len(mail_server.received)


@pytest.mark.probe
@pytest.mark.usefixtures("loop")
def test_three_processes_remind_each_patient_once(mail_server: MailServer, tmp_path: Path) -> None:
    database = Database(tmp_path)
    with MongoClient[dict[str, Any]](database.uri) as client:
        stored = [get_dict(one, to_db=True) for one in some_of_each()]
        client["process"]["appointments"].insert_many(stored)
    processes = [NotifierProcess(database, mail_server, tmp_path) for _ in range(3)]
    try:
        eventually(lambda: reminded(mail_server) == FIVE, within=90)
        last = [process.tell() for process in processes]
        eventually(
            lambda: {str(m.message["X-Event-Id"]) for m in mail_server.received} >= {*last},
            within=90,
        )
        assert reminded(mail_server) == FIVE
    finally:
        for process in processes:
            process.end()
        database.kill()
    print("3 processes, 5 appointments, 2 cancelled: 5 reminders")
