"""The reception's questions and changes."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    SearchField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import Optional, ValidationError

from domain.documents import AppointmentStatus
from domain.errors import Invalid, NotFound
from domain.ids import parse_id
from domain.queries.desk import PAGE_SIZE
from domain.queries.desk_lines import DeskFilter
from domain.queries.doctors import DoctorName
from domain.sentences import Sentence
from domain.text import one_line
from domain.walltime import within_calendar
from webapp.forms.base import OnceForm, PageForm, needed
from webapp.languages import said
from webapp.presenters.reader import reader
from webapp.presenters.statuses import shown_status

_LONGEST_SEARCH = 100
_NO_DATE = lazy_gettext("Please give a date such as 2026-12-01.")
_ANY_DOCTOR = SelectChoice("", lazy_gettext("All doctors"))
_STATUSES = [
    SelectChoice("", lazy_gettext("Any status")),
    *(SelectChoice(status.value, shown_status(status).word) for status in AppointmentStatus),
]


def _in_calendar(_: PageForm, field: DateField) -> None:
    if field.data and not within_calendar(field.data):
        raise ValidationError(gettext("Please give a date between 1990 and 2200."))


def _searchable(_: PageForm, field: SearchField) -> None:
    try:
        field.data = one_line("q", field.data or "", _LONGEST_SEARCH)
    except Invalid as error:
        raise ValidationError(said(error)) from error


class FilterForm(PageForm):
    """What the list shows. It changes nothing. `named`: the doctors to choose from."""

    named: tuple[tuple[str, str], ...]
    date = DateField(
        lazy_gettext("From"), [Optional(), _in_calendar], invalid_value_message=_NO_DATE
    )
    until = DateField(
        lazy_gettext("Until"), [Optional(), _in_calendar], invalid_value_message=_NO_DATE
    )
    doctor = SelectField(
        lazy_gettext("Doctor"), choices=[_ANY_DOCTOR], default="", validate_choice=False
    )
    status = SelectField(lazy_gettext("Status"), choices=_STATUSES, default="")
    q = SearchField(lazy_gettext("Name, e-mail or reference"), [_searchable])
    after = HiddenField()

    @classmethod
    def asked(cls, asked: Any, doctors: Sequence[DoctorName] = ()) -> "FilterForm":
        """Return the question of an address or form, checked, as far as it can be answered.

        `doctors`: whom it offers to choose from.
        """
        form = cls(formdata=asked)
        form.named = tuple((str(one.id), one.name) for one in doctors)
        form.doctor.choices = [_ANY_DOCTOR, *(SelectChoice(*one) for one in form.named)]
        form.validate()
        return form

    @property
    def key(self) -> tuple[object, ...] | None:
        """All that the form says, to write it once; None where somebody typed into it."""
        if self.refused or self.q.data:
            return None
        # A date is written as it came, of which several may mean the same day.
        days = (tuple(field.raw_data or ()) for field in (self.date, self.until))
        return (reader().language, *days, self.doctor.data, self.status.data, self.named)

    def validate_doctor(self, field: SelectField) -> None:
        """Refuse what names no doctor; one who is not there has no appointments."""
        try:
            parse_id(field.data or "0" * 24)
        except NotFound as error:
            raise ValidationError(gettext("Not a valid choice.")) from error

    def validate_until(self, field: DateField) -> None:
        """Refuse a span that ends before it begins."""
        if field.data and self.date.data and field.data < self.date.data:
            raise ValidationError(gettext("The last day lies before the first."))

    def wanted(self, today: dt.date) -> DeskFilter:
        """Return what to show; what cannot be right counts as not said."""
        said = {field.name: field.data for field in self if field.data and not field.errors}
        day: dt.date = said.get("date", today)
        until: dt.date = said.get("until", day)
        return DeskFilter(
            date=day,
            until=max(day, until),
            doctor_id=parse_id(said["doctor"]) if "doctor" in said else None,
            status=AppointmentStatus(said["status"]) if "status" in said else None,
            q=said.get("q", ""),
            after=said.get("after"),
        )


class CancelManyForm(PageForm):
    """The ticked appointments end, for one reason."""

    reason = TextAreaField(lazy_gettext("Reason"), [needed()], id="cancel-reason")
    propose = BooleanField(lazy_gettext("Propose the nearest free times in the e-mail"))
    away = BooleanField(lazy_gettext("The doctor is away: nobody can book these times again"))

    @property
    def key(self) -> tuple[object, ...] | None:
        """What tells it from others while nobody has filled it in; None afterwards."""
        return None if self.refused or any(self.data.values()) else (reader().language,)

    def require_some(self, ticked: Sequence[str]) -> None:
        """Put a sentence above the form unless it can be about these appointments."""
        if not ticked:
            self.refuse(Invalid("Please tick the appointments to cancel."))
        elif len(ticked) > PAGE_SIZE:
            self.refuse(
                Invalid(
                    Sentence(
                        "Please cancel at most %(number)s appointments at once.", number=PAGE_SIZE
                    )
                )
            )


class DeskBookingForm(OnceForm):
    """A time for somebody at the counter or on the telephone: a known patient or a new one."""

    slot_id = HiddenField(lazy_gettext("Time"))
    patient_id = HiddenField(lazy_gettext("Patient"))
    book_for = HiddenField()
    name = StringField(lazy_gettext("Name"), id="new-name")
    email = EmailField(lazy_gettext("E-mail address"), id="new-email")
    phone = TelField(lazy_gettext("Telephone"), id="new-phone")
    reason = TextAreaField(lazy_gettext("Reason for the visit"), id="booking-reason")

    @property
    def chosen(self) -> str:
        """The id of the patient whose button was pressed, or who was chosen before."""
        return self.book_for.data or self.patient_id.data or ""

    @property
    def names_newcomer(self) -> bool:
        """Whether somebody new was typed in."""
        return bool(self.name.data or self.email.data or self.phone.data)


class PatientSearchForm(PageForm):
    """Whom the desk looks for. Posted, so that no patient's name stands in an address or a log."""

    slot_id = HiddenField()
    q = SearchField(lazy_gettext("Name or e-mail address"), [_searchable], id="patient-q")
