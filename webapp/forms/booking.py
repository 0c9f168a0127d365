"""Booking, moving, cancelling and marking."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf

from domain.documents import AppointmentStatus
from domain.text import REASON_LIMIT
from webapp.forms.base import OnceForm, PageForm, needed
from webapp.presenters.reader import reader

REASON_HINT = lazy_gettext(
    "Up to %(number)s characters; only the practice reads it.", number=REASON_LIMIT
)


class BookingForm(OnceForm):
    """One time to book."""

    reason = TextAreaField(lazy_gettext("Reason for your visit"))


class CancelForm(PageForm):
    """Why an appointment ends."""

    reason = TextAreaField(lazy_gettext("Reason"))

    @property
    def key(self) -> tuple[object, ...] | None:
        """What tells it from others while nobody has filled it in; None afterwards."""
        return None if self.refused or self.reason.data else (reader().language,)


class MoveForm(PageForm):
    """The other time."""

    slot_id = HiddenField(lazy_gettext("New time"), validators=[needed()])


class StatusForm(PageForm):
    """What became of a visit."""

    status = HiddenField(
        lazy_gettext("Status"),
        validators=[
            AnyOf(
                [one.value for one in AppointmentStatus if one is not AppointmentStatus.CANCELLED],
                message=lazy_gettext("This is no status that can be noted."),
            )
        ],
    )

    @property
    def wanted(self) -> AppointmentStatus:
        """The status, once the form is valid."""
        chosen: Any = self.status.data
        return AppointmentStatus(chosen)
