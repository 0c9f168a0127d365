"""Where a page of the reception list ends, as a mark in the address of the next one."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from domain.errors import Invalid, NotFound
from domain.ids import Id, parse_id
from domain.walltime import within_calendar

_FORMAT = "%Y%m%dT%H%M%SZ"
_MOMENT = r"\d{8}T\d{6}Z"
_MARK = re.compile(rf"({_MOMENT})([0-9a-f]{{24}})(?:([01])({_MOMENT}))?", re.ASCII)


@dataclass(frozen=True, order=True, kw_only=True)
class Place:
    """A row's place in a list; `over`: whether it had ended at `now`, for a list in that order."""

    over: bool
    starts_at: datetime
    id: Id
    now: datetime | None = field(compare=False, default=None)


def mark_of(place: Place) -> str:
    """Return the mark of a place."""
    mark = f"{_written(place.starts_at)}{place.id}"
    return f"{mark}{int(place.over)}{_written(place.now)}" if place.now else mark


def place_of(mark: str | None) -> Place | None:
    """Return the place of a mark; None for no mark.

    Raises:
        Invalid: it is no mark of this list.
    """
    if not mark:
        return None
    read = _MARK.fullmatch(mark)
    if read is None:
        raise Invalid("This page of the list is not known.")
    starts_at, identifier, over, now = read.groups()
    try:
        return Place(
            over=over == "1",
            starts_at=_read(starts_at),
            id=parse_id(identifier),
            now=_read(now) if now else None,
        )
    except (ValueError, NotFound) as error:
        raise Invalid("This page of the list is not known.") from error


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):{_FORMAT}}"


def _read(moment: str) -> datetime:
    read = datetime.strptime(moment, _FORMAT).replace(tzinfo=UTC)
    if not within_calendar(read.date()):
        raise ValueError("no zone can show it")
    return read
