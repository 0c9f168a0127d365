"""Messages to people who were erased, and messages of times long past, are forgotten."""

from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import time_machine

from domain import clock
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.erasing import erase
from domain.actions.erasures import open_erasures
from domain.actions.registering import register
from domain.changing import change_one
from domain.documents import EventRecord, Role, Slot, User
from listeners.channels.folder import file_name
from listeners.documents import UNSETTLED, Delivery, DeliveryState
from listeners.forgetting import forget
from listeners.resending import sent_again
from tests.conftest import Run
from tests.domain.commands import interrupted
from tests.domain.conftest import House
from tests.listeners.conftest import Notify
from tests.support.smtp import MailServer
from tests.support.waiting import eventually


def cancelled(house: House, patient: User, slot: Slot) -> None:
    booked = house.run(book(slot.id, patient, reason="A rash"))
    house.run(cancel(booked.id, patient))


def deliveries(run: Run, recipient: str = "") -> list[Delivery]:
    found = run(Delivery.find({}).to_list())
    return [one for one in found if recipient in one.recipient]


def refused(run: Run, patient: User) -> list[Delivery]:
    """Return what the mail server did not take and is to be tried again."""
    return [one for one in deliveries(run, patient.email) if one.state is DeliveryState.FAILED]


def whose_message_waits(notifying: Notify, run: Run, mail_server: MailServer) -> User:
    """Return a patient whose message was not accepted and waits, while nobody sends."""
    house = House(run)
    doctor, patient = house.person(Role.DOCTOR), house.person()
    mail_server.answer("451 later")
    notifier = notifying(retry_first=30.0, retry_cap=30.0)
    cancelled(house, patient, house.slot(doctor))
    eventually(lambda: refused(run, patient))
    notifier.stop(5.0)
    return patient


def test_files_and_addresses_of_whoever_was_erased_are_gone(
    notifying: Notify, run: Run, tmp_path: Path
) -> None:
    house = House(run)
    doctor, patient, other = house.person(Role.DOCTOR), house.person(), house.person()
    folder = tmp_path / "mail"
    notifier = notifying(mail_server=None)
    cancelled(house, patient, house.slot(doctor))
    run(book(house.slot(doctor, start=time(14)).id, other))
    notifier.join()
    assert len(deliveries(run, patient.email)) == 2
    kept = sum(other.email in path.read_text() for path in folder.glob("*.eml"))
    run(erase(patient, actor=patient))
    run(forget(folder))
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        run(forget(folder))
    assert deliveries(run, patient.email) == []
    texts = [path.read_text() for path in folder.glob("*.eml")]
    assert not any(patient.email in text or patient.name in text for text in texts)
    assert sum(other.email in text for text in texts) == kept == 1
    assert run(open_erasures()) == []


def test_a_message_that_waits_is_not_sent_to_whoever_was_erased(
    notifying: Notify, run: Run, mail_server: MailServer, tmp_path: Path
) -> None:
    patient = whose_message_waits(notifying, run, mail_server)
    run(erase(patient, actor=patient))
    spoilt = deliveries(run, patient.email)[-1]
    run(change_one(Delivery, {"_id": spoilt.id}, {"$unset": {"message": ""}}))
    run(forget(tmp_path))
    run(change_one(Delivery, {"_id": spoilt.id}, {"$set": {"message": spoilt.message}}))
    mine = [one for one in deliveries(run) if one.recipient.startswith("erased-")]
    assert {one.state for one in mine} == {DeliveryState.SUPERSEDED}
    assert all(not one.history and not one.last_words for one in mine)


