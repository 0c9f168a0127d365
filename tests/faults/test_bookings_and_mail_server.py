"""Bookings go on whatever the mail server does, and every message arrives in the end."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from domain import clock
from domain.walltime import monday_of
from tests.support.browser_form import Visitor
from tests.support.racing import race, rounds
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

pytestmark = pytest.mark.probe
THREADS = 50
Open = Callable[[], Visitor]


def patient_addresses(count: int) -> Iterator[str]:
    yield "patient@example.org"
    for number in range(2, count + 1):
        yield f"patient{number}@example.org"


def signed_in(visitor: Open, email: str) -> Visitor:
    return visitor().sign_in(email)


def registered(opened: Open, number: int) -> Visitor:
    """Register somebody new and open a page as them."""
    visitor = opened()
    visitor.get("/register")
    answer = visitor.post(
        "/register",
        name=f"Newcomer {number}",
        email=f"newcomer{number}@example.org",
        password="bookwell-demo",
    )
    assert answer.status_code == 303, answer.text
    visitor.get("/")
    return visitor


def patients(visitor: Open) -> list[Visitor]:
    """Sign in the forty patients of the demo clinic and ten new ones."""
    with ThreadPoolExecutor(8) as threads:
        known = list(threads.map(partial(signed_in, visitor), patient_addresses(40)))
        new = list(threads.map(partial(registered, visitor), range(THREADS - len(known))))
    return known + new


def offer_mornings(visitor: Open, store: Database[Any], doctors: int, days: int) -> list[str]:
    """Let doctors offer ten half hours on each of some days; return the slots' ids by time."""
    first = monday_of(clock.now().date() + timedelta(days=42))
    for number in range(1, doctors + 1):
        doctor = signed_in(visitor, f"doctor{'' if number == 1 else number}@example.org")
        doctor.get("/calendar")
        answer = doctor.post(
            "/slots/series",
            weekdays=["0", "1", "2", "3", "4", "5", "6"],
            from_date=first.isoformat(),
            until_date=(first + timedelta(days=days - 1)).isoformat(),
            start="08:00",
            end="13:00",
            minutes="30",
            pause="0",
        )
        assert answer.status_code == 303, answer.text
    start = datetime.combine(first, time(), tzinfo=UTC)
    offered = store.slots.find({"starts_at": {"$gte": start}}).sort("starts_at", 1)
    return [str(slot["_id"]) for slot in offered]


def book_all(visitor: Visitor, slots: list[str]) -> list[int]:
    return [
        visitor.post(f"/slots/{slot}/book", reason="", idempotency_key=slot).status_code
        for slot in slots
    ]


def confirmations(mail: MailServer) -> Counter[str]:
    return Counter(
        one.message_id
        for one in list(mail.received)
        if one.message["X-Event-Kind"] == "appointment.created"
    )


def test_a_thousand_bookings_survive_a_mail_server_that_is_killed_in_between(
    visitor: Open, store: Database[Any], mail: MailServer
) -> None:
    slots = offer_mornings(visitor, store, doctors=4, days=rounds(full=25, short=5))
    before = store.appointments.count_documents({})
    visitors = patients(visitor)
    eventually(lambda: len(mail.received) >= 4)
    half = len(slots) // 2
    shares = [slots[number:half:THREADS] for number in range(THREADS)]
    rest = [slots[half + number :: THREADS] for number in range(THREADS)]
    answers = race([partial(book_all, v, s) for v, s in zip(visitors, shares, strict=True)])
    mail.stop()
    answers += race([partial(book_all, v, s) for v, s in zip(visitors, rest, strict=True)])
    mail.start()
    acknowledged = [status for share in answers for status in share]
    assert Counter(acknowledged) == {303: len(slots)}
    assert store.appointments.count_documents({}) - before == len(slots)
    assert len(store.appointments.distinct("slot_id", {"status": "booked"})) == (
        store.appointments.count_documents({"status": "booked"})
    )
    eventually(lambda: len(confirmations(mail)) == len(slots), within=120)
    assert set(confirmations(mail).values()) == {1}
    print(f"{len(slots)} bookings by {THREADS} threads: each stored once, each confirmed once")


@pytest.mark.parametrize("trouble", ["closed", "refusing", "temporary", "dropping", "hanging"])
def test_a_booking_does_not_wait_for_a_sick_mail_server(
    visitor: Open, store: Database[Any], mail: MailServer, trouble: str
) -> None:
    slots = offer_mornings(visitor, store, doctors=1, days=1)
    eventually(lambda: len(mail.received) >= 1)
    make_sick(mail, trouble)
    patient = signed_in(visitor, "patient@example.org")
    assert book_all(patient, slots) == [303] * len(slots)
    assert confirmations(mail) == Counter()
    if trouble == "closed":
        mail.start()
    mail.accept()
    if trouble == "refusing":
        eventually(lambda: store.deliveries.count_documents({"state": "parked"}) == len(slots))
        return
    eventually(lambda: len(confirmations(mail)) == len(slots), within=120)


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
