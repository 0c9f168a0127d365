"""A doctor is away: which one, on which days, and why."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, TextAreaField
from wtforms.fields import SelectChoice

from domain.queries.doctors import DoctorName
from webapp.forms.base import PageForm, needed
from webapp.forms.desk import FilterForm
from webapp.forms.ids import IdsField


class AwayForm(FilterForm):
    """Which doctor is away, and on which days."""

    status = None
    q = None
    after = None

    @classmethod
    def asked(cls, asked: Any, doctors: Sequence[DoctorName] = ()) -> "AwayForm":
        """Return the question, with the doctors to choose from."""
        form = super().asked(asked, doctors)
        form.doctor.choices[0] = SelectChoice("", lazy_gettext("Please choose"))
        return form


class CloseForm(PageForm):
    """The days of the doctor who is away. `appointment_id`: all that the page showed as booked."""

    appointment_id = IdsField()
    reason = TextAreaField(lazy_gettext("Reason"), [needed()], id="away-reason")
    propose = BooleanField(
        lazy_gettext("Propose the nearest free times in the e-mail"), default=True
    )