def test_what_cannot_be_read_of_whoever_was_erased_keeps_the_erasure_open_and_stops_nothing(
    notifying: Notify, run: Run, tmp_path: Path, caplog: Any
) -> None:
    house = House(run)
    doctor = house.person(Role.DOCTOR)
    patients = [house.person() for _ in range(3)]
    notifier = notifying(mail_server=None)
    for hour, patient in enumerate(patients, 9):
        cancelled(house, patient, house.slot(doctor, start=time(hour)))
    notifier.join()
    told_badly, written_badly, readable = patients
    about = {"kind": "appointment.created", "actor_id": told_badly.id}
    assert run(change_one(EventRecord, about, {"$set": {"payload": "none"}}))
    [unread, *_] = deliveries(run, written_badly.email)
    assert run(change_one(Delivery, {"_id": unread.id}, {"$set": {"state": "dreamt"}}))
    for patient in patients:
        run(erase(patient, actor=None))
    idle = house.run(register(email="idle@example.org", password="a long password", name="Idle"))
    with time_machine.travel(clock.now() + timedelta(days=31)):
        run(forget(tmp_path))
        assert set(run(open_erasures())) == {told_badly.id, written_badly.id, idle.id}
    assert house.now(idle).name == "Erased patient"
    assert run(change_one(Delivery, {"_id": unread.id}, {"$set": {"state": "sent"}}))
    assert deliveries(run, readable.email) == []
    told = str(run(EventRecord.find({"payload": {"$ne": "none"}}).to_list()))
    assert not any(one.name in told or one.email in told for one in patients)
    assert [one.id for one in deliveries(run, written_badly.email)] == [unread.id]
    assert all(str(one) in caplog.text for one in (told_badly.id, written_badly.id, unread.id))


def test_settled_messages_go_after_their_period_and_others_stay(
    notifying: Notify, run: Run, tmp_path: Path
) -> None:
    house = House(run)
    doctor, patient = house.person(Role.DOCTOR), house.person()
    folder = tmp_path / "mail"
    notifier = notifying(mail_server=None)
    cancelled(house, patient, house.slot(doctor))
    notifier.join()
    with time_machine.travel(clock.now() + timedelta(days=179)):
        run(forget(folder))
    assert len(deliveries(run, patient.email)) == 2
    spoilt = deliveries(run, patient.email)[0]
    run(change_one(Delivery, {"_id": spoilt.id}, {"$unset": {"message": ""}}))
    with time_machine.travel(clock.now() + timedelta(days=181)):
        run(forget(folder))
    assert deliveries(run) == []
    assert list(folder.glob("*.eml")) == []


def test_an_old_message_that_is_to_be_sent_again_stays(
    notifying: Notify, run: Run, mail_server: MailServer, tmp_path: Path
) -> None:
    patient = whose_message_waits(notifying, run, mail_server)
    [one] = refused(run, patient)
    parked = {"state": DeliveryState.PARKED, "settled_at": clock.now()}
    run(change_one(Delivery, {"_id": one.id}, {"$set": parked}))
    file = tmp_path / file_name(f"<{one.id}@>")
    file.touch()
    resting = run(Delivery.get(one.id))
    with time_machine.travel(clock.now() + timedelta(days=181)):
        asked = partial(run, sent_again(resting, "desk"))
        with interrupted(asked, after=1, of="deliveries"):
            run(forget(tmp_path))
    assert run(Delivery.get(one.id)).state is DeliveryState.PENDING
    assert file.exists()


def test_a_message_that_is_settled_late_goes_after_its_period_too(
    notifying: Notify, run: Run, mail_server: MailServer, tmp_path: Path
) -> None:
    whose_message_waits(notifying, run, mail_server)
    with time_machine.travel(clock.now() + timedelta(days=181)):
        run(forget(tmp_path))
        late = [one for one in deliveries(run) if one.state in UNSETTLED]
        assert late
        for one in late:
            settled = {"state": DeliveryState.SENT, "settled_at": clock.now()}
            run(change_one(Delivery, {"_id": one.id}, {"$set": settled}))
    with time_machine.travel(clock.now() + timedelta(days=182)):
        run(forget(tmp_path))
        assert [one.id for one in deliveries(run)] == [one.id for one in late]
    with time_machine.travel(clock.now() + timedelta(days=363)):
        run(forget(tmp_path))
        assert deliveries(run) == []
