"""E-mails and calendar files, read as a stranger's program would: by their own words alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from icalendar import Calendar


@dataclass(frozen=True)
class Letter:
    """An e-mail: its kind, its text, and the calendar file in it if there is one."""

    kind: str
    subject: str
    text: str
    html: str
    calendar: bytes | None


def letters_in(folder: Path) -> list[Letter]:
    """Return the e-mails of a folder."""
    return [_letter(file.read_bytes()) for file in sorted(folder.glob("*.eml"))]


def starts_of(content: bytes) -> datetime:
    """Return the UTC start of the event in a calendar file, by the file's own VTIMEZONE.

    RFC 5545, 3.3.5: a local time that comes twice means the first.
    """
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    start = event["DTSTART"]
    if "TZID" not in start.params:
        assert start.dt.utcoffset() == timedelta(0)
        return start.dt.astimezone(UTC)
    (timezone,) = (one for one in calendar.walk("VTIMEZONE") if one["TZID"] == start.params["TZID"])
    return _moment(_onsets(timezone), start.dt.replace(tzinfo=None))


def wall_of(content: bytes) -> datetime:
    """Return the start of the event in a calendar file as it is written, whatever its zone."""
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    written: datetime = event["DTSTART"].dt
    return written.replace(tzinfo=None)


def length_of(content: bytes) -> timedelta:
    """Return how long the event in a calendar file lasts."""
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    length: timedelta = event["DTEND"].dt.astimezone(UTC) - event["DTSTART"].dt.astimezone(UTC)
    return length


def _letter(content: bytes) -> Letter:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    parts = {part.get_content_type(): part for part in message.walk()}
    file = parts.get("application/ics")
    return Letter(
        kind=message["X-Event-Kind"],
        subject=message["Subject"],
        text=parts["text/plain"].get_content(),
        html=parts["text/html"].get_content(),
        calendar=file.get_content() if file else None,
    )


def _onsets(timezone: Any) -> list[tuple[datetime, timedelta]]:
    """Return from which UTC moments on which offset holds, ascending."""
    found = []
    for rule in timezone.subcomponents:
        dates = rule.get("RDATE", [])
        lists = dates if isinstance(dates, list) else [dates]
        starts = [rule["DTSTART"].dt, *(moment.dt for one in lists for moment in one.dts)]
        before, after = rule["TZOFFSETFROM"].td, rule["TZOFFSETTO"].td
        found += [((start - before).replace(tzinfo=UTC), after) for start in starts]
    return sorted(found)


def _moment(onsets: list[tuple[datetime, timedelta]], local: datetime) -> datetime:
    for index, (onset, offset) in enumerate(onsets):
        moment = (local - offset).replace(tzinfo=UTC)
        ends = onsets[index + 1][0] if index + 1 < len(onsets) else None
        if onset <= moment and (ends is None or moment < ends):
            return moment
    raise AssertionError(f"the file's own rules never show {local}")
