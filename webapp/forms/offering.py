"""Offering times and taking them back."""

import datetime as dt
from datetime import time, timedelta
from typing import Any

from babel.dates import get_day_names
from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from domain.ids import Id, parse_id
from domain.series import LONGEST_MINUTES, SeriesPlan
from webapp.forms.base import PageForm
from webapp.forms.ids import IdsField
from webapp.presenters.reader import reader

_FIVES: dict[str, int] = {"step": 300}


def day_field(label: str, **more: Any) -> Field:
    """Return a field for a date."""
    sentence = lazy_gettext("Please give a date such as 2026-12-01.")
    return DateField(label, [_given()], invalid_value_message=sentence, **more)


def _clock_field(label: str, **more: Any) -> Field:
    sentence = lazy_gettext("Please give a time such as 09:30.")
    form = {"format": ["%H:%M", "%H:%M:%S"], "render_kw": _FIVES}
    return TimeField(label, [_given()], invalid_value_message=sentence, **form, **more)


def _minutes_field(label: str, *, least: int, **more: Any) -> Field:
    sentence = lazy_gettext("Please give a whole number of minutes.")
    bounds = {"min": least, "max": LONGEST_MINUTES, "step": 5}
    return IntegerField(label, [_given()], invalid_value_message=sentence, render_kw=bounds, **more)


def _given() -> InputRequired:
    return InputRequired(lazy_gettext("Please fill this in."))


def _weekdays() -> list[SelectChoice]:
    """Return the days of a week, from the one on which the reader's week begins."""
    locale = reader().locale
    names = get_day_names("wide", "stand-alone", locale)
    days = ((locale.first_week_day + number) % 7 for number in range(7))
    return [SelectChoice(day, names[day]) for day in days]


class OfferSlotForm(PageForm):
    """One time. `fold` 1: the second of two equal times, in the night the clock goes back.

    `view`: what of the calendar it stands in, to be shown again once the time is offered.
    """

    date = day_field(lazy_gettext("Date"), id="slot-date")
    start = _clock_field(lazy_gettext("Start"), id="slot-start")
    minutes = _minutes_field(lazy_gettext("Minutes"), least=5, id="slot-minutes")
    fold = SelectField(
        lazy_gettext("If the clock shows it twice"),
        choices=[
            SelectChoice(0, lazy_gettext("The first one")),
            SelectChoice(1, lazy_gettext("The second one")),
        ],
        coerce=int,
        default=0,
        id="slot-fold",
    )
    view = HiddenField()

    @classmethod
    def fresh(
        cls,
        day: dt.date,
        start: time = time(9),
        minutes: int = 30,
        fold: int = 0,
        view: str = "",
    ) -> "OfferSlotForm":
        """Return a form that was not sent yet."""
        return cls(formdata=None, date=day, start=start, minutes=minutes, fold=fold, view=view)


class OfferSeriesForm(PageForm):
    """Times on some weekdays of some weeks. `seen`: the plan whose outcome a page has shown."""

    weekdays = SelectMultipleField(
        lazy_gettext("Weekdays"),
        [InputRequired(lazy_gettext("Please choose at least one weekday."))],
        choices=_weekdays,
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        id="series-weekdays",
    )
    from_date = day_field(lazy_gettext("First day"), id="series-from")
    until_date = day_field(lazy_gettext("Last day"), id="series-until")
    start = _clock_field(lazy_gettext("From"), id="series-start")
    end = _clock_field(lazy_gettext("Until"), id="series-end")
    minutes = _minutes_field(lazy_gettext("Minutes each"), least=5, id="series-minutes")
    pause = _minutes_field(lazy_gettext("Minutes between"), least=0, id="series-pause")
    seen = HiddenField()

    @classmethod
    def fresh(cls, day: dt.date) -> "OfferSeriesForm":
        """Return a form that was not sent yet: four weeks of office hours."""
        return cls(
            formdata=None,
            weekdays=range(5),
            from_date=day,
            until_date=day + timedelta(days=27),
            start=time(9),
            end=time(17),
            minutes=30,
            pause=0,
        )

    @property
    def plan(self) -> SeriesPlan:
        """The plan, once the form is valid."""
        return SeriesPlan(
            weekdays=frozenset(self.weekdays.data),
            from_date=self.from_date.data,
            until_date=self.until_date.data,
            start=self.start.data,
            end=self.end.data,
            minutes=self.minutes.data,
            pause=self.pause.data,
        )

    @property
    def words(self) -> str:
        """The plan in one line, by which a page tells it from another."""
        plan = self.plan
        days = "".join(str(day) for day in sorted(plan.weekdays))
        hours = f"{plan.start:%H%M}-{plan.end:%H%M}"
        return f"{days}.{plan.from_date}.{plan.until_date}.{hours}.{plan.minutes}.{plan.pause}"

    @property
    def differs_from_what_was_seen(self) -> bool:
        """Whether a page has shown what another plan amounts to, but not this one."""
        return bool(self.seen.data) and self.seen.data != self.words


class WithdrawForm(PageForm):
    """A time to take back. `notify`: the doctor knows that `appointment_id` ends with it."""

    notify = HiddenField()
    appointment_id = HiddenField()
    propose = BooleanField(
        lazy_gettext("Propose the nearest free times in the e-mail"), default=True
    )
    reason = TextAreaField(lazy_gettext("Reason"))

    @property
    def seen(self) -> Id | None:
        """The appointment that the page showed."""
        return parse_id(self.appointment_id.data) if self.appointment_id.data else None


class WithdrawSeriesForm(PageForm):
    """A series to take back. `appointment_id`: all that the page showed as booked."""

    booked = RadioField(
        choices=[
            SelectChoice("keep", lazy_gettext("They stay")),
            SelectChoice("cancel", lazy_gettext("Cancel them and tell the patients")),
        ],
        default="keep",
        validate_choice=False,
    )
    appointment_id = IdsField()
    propose = BooleanField(
        lazy_gettext("Propose the nearest free times in the e-mail"), default=True
    )
    reason = TextAreaField(lazy_gettext("Reason"))

    @property
    def given_up(self) -> list[Id]:
        """The appointments that end with the series."""
        return self.appointment_id.ids if self.booked.data == "cancel" else []
