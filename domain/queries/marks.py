"""Where a list goes on: after the start and identifier of a row; none repeats or is missed."""

import datetime as dt
from typing import Protocol

from domain.errors import Invalid, NotFound
from domain.ids import Id, parse_id

_FORMAT = "%Y%m%dT%H%M%SZ"

Mark = tuple[dt.datetime, Id]


class _Row(Protocol):
    @property
    def id(self) -> Id: ...
    @property
    def starts_at(self) -> dt.datetime: ...


def mark_of(row: _Row) -> str:
    """Return the mark of a row, as an address carries it."""
    return f"{row.starts_at.astimezone(dt.UTC):{_FORMAT}}{row.id}"


def read_mark(mark: str) -> Mark:
    """Return the place that a mark names.

    Raises:
        Invalid: it names none.
    """
    try:
        moment = dt.datetime.strptime(mark[:16], _FORMAT).replace(tzinfo=dt.UTC)
        return moment, parse_id(mark[16:])
    except (ValueError, NotFound) as error:
        raise Invalid("This page of the list is not known.") from error
