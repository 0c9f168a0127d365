"""Bookings go on whatever the mail server does, and every message arrives in the end."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from domain import clock
from domain.walltime import monday_of
from tests.faults.conftest import Open
from tests.faults.reckoning import booking_events, messages_about, settled
from tests.support.browser_form import Visitor
from tests.support.racing import race, rounds
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

pytestmark = pytest.mark.probe
THREADS = 50
CLIENTS = 200
DOCTORS = 4
Offer = Callable[[int], list[str]]


@pytest.fixture(scope="module")
def doctors(visitor: Open) -> list[Visitor]:
    addresses = ["doctor@example.org", *(f"doctor{n}@example.org" for n in range(2, DOCTORS + 1))]
    signed_in = [visitor().sign_in(address) for address in addresses]
    for doctor in signed_in:
        doctor.get("/calendar")
    return signed_in


@pytest.fixture(scope="module")
def offer(doctors: list[Visitor], store: Database[Any]) -> Offer:
    """Let the doctors offer ten half hours each on days of their own; return the slots by time."""
    next_day = iter(monday_of(clock.now().date()) + timedelta(days=42 + n) for n in range(40))

    def mornings(days: int) -> list[str]:
        dates = [next(next_day) for _ in range(days)]
        for doctor in doctors:
            offer_series(doctor, dates[0].isoformat(), dates[-1].isoformat())
        start = datetime.combine(dates[0], time(), tzinfo=UTC)
        offered = store.slots.find({"starts_at": {"$gte": start}}).sort("starts_at", 1)
        return [str(slot["_id"]) for slot in offered]

    return mornings


def offer_series(doctor: Visitor, from_date: str, until_date: str) -> None:
    answer = doctor.post(
        "/slots/series",
        weekdays=[str(number) for number in range(7)],
        from_date=from_date,
        until_date=until_date,
        start="08:00",
        end="13:00",
        minutes="30",
        pause="0",
    )
    assert answer.status_code == 303, answer.text


@pytest.fixture(scope="module")
def patients(visitor: Open) -> list[Visitor]:
    """The forty patients of the demo clinic and ten new ones, signed in."""
    # No more at once than there are cores: hashing passwords is meant to be slow.
    with ThreadPoolExecutor(2) as threads:
        known = threads.map(lambda address: visitor().sign_in(address), patient_addresses(40))
        new = threads.map(partial(registered, visitor), range(THREADS - 40))
        return [*known, *new]


def patient_addresses(count: int) -> Iterator[str]:
    yield "patient@example.org"
    for number in range(2, count + 1):
        yield f"patient{number}@example.org"


def registered(visitor: Open, number: int) -> Visitor:
    """Register somebody new and open a page as them."""
    newcomer = visitor()
    newcomer.get("/register")
    answer = newcomer.post(
        "/register",
        name=f"Newcomer {number}",
        email=f"newcomer{number}@example.org",
        password="bookwell-demo",
    )
    assert answer.status_code == 303, answer.text
    newcomer.get("/")
    return newcomer


def book(patient: Visitor, slot: str, key: str = "") -> int:
    form = {"reason": "", "idempotency_key": key or slot}
    return patient.post(f"/slots/{slot}/book", **form).status_code


def book_at_last(patient: Visitor, slot: str, key: str = "") -> int:
    """Do as an overloaded app asks: send the same form again until there is an answer."""
    return eventually(
        lambda: status if (status := book(patient, slot, key)) != 503 else None, within=120
    )


def book_all_at_last(patient: Visitor, slots: list[str]) -> list[int]:
    return [book_at_last(patient, slot) for slot in slots]


def book_all(patient: Visitor, slots: list[str]) -> list[int]:
    return [book(patient, slot) for slot in slots]


def test_a_thousand_bookings_survive_a_mail_server_that_is_killed_in_between(
    patients: list[Visitor], offer: Offer, store: Database[Any], mail: MailServer
) -> None:
    slots = offer(rounds(full=25, short=5))
    before = store.appointments.count_documents({})
    half = len(slots) // 2
    shares = [slots[number:half:THREADS] for number in range(THREADS)]
    rest = [slots[half + number :: THREADS] for number in range(THREADS)]
    answers = race([partial(book_all_at_last, v, s) for v, s in zip(patients, shares, strict=True)])
    mail.stop()
    answers += race([partial(book_all_at_last, v, s) for v, s in zip(patients, rest, strict=True)])
    mail.start()
    acknowledged = [status for share in answers for status in share]
    assert Counter(acknowledged) == {303: len(slots)}
    assert store.appointments.count_documents({}) - before == len(slots)
    assert len(store.appointments.distinct("slot_id", {"status": "booked"})) == (
        store.appointments.count_documents({"status": "booked"})
    )
    events = booking_events(store, slots)
    assert len(events) == len(slots)
    eventually(lambda: len(messages_about(mail, events)) == len(slots), within=120)
    eventually(lambda: settled(store))
    assert set(messages_about(mail, events).values()) == {1}
    print(f"{len(slots)} bookings by {THREADS} threads: each stored once, each confirmed once")


def test_two_hundred_clients_at_one_slot_get_one_booking_and_clear_refusals(
    patients: list[Visitor], offer: Offer, store: Database[Any], mail: MailServer
) -> None:
    times = rounds(full=50, short=1)
    slots = offer(-(-times // (10 * DOCTORS)))[:times]
    for slot in slots:
        tabs = [(patients[tab % THREADS], f"{slot}-{tab}") for tab in range(CLIENTS)]
        answers = race([partial(book_at_last, patient, slot, key) for patient, key in tabs])
        assert Counter(answers) == {303: 1, 409: CLIENTS - 1}
        (booked,) = store.appointments.find({"slot_id": ObjectId(slot)})
        assert store.events.count_documents({"subject_id": booked["_id"]}) == 1
    events = booking_events(store, slots)
    eventually(lambda: len(messages_about(mail, events)) == times)
    eventually(lambda: settled(store))
    assert set(messages_about(mail, events).values()) == {1}
    print(f"{times} rounds of {CLIENTS} clients: 1 booking, {CLIENTS - 1} times 409, 1 mail each")


def test_a_refused_address_is_parked_while_the_others_are_told(
    patients: list[Visitor], offer: Offer, store: Database[Any], mail: MailServer
) -> None:
    unlucky, *others = offer(1)[:10]
    mail.refuse("patient@example.org", "550 5.1.1 no such mailbox")
    assert book(patients[0], unlucky) == 303
    for patient, slot in zip(patients[1:], others, strict=False):
        assert book(patient, slot) == 303
    told = booking_events(store, others)
    eventually(lambda: len(messages_about(mail, told)) == len(others), within=60)
    parked = eventually(lambda: store.deliveries.find_one({"state": "parked"}))
    assert (parked["recipient"], parked["attempts"]) == ("patient@example.org", 1)
    assert parked["last_words"] == "550 5.1.1 no such mailbox"
    assert messages_about(mail, booking_events(store, [unlucky])) == Counter()
    print(f"1 address refused: parked after 1 attempt, {len(others)} others told within a minute")


@pytest.mark.parametrize("trouble", ["closed", "refusing", "temporary", "dropping", "hanging"])
def test_a_booking_does_not_wait_for_a_sick_mail_server(
    patients: list[Visitor], offer: Offer, store: Database[Any], mail: MailServer, trouble: str
) -> None:
    slots = offer(1)[: 10 * DOCTORS : DOCTORS]
    eventually(lambda: settled(store), within=60)
    parked = store.deliveries.count_documents({"state": "parked"})
    make_sick(mail, trouble)
    assert book_all(patients[1], slots) == [303] * len(slots)
    events = booking_events(store, slots)
    assert messages_about(mail, events) == Counter()
    if trouble == "refusing":
        # Before the server is well again, or it would accept what has not been tried yet.
        eventually(
            lambda: store.deliveries.count_documents({"state": "parked"}) == parked + len(slots)
        )
        return
    if trouble == "closed":
        mail.start()
    mail.accept()
    eventually(lambda: len(messages_about(mail, events)) == len(slots), within=120)


def make_sick(mail: MailServer, trouble: str) -> None:
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
