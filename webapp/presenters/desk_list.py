"""The reception's list as a whole, laid out once for all who read it in the same words."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from flask_babel import gettext

from domain import clinic
from domain.ids import Id
from domain.queries.desk import PAGE_SIZE, DeskPage
from domain.queries.desk_lines import DeskFilter
from webapp.presenters.desk import Count, DeskGroup, DeskRow, DeskRows, shown_counts
from webapp.presenters.desk_ways import DeskWays, list_title, paper_title, ways
from webapp.presenters.reader import reader
from webapp.presenters.spans import days_words
from webapp.presenters.times import day_words, zone_words
from webapp.trace import Delivery


@dataclass(frozen=True, kw_only=True, eq=False)
class DeskList:
    """A page of the list with all that is said around its lines.

    `title` names it in a browser's tab, `on_paper` on paper. `second_time`: what the second time of
    its rows is. `searched_until`: the day that a search came to which had too much to read.
    `seen`: what tells one state of it from another, for a page that asks what is new. `written`:
    what templates have made of it.
    """

    wanted: DeskFilter
    doctor: str | None
    days: str
    title: str
    on_paper: str
    counts: Sequence[Count]
    groups: Sequence[DeskGroup]
    second_time: str
    searched_until: str
    ways: DeskWays
    seen: str
    written: dict[tuple[Any, ...], str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """How many lines it has."""
        return sum(len(group.rows) for group in self.groups)

    @property
    def is_tickable(self) -> bool:
        """Whether any of its lines can be ticked."""
        return any(group.has_booked for group in self.groups)


def desk_list(
    found: DeskPage, wanted: DeskFilter, doctor: str | None, untold: Mapping[Id, Delivery]
) -> DeskList:
    """Return a list in the reader's words.

    `untold`: messages that are not out, by appointment; they may go out any moment, so that a list
    with some is laid out anew each time.
    """
    if untold:
        return _laid_out(found.ending_after(_lines_beside(len(untold))), wanted, doctor, untold)
    known = _known.setdefault(found, {})
    kept = (wanted, doctor, *reader().key)
    if kept not in known:
        known[kept] = _laid_out(found, wanted, doctor, untold)
    return known[kept]


# They go with what they are made of, which is kept for a second.
_known: WeakKeyDictionary[DeskPage, dict[tuple[object, ...], DeskList]] = WeakKeyDictionary()


def _laid_out(
    found: DeskPage, wanted: DeskFilter, doctor: str | None, untold: Mapping[Id, Delivery]
) -> DeskList:
    groups = DeskRows(untold, wanted).groups(found, wanted)
    return DeskList(
        wanted=wanted,
        doctor=doctor,
        days=days_words(wanted),
        title=list_title(wanted, doctor),
        on_paper=paper_title(wanted, doctor),
        counts=shown_counts(found.counts) if found.counts is not None else [],
        groups=groups,
        second_time=_second_time(groups, wanted),
        searched_until=_searched_until(found),
        ways=ways(wanted, found.next_after),
        seen=_fingerprint(groups, found.counts),
    )


def _second_time(groups: Sequence[DeskGroup], wanted: DeskFilter) -> str:
    """Return what the second time is that rows have for readers elsewhere, if any has one.

    What day it is there is said with it, once for all rows of that day, where theirs is another.
    """
    rows = [row for group in groups for row in group.rows if row.second]
    if not rows:
        return ""
    zone = zone_words(clinic.current().zone)
    if wanted.is_one_day and any(row.when.date != wanted.date for row in rows):
        day = day_words(wanted.date)
        return gettext("The second time of a row: %(zone)s, %(day)s.", zone=zone, day=day)
    return gettext("The second time of a row: %(zone)s.", zone=zone)


def _lines_beside(untold: int) -> int:
    """Return how many lines a page has beside so many notes of messages that are not out.

    Five of them weigh what a line weighs: no page grows too long to load at once.
    """
    return PAGE_SIZE - untold // 5


def _searched_until(found: DeskPage) -> str:
    """Return the day that a search came to, if there was too much to read for one page."""
    if found.searched_until is None:
        return ""
    return day_words(found.searched_until.astimezone(reader().zone).date())


def _fingerprint(groups: Sequence[DeskGroup], counts: Mapping[str, int] | None) -> str:
    """Return what tells one state of a list from another, for a page that asks what is new."""
    said = [(group.heading, group.now, [_said(row) for row in group.rows]) for group in groups]
    text = repr((said, sorted((counts or {}).items())))
    return hashlib.blake2s(text.encode(), digest_size=8).hexdigest()


def _said(row: DeskRow) -> tuple[str | None, ...]:
    state = row.untold.state if row.untold else None
    return (str(row.id), row.status, row.when.iso, row.patient, row.doctor, state)
