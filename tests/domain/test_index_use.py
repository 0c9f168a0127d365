"""Every query has an index behind it: the explanation of what was really sent says so."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import time
from typing import Any

import pytest
from bson import ObjectId

from domain import clock
from domain.actions.attendance import mark
from domain.actions.booking import book, book_for_newcomer
from domain.actions.cancelling import cancel
from domain.actions.closing import close_days
from domain.actions.moving import move
from domain.actions.offering import offer_series
from domain.actions.recovery import ask_for_reset
from domain.actions.reminding import remind_due
from domain.actions.reopening import reopen
from domain.actions.reprojecting import reproject
from domain.actions.restoring import restore
from domain.actions.retaining import retain
from domain.actions.sessions import identify, sign_out
from domain.actions.signing_in import sign_in
from domain.actions.withdrawing import withdraw_slot
from domain.actions.withdrawing_series import withdraw_series
from domain.documents import Appointment, AppointmentStatus, Role, Slot
from domain.links import manage_token
from domain.queries import (
    appointments,
    audit,
    calendar,
    desk,
    doctors,
    finding_doctors,
    free_times,
    next_times,
    own_data,
    patients,
    proposals,
    series,
    staff,
    told,
)
from domain.queries.audit import AuditFilter
from domain.queries.desk_lines import DeskFilter
from domain.queries.linked import appointment_by_link
from domain.series import SeriesPlan
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, in_days
from tests.support.people import member

ENVELOPE = {
    "lsid",
    "txnNumber",
    "startTransaction",
    "autocommit",
    "$db",
    "$clusterTime",
    "readConcern",
    "writeConcern",
    "$readPreference",
}


class Clinic:
    """A clinic with enough in it to ask about."""

    def __init__(self, house: House) -> None:
        self.house, self.run = house, house.run
        self.doctor, self.patient = house.person(Role.DOCTOR), house.person()
        self.desk = house.person(Role.RECEPTIONIST)
        self.slots = [house.slot(self.doctor, start=time(hour)) for hour in range(8, 18)]
        self.booked: list[Appointment] = [
            house.run(book(slot.id, self.patient, idempotency_key=f"k{number}"))
            for number, slot in enumerate(self.slots[:6])
        ]
        house.run(member(email="ada@example.org", password="correct horse", name="Ada"))
        self.ada, self.secret = house.run(sign_in("ada@example.org", "correct horse"))

    def list(self, **changes: Any) -> DeskFilter:
        return DeskFilter(**{"date": in_days(7), "until": in_days(8), **changes})

    def series(self) -> SeriesPlan:
        day, every_day = in_days(9), frozenset(range(7))
        return SeriesPlan(
            weekdays=every_day,
            from_date=day,
            until_date=day,
            start=time(9),
            end=time(10),
            minutes=30,
        )

    def offered_series(self) -> ObjectId:
        found: ObjectId = self.run(offer_series(self.doctor, self.series())).series_id
        return found

    def withdrawn_series(self) -> ObjectId:
        found = self.offered_series()
        self.run(withdraw_series(found, self.doctor))
        return found

    def mark_of_a_page(self) -> str | None:
        after: str | None = self.run(desk.desk_page(self.list(), size=2)).next_after
        return after


async def cancelled_and_restored(c: Clinic) -> None:
    await cancel(c.booked[4].id, c.patient)
    await restore(c.booked[4].id, c.patient)


async def closed_and_reopened(c: Clinic) -> None:
    seen = [one.id for one in c.booked]
    closing = await close_days(
        c.doctor.id, in_days(7), in_days(7), c.desk, cancelling=seen, reason="Ill", propose=True
    )
    await reopen(closing.id, c.desk)


Asked = Callable[[Clinic], Coroutine[Any, Any, Any]]
ASKED: dict[str, Asked] = {
    "book": lambda c: book(c.slots[7].id, c.patient, idempotency_key="k"),
    "book for a newcomer": lambda c: book_for_newcomer(
        c.slots[8].id, actor=c.desk, name="Bob", email="bob@example.org"
    ),
    "cancel": lambda c: cancel(c.booked[0].id, c.patient),
    "restore": cancelled_and_restored,
    "close days and open them again": closed_and_reopened,
    "move": lambda c: move(c.booked[1].id, c.slots[9].id, c.patient),
    "mark": lambda c: mark(c.booked[2].id, AppointmentStatus.ARRIVED, c.desk),
    "withdraw": lambda c: withdraw_slot(c.slots[3].id, c.doctor, notify=True),
    "withdraw a booked one, proposing others": lambda c: withdraw_slot(
        c.slots[4].id, c.doctor, notify=True, propose=True
    ),
    "withdraw a series": lambda c: withdraw_series(c.offered_series(), c.doctor),
    "what stands of a series": lambda c: series.series_standing(c.offered_series(), c.doctor),
    "a series of which nothing stands": lambda c: series.series_standing(
        c.withdrawn_series(), c.doctor
    ),
    "what went with a series": lambda c: series.series_withdrawn(c.withdrawn_series(), c.doctor),
    "what a series would be": lambda c: series.series_outlook(c.doctor, c.series()),
    "offer a series": lambda c: offer_series(c.doctor, c.series()),
    "remind": lambda _: remind_due(),
    "retain": lambda _: retain(),
    "reproject": lambda _: reproject(dry_run=True),
    "sign in": lambda _: sign_in("ada@example.org", "correct horse"),
    "identify": lambda c: asyncio.to_thread(identify, c.ada.id, c.secret),
    "sign out": lambda c: sign_out(c.ada.id, c.secret),
    "ask for a password": lambda _: ask_for_reset("ada@example.org", origin="192.0.2.1"),
    "follow a link": lambda c: appointment_by_link(
        manage_token(c.booked[0].id, c.booked[0].link_nonce, c.booked[0].patient_email)
    ),
    "find doctors": lambda _: finding_doctors.find_doctors("der"),
    "name a doctor": lambda c: doctors.doctor_named(c.doctor.id),
    "a week": lambda c: free_times.week_of_free_times(c.doctor.id, in_days(7)),
    "nearest": lambda c: free_times.nearest_free(c.doctor.id, c.slots[4].starts_at),
    "next": lambda c: next_times.next_free(c.doctor.id, clock.now()),
    "a slot": lambda c: free_times.slot_shown(c.slots[0].id),
    "mine": lambda c: appointments.of_patient(c.patient.id),
    "visible": lambda c: appointments.visible(c.booked[0].id, c.desk),
    "history": lambda c: appointments.history(c.booked[0].id),
    "affected": lambda c: appointments.affected_by_withdrawal(c.slots[0].id, c.doctor),
    "calendar": lambda c: calendar.calendar_entries(c.doctor.id, in_days(7), in_days(8)),
    "a month": lambda c: calendar.month_load(c.doctor.id, in_days(0), in_days(30)),
    "earlier appointments": lambda c: appointments.past_with_doctor(c.booked[5]),
    "proposals": lambda c: proposals.proposals(c.booked, without=[]),
    "the list": lambda c: desk.desk_page(c.list()),
    "its next page": lambda c: desk.desk_page(c.list(after=c.mark_of_a_page())),
    "of a doctor": lambda c: desk.desk_page(c.list(doctor_id=c.doctor.id)),
    "of a status": lambda c: desk.desk_page(c.list(status=AppointmentStatus.BOOKED)),
    "of both, searched": lambda c: desk.desk_page(
        c.list(doctor_id=c.doctor.id, status=AppointmentStatus.BOOKED, q="pat ien")
    ),
    "of few people": lambda c: desk.desk_page(c.list(q="patient")),
    "by reference": lambda c: desk.desk_page(c.list(q=c.booked[0].reference)),
    "counts": lambda c: desk.desk_counts(c.list()),
    "counts of a doctor": lambda c: desk.desk_counts(c.list(doctor_id=c.doctor.id)),
    "a day": lambda c: desk.desk_page(c.list(until=in_days(7))),
    "a doctor's day": lambda c: desk.desk_page(c.list(until=in_days(7), doctor_id=c.doctor.id)),
    "named": lambda c: desk.ids_named([c.booked[0].reference, c.booked[1].reference]),
    "some lines": lambda c: desk.lines_of([one.id for one in c.booked]),
    "a line": lambda c: desk.line_named(c.booked[0].reference),
    "the list of many years": lambda c: desk.desk_page(c.list(until=in_days(3000))),
    "nearest where nothing is free": lambda c: free_times.nearest_free(
        c.patient.id, c.slots[4].starts_at
    ),
    "the audit log": lambda _: audit.audit_page(AuditFilter()),
    "the audit log of a person": lambda c: audit.audit_page(AuditFilter(person_id=c.patient.id)),
    "the audit log by a person": lambda c: audit.audit_page(AuditFilter(actor_id=c.desk.id)),
    "people named": lambda c: audit.people_named([c.patient.id, c.desk.id]),
    "all staff": lambda _: staff.all_staff(active=True),
    "own data": lambda c: own_data.own_data(c.patient),
    "named appointments": lambda c: told.appointments_named([one.id for one in c.booked]),
    "instead of": lambda c: proposals.instead_of([one.id for one in c.booked]),
    "find patients": lambda _: patients.find_patients("ada exam"),
    "a patient": lambda c: patients.patient_by_id(c.patient.id),
}


def stages(plan: Any) -> Iterator[str]:
    """Walk through an explanation."""
    if isinstance(plan, dict):
        if "stage" in plan:
            yield plan["stage"]
        plan = list(plan.values())
    if isinstance(plan, list):
        for part in plan:
            yield from stages(part)


async def explained(command: dict[str, Any]) -> set[str]:
    bare = {key: value for key, value in command.items() if key not in ENVELOPE}
    database = Slot.get_motor_collection().database
    return set(stages(await database.command("explain", bare, verbosity="queryPlanner")))


def is_by_id(where: dict[str, Any]) -> bool:
    """Tell whether one document is named, or each of some, whatever else is asked of it.

    The embedded database explains the rest as a scan and serves it by `_id` (2 ms of 50,000).
    """
    named = where.get("_id")
    every = named["$in"] if isinstance(named, dict) and set(named) == {"$in"} else [named]
    return all(isinstance(one, ObjectId | str) for one in every)


def is_by_form(where: dict[str, Any]) -> bool:
    """Tell whether it asks for a form's earlier answer.

    The embedded database explains a partial index as a scan and walks the patient's appointments.
    """
    return set(where) == {"patient_id", "idempotency_key"}


def is_of_all_patients(where: dict[str, Any]) -> bool:
    """Tell whether it asks, as is done once an hour, who of all patients has been away for long.

    Its conditions only spare reading the others. An index over them would be written at each
    sign-in; the one by role leads to nearly everybody, and the embedded database takes none.
    """
    return set(where) == {"role", "active", "created_at", "last_seen_at"}


def has_index(house: House, name: str, command: dict[str, Any]) -> bool:
    if name == "update":
        return all(is_by_id(one["q"]) or finds(house, command, one) for one in command["updates"])
    where = command.get("filter", {})
    if is_by_id(where) or is_by_form(where) or is_of_all_patients(where):
        return True
    found = house.run(explained(command))
    return "IXSCAN" in found and "COLLSCAN" not in found and is_in_order(house, command)


def is_in_order(house: House, command: dict[str, Any]) -> bool:
    """Tell whether an index has what is found in the order that is asked for: none sorts it then.

    Reasoned from the indexes, as the embedded database explains whatever has an order as a sort.
    Where ids break ties within a limit, what is read is one of the windows of `domain.newest`,
    which hold little.
    """
    order = [one for one in command.get("sort", {}) if not ("limit" in command and one == "_id")]
    equal = {one for one, value in command.get("filter", {}).items() if not isinstance(value, dict)}
    wanted = [field for field in order if field not in equal]
    keys = house.run(index_keys(command["find"])) if wanted else []
    left = ([field for field in key if field not in equal] for key in keys)
    return not wanted or any(fields[: len(wanted)] == wanted for fields in left)


async def index_keys(collection: str) -> list[list[str]]:
    indexes = await Slot.get_motor_collection().database[collection].index_information()
    return [[field for field, _ in index["key"]] for index in indexes.values()]


def finds(house: House, command: dict[str, Any], update: dict[str, Any]) -> bool:
    """Tell whether a question for what an update changes has an index behind it."""
    question = {"find": command["update"], "filter": update["q"]}
    return has_index(house, "find", question)


@pytest.mark.parametrize("asked", ASKED.values(), ids=list(ASKED))
def test_an_index_is_behind_it(house: House, asked: Asked) -> None:
    clinic = Clinic(house)
    question = asked(clinic)
    with recorded_commands() as sent:
        house.run(question)
    commands = [(name, sent) for name, sent in sent if name in ("find", "aggregate", "update")]
    assert commands
    assert [sent for name, sent in commands if not has_index(house, name, sent)] == []


@pytest.mark.parametrize(
    "question",
    [
        lambda _: Slot.find({"specialty": "Dermatology"}),
        lambda slot: Slot.find({"doctor_id": slot.doctor_id}).sort("+created_at"),
        lambda slot: Slot.find({"doctor_id": slot.doctor_id}).sort("+starts_at", "+_id"),
    ],
    ids=["that finds", "that sorts", "that breaks ties"],
)
def test_a_question_without_an_index_would_be_noticed(
    house: House, slot: Slot, question: Callable[[Slot], Any]
) -> None:
    with recorded_commands() as sent:
        house.run(question(slot).to_list())
    [(name, command)] = sent
    assert not has_index(house, name, command)
