"""Looking for messages, and sending one again."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import EmailField, HiddenField, SearchField

from domain.errors import Invalid
from domain.text import one_line
from webapp.forms.base import PageForm, needed
from webapp.presenters.deliveries import STATES

_LONGEST_SEARCH = 254


class TraceForm(PageForm):
    """Which messages to show. It changes nothing."""

    state = HiddenField(lazy_gettext("State"))
    q = SearchField(lazy_gettext("Recipient: name or e-mail"))
    after = HiddenField()

    @classmethod
    def asked(cls, asked: Any) -> "TraceForm":
        """Return the question of an address, checked."""
        form = cls(formdata=asked)
        if form.state.data and form.state.data not in STATES:
            form.refuse(Invalid("There is no such state.", state="There is no such state."))
            form.state.data = ""
        try:
            form.q.data = one_line("q", form.q.data or "", _LONGEST_SEARCH)
        except Invalid as error:
            form.refuse(error)
            form.q.data = ""
        return form


class ResendForm(PageForm):
    """Where the message goes this time."""

    email = EmailField(lazy_gettext("Send it to"), [needed()], id="resend-email")

    @classmethod
    def fresh(cls, email: str) -> "ResendForm":
        """Return a form that was not sent yet."""
        return cls(formdata=None, email=email)
