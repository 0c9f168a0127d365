"""What became of a change at the desk, in words, and how it is undone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import gettext, ngettext

from domain.actions.closing import Closing
from domain.documents import Appointment
from domain.errors import DomainError, Invalid
from domain.ids import Id
from webapp.languages import name_words, said
from webapp.presenters.statuses import shown_status
from webapp.presenters.times import clock_words, day_words, meant
from webapp.responses import Message, Undo

Refused = Sequence[tuple[str, DomainError]]


def booked_message(booked: Appointment) -> Message:
    """Return what was booked, and for whom: an address may belong to somebody known by now."""
    start = meant(booked)[0]
    text = gettext(
        "Booked for %(patient)s: %(reference)s, %(day)s, %(time)s.",
        patient=name_words(booked.patient_name),
        reference=booked.reference,
        day=day_words(start.date()),
        time=clock_words(start),
    )
    return Message(text=text)


def marked_message(before: Appointment, after: Appointment, filtered: Mapping[str, str]) -> Message:
    """Return what a mark says; `filtered`: the list's filter, so that undoing leads back to it."""
    word = str(shown_status(after.status).word).lower()
    text = gettext("%(patient)s: %(status)s.", patient=name_words(after.patient_name), status=word)
    undo = Undo(
        action=url_for("desk_changes.mark"),
        fields=[(before.status.value, after.reference), *filtered.items()],
    )
    return Message(text=text, undo=undo)


def cancelled_message(
    cancelled: Sequence[Id], refused: Refused, filtered: Mapping[str, str]
) -> Message:
    """Return how many were cancelled, and which were not and why; references, no names."""
    parts = [
        ngettext(
            "%(num)s appointment cancelled.", "%(num)s appointments cancelled.", len(cancelled)
        )
        if cancelled
        else gettext("No appointment was cancelled.")
    ]
    # What is wrong with the form stands there, at its field.
    elsewhere = [one for one in refused if cancelled or not isinstance(one[1], Invalid)]
    parts += _not_done(elsewhere, gettext("Not cancelled: %(references)s.", references="{}"))
    ticked = [("appointment_id", str(one)) for one in cancelled]
    undo = Undo(action=url_for("desk_changes.restore"), fields=[*ticked, *filtered.items()])
    return Message(
        text=" ".join(parts),
        role="alert" if refused else "status",
        undo=undo if cancelled else None,
    )


def closed_message(closing: Closing, filtered: Mapping[str, str]) -> Message:
    """Return what became of the days of a doctor who is away."""
    cancelled, closed, kept = closing.cancelled, closing.closed, closing.kept
    parts = [
        ngettext("%(num)s appointment cancelled.", "%(num)s appointments cancelled.", cancelled),
        ngettext("%(num)s free time closed.", "%(num)s free times closed.", closed),
        ngettext(
            "%(num)s patient has arrived already: that time stays.",
            "%(num)s patients have arrived already: those times stay.",
            kept,
        ),
    ]
    counted = zip((cancelled, closed, kept), parts, strict=True)
    undo = Undo(
        action=url_for("desk_away.reopen"),
        fields=[("closing_id", str(closing.id)), *filtered.items()],
    )
    return Message(text=" ".join(words for number, words in counted if number), undo=undo)


def restored_message(restored: int, refused: Refused, opened: int = 0) -> Message:
    """Return how many stand again, and which do not and why; `opened`: free times that are back."""
    stand = ngettext(
        "%(num)s appointment stands again.", "%(num)s appointments stand again.", restored
    )
    free = ngettext(
        "%(num)s free time is offered again.", "%(num)s free times are offered again.", opened
    )
    parts = [words for number, words in ((restored, stand), (opened, free)) if number]
    parts = parts or [gettext("Nothing could be taken back.")]
    parts += _not_done(refused, gettext("Not taken back: %(references)s.", references="{}"))
    return Message(text=" ".join(parts), role="alert" if refused else "status")


def _not_done(refused: Refused, sentence: str) -> list[str]:
    by_reason = defaultdict(list)
    for reference, error in refused:
        by_reason[said(error)].append(reference)
    return [
        f"{sentence.format(gettext(', ').join(references))} {reason}"
        for reason, references in by_reason.items()
    ]
