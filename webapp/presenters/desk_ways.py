"""Addresses around the reception's list, and what its filter is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext

from domain.queries.absences import MOST_DAYS
from domain.queries.desk_lines import DeskFilter
from webapp.presenters.narrowing import search_words, status_words
from webapp.presenters.spans import dated_days_words, short_days_words
from webapp.presenters.statuses import shown_status

_LOOKS_AHEAD = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class DeskWays:
    """Addresses around a list; `said`: its filter as the arguments of an address.

    `all_ticked`: the same list with every tick set. `further`: the same search in the days to
    come. `whole_day`: the days without any other filter. `away`: closing these days of a doctor.
    """

    here: str
    said: Mapping[str, str]
    first: str | None
    later: str | None
    day_before: str | None
    day_after: str | None
    all_ticked: str
    further: str | None
    whole_day: str | None
    csv: str
    paper: str
    away: str


def ways(wanted: DeskFilter, next_after: str | None) -> DeskWays:
    """Return where one may go from a list."""
    day = wanted.date
    narrowed = wanted.doctor_id or wanted.status or wanted.q
    return DeskWays(
        here=_address(wanted),
        said=arguments(wanted),
        first=_address(wanted, after="") if wanted.after else None,
        later=_address(wanted, after=next_after) if next_after else None,
        day_before=_day_address(wanted, day - timedelta(days=1)) if wanted.is_one_day else None,
        day_after=_day_address(wanted, day + timedelta(days=1)) if wanted.is_one_day else None,
        all_ticked=_address(wanted, tick="all"),
        further=_further(wanted),
        whole_day=_address(wanted, doctor="", status="", q="", after="") if narrowed else None,
        csv=_address(wanted, "desk_export.csv", after=""),
        paper=_address(wanted, "desk_export.paper", after=""),
        away=_away_address(wanted),
    )


def with_status(wanted: DeskFilter, status: str | None) -> str:
    """Return the address of the same list with one status; where it is the only one, with all."""
    chosen = "" if wanted.status and wanted.status.value == status else status or ""
    return _address(wanted, status=chosen, after="")


def list_title(wanted: DeskFilter, doctor: str | None) -> str:
    """Return what the list is about, to tell browser tabs apart."""
    narrowed = filter_words(wanted, doctor)
    return gettext(", ").join(part for part in (short_days_words(wanted), narrowed) if part)


def paper_title(wanted: DeskFilter, doctor: str | None) -> str:
    """Return what the list is about for paper, which is kept: with the year, each filter named."""
    narrowed = labelled_filter_words(wanted, doctor)
    return " · ".join(part for part in (dated_days_words(wanted), narrowed) if part)


def filter_words(wanted: DeskFilter, doctor: str | None) -> str:
    """Return to what the days are narrowed, or nothing, for the title of a browser tab."""
    status = str(shown_status(wanted.status).word) if wanted.status else ""
    search = gettext("“%(words)s”", words=wanted.q) if wanted.q else ""
    return gettext(", ").join(part for part in (doctor, status, search) if part)


def labelled_filter_words(wanted: DeskFilter, doctor: str | None) -> str:
    """Return the same with what each of them is, where no title says it: on paper."""
    status = str(shown_status(wanted.status).word) if wanted.status else ""
    parts = (doctor, status_words(status), search_words(wanted.q))
    return " · ".join(part for part in parts if part)


def arguments(wanted: DeskFilter) -> dict[str, str]:
    """Return a filter as the arguments of an address."""
    named = {
        "date": wanted.date.isoformat(),
        "until": "" if wanted.is_one_day else wanted.until.isoformat(),
        "doctor": str(wanted.doctor_id or ""),
        "status": wanted.status.value if wanted.status else "",
        "q": wanted.q,
        "after": wanted.after or "",
    }
    return {name: value for name, value in named.items() if value}


def _further(wanted: DeskFilter) -> str | None:
    if not wanted.q:
        return None
    until = max(wanted.until, wanted.date + _LOOKS_AHEAD)
    return _address(wanted, until=until.isoformat(), doctor="", status="", after="")


def _away_address(wanted: DeskFilter) -> str:
    changes = {"status": "", "q": "", "after": ""}
    if wanted.until - wanted.date >= timedelta(days=MOST_DAYS):
        changes["until"] = ""
    return _address(wanted, "desk_away.ask", **changes)


def _day_address(wanted: DeskFilter, day: date) -> str:
    return _address(wanted, date=day.isoformat(), after="")


def _address(wanted: DeskFilter, endpoint: str = "desk.index", **changes: str) -> str:
    changed: dict[str, Any] = {**arguments(wanted), **changes}
    return url_for(endpoint, **{name: value for name, value in changed.items() if value})
