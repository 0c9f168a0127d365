"""Withdrawing what is ahead of a series as one: one transaction, one message to the doctor."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from domain.actions.many_times import Instead, give_up, require_few, take_back_free
from domain.actions.trying_again import Changed, until_unchanged
from domain.actions.withdrawing import DEFAULT_REASON, withdrawal
from domain.documents import Appointment, Slot, SlotStatus, User
from domain.errors import AlreadyEnded, SlotTaken
from domain.events import SlotsDeleted
from domain.events.snapshots import actor_of
from domain.ids import Id
from domain.outbox import Transaction, transact
from domain.queries.proposals import proposals
from domain.queries.series import SeriesSlot, SeriesStanding, series_now, series_standing
from domain.sealing import Confidential
from domain.text import REASON_LIMIT, paragraph


@dataclass(frozen=True, kw_only=True)
class SeriesWithdrawal:
    """What became of a series: slots that went, appointments cancelled with them, and what stays.

    `kept`: booked slots whose appointments stand.
    """

    withdrawn: int
    cancelled: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class _Going:
    """What a withdrawal takes away, and how much of the series stays booked."""

    series_id: Id
    free: list[SeriesSlot]
    booked: list[tuple[SeriesSlot, Appointment]]
    kept: int

    @property
    def slots(self) -> list[SeriesSlot]:
        """All slots that go, ascending."""
        both = [*self.free, *(slot for slot, _ in self.booked)]
        return sorted(both, key=lambda slot: slot.starts_at)


async def withdraw_series(
    series_id: Id,
    doctor: User,
    *,
    cancelling: Collection[Id] = (),
    propose: bool = False,
    reason: str = "",
) -> SeriesWithdrawal:
    """Take back what is free and ahead of a doctor's own series, and `cancelling` with it.

    `cancelling`: the appointments that the doctor has seen and gives up; their patients are
    written to, with the nearest free times if `propose`. All other appointments stand.

    Raises:
        NotFound: there is no such series, or it is another doctor's.
        AlreadyEnded: nothing of it is left to withdraw.
        Invalid: `reason` is too long, or more is cancelled at once than one transaction holds.
        SlotTaken: patients keep booking in this very moment; look again.
    """
    because = paragraph("reason", reason, REASON_LIMIT)

    async def attempt() -> SeriesWithdrawal:
        standing = await series_standing(series_id, doctor)
        going = _going(standing, frozenset(cancelling))
        instead = await _proposed(going) if propose else {}
        await transact(partial(_store, standing, going, instead, doctor, because))
        return SeriesWithdrawal(
            withdrawn=len(going.slots), cancelled=len(going.booked), kept=going.kept
        )

    busy = SlotTaken("This series is being booked in this very moment. Please look again.")
    return await until_unchanged(attempt, busy)


def _going(standing: SeriesStanding, cancelling: frozenset[Id]) -> _Going:
    booked = [pair for pair in standing.booked if pair[1].id in cancelling]
    if not standing.free and not booked:
        raise AlreadyEnded("Nothing of this series is left to withdraw.")
    require_few(booked)
    kept = len(standing.booked) - len(booked) + len(standing.kept)
    return _Going(series_id=standing.series_id, free=standing.free, booked=booked, kept=kept)


async def _proposed(going: _Going) -> Instead:
    ending = [appointment for _, appointment in going.booked]
    return await proposals(ending, without={slot.id for slot in going.slots})


def _store(
    standing: SeriesStanding,
    going: _Going,
    instead: Instead,
    doctor: User,
    reason: Confidential,
    transaction: Transaction,
) -> None:
    # Whoever books or cancels what goes meets a write of this transaction from here on.
    if series_now(going.series_id, doctor, transaction).ids != standing.ids:
        raise Changed
    ending = withdrawal(doctor, reason)
    take_back_free(going.free, ending, transaction, series_id=going.series_id)
    for slot, appointment in going.booked:
        _take_back_booked(slot, ending, transaction)
        give_up(appointment, doctor, reason or DEFAULT_REASON, instead, transaction)
    transaction.record(_fact(going, doctor, reason))


def _take_back_booked(
    slot: SeriesSlot, ending: Mapping[str, object], transaction: Transaction
) -> None:
    expected = {"_id": slot.id, "status": SlotStatus.BOOKED.value}
    if not transaction.change_one(Slot, expected, {"$set": ending}):
        raise Changed


def _fact(going: _Going, doctor: User, reason: Confidential) -> SlotsDeleted:
    slots = going.slots
    return SlotsDeleted(
        actor=actor_of(doctor),
        series_id=going.series_id,
        doctor_id=doctor.id,
        doctor_name=doctor.name,
        doctor_email=doctor.email,
        count=len(slots),
        kept=going.kept,
        first_starts_at=slots[0].starts_at,
        last_ends_at=slots[-1].ends_at,
        first_day=date.fromisoformat(slots[0].wall_start[:10]),
        zone=slots[0].zone,
        doctor_language=doctor.language or "",
        reason=reason,
        cancelled_references=tuple(appointment.reference for _, appointment in going.booked),
    )
