"""Offering: a doctor opens one slot or a series of them; they never overlap."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from domain import clinic, clock
from domain.actions.trying_again import until_unchanged
from domain.database import DuplicateKey
from domain.documents import Role, Slot, User
from domain.errors import Forbidden, Invalid, SlotsOverlap
from domain.events import SlotCreated, SlotsCreated
from domain.events.snapshots import actor_of, slot_facts
from domain.ids import Id, new_id
from domain.outbox import Transaction, transact
from domain.queries.series import series_outlook
from domain.series import SeriesPlan, require_length
from domain.walltime import cells_of, moments, on_mark, wall_of

_FURTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, kw_only=True)
class SeriesOutcome:
    """What became of a series: how many slots it made, and how many times it left out and why."""

    series_id: Id
    offered: int
    overlapping: int
    nonexistent: int
    colliding: int
    past: int


async def offer_slot(doctor: User, *, day: date, start: time, minutes: int, fold: int = 0) -> Slot:
    """Offer one slot at a wall time of the practice; `fold` 1 means the second of two equal ones.

    Raises:
        Invalid: `date`, `start` or `minutes` is not possible.
        SlotsOverlap: the doctor already offers some of that time.
        Forbidden: only doctors offer slots.
    """
    _require_doctor(doctor)
    require_length(minutes)
    starts_at = _moment(day, start, fold)
    slot = new_slot(doctor, starts_at, minutes, series_id=None)
    try:
        await transact(partial(_store_one, slot, doctor))
    except DuplicateKey as error:
        raise SlotsOverlap("You already offer some of this time.") from error
    return slot


async def offer_series(doctor: User, plan: SeriesPlan) -> SeriesOutcome:
    """Offer a series, leaving out what has passed, does not exist or is offered already.

    Raises:
        Invalid: a field of the plan is not possible, or no time fits into it.
        SlotsOverlap: all of it is offered already.
        Forbidden: only doctors offer slots.
    """
    _require_doctor(doctor)
    series_id = new_id()

    async def attempt() -> SeriesOutcome:
        outlook = await series_outlook(doctor, plan)
        if not outlook.starts:
            raise SlotsOverlap("You already offer all of this time.")
        slots = [new_slot(doctor, start, plan.minutes, series_id) for start in outlook.starts]
        await transact(partial(_store_series, slots, doctor, plan, outlook.skipped))
        return SeriesOutcome(
            series_id=series_id,
            offered=len(slots),
            overlapping=outlook.overlapping,
            nonexistent=outlook.nonexistent,
            colliding=outlook.colliding,
            past=outlook.past,
        )

    return await until_unchanged(attempt, being_offered())


def being_offered() -> SlotsOverlap:
    """Return the refusal where the doctor offers the same times in this very moment."""
    return SlotsOverlap("Some of this time was offered in this very moment. Please try again.")


def new_slot(doctor: User, starts_at: datetime, minutes: int, series_id: Id | None) -> Slot:
    """Return an open slot of a doctor; nothing is looked at, and nothing stored."""
    ends_at = starts_at + timedelta(minutes=minutes)
    wall = wall_of(starts_at, clinic.current().zone)
    return Slot(
        doctor_id=doctor.id,
        doctor_name=doctor.name,
        specialty=doctor.specialty,
        starts_at=starts_at,
        ends_at=ends_at,
        wall_start=wall.local.isoformat(timespec="minutes"),
        fold=wall.fold,
        zone=wall.zone,
        cells=cells_of(starts_at, ends_at),
        series_id=series_id,
        created_at=clock.now(),
    )


def _store_one(slot: Slot, doctor: User, transaction: Transaction) -> None:
    transaction.insert(slot)
    transaction.record(SlotCreated(actor=actor_of(doctor), slot=slot_facts(slot, doctor)))


def _store_series(
    slots: list[Slot], doctor: User, plan: SeriesPlan, skipped: int, transaction: Transaction
) -> None:
    transaction.insert(*slots)
    transaction.record(
        SlotsCreated(
            actor=actor_of(doctor),
            series_id=slots[0].series_id or new_id(),
            doctor_id=doctor.id,
            doctor_name=doctor.name,
            doctor_email=doctor.email,
            count=len(slots),
            skipped=skipped,
            first_starts_at=slots[0].starts_at,
            last_ends_at=slots[-1].ends_at,
            from_date=plan.from_date,
            until_date=plan.until_date,
            minutes=plan.minutes,
            zone=clinic.current().timezone,
            doctor_language=doctor.language or "",
        )
    )


def _moment(day: date, start: time, fold: int) -> datetime:
    """Return the UTC moment of a wall time that lies ahead, or raise Invalid."""
    if not on_mark(start):
        raise _refusal("start", "Please choose a time on a five-minute mark.")
    if not clock.now().date() - timedelta(days=2) <= day <= clock.now().date() + _FURTHEST:
        raise _refusal("date", "Please choose a day from today on, within five years.")
    found = moments(datetime.combine(day, start), clinic.current().zone)
    if not found:
        raise _refusal("start", "The clock jumps over this time on that day. Choose another.")
    moment = found[-1] if fold else found[0]
    if moment <= clock.now():
        raise _refusal("start", "This time has passed.")
    return moment


def _refusal(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, **{field: sentence})


def _require_doctor(person: User) -> None:
    if person.role is not Role.DOCTOR:
        raise Forbidden("Only doctors offer times.")
