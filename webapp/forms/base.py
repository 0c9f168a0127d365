"""What all forms share."""

import secrets
from collections.abc import Sequence
from typing import Any, Self

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import DataRequired

from domain.errors import DomainError, Invalid
from webapp.languages import said, translated
from webapp.presenters.reader import reader


def needed() -> DataRequired:
    """Return the check of a field that may not be empty."""
    return DataRequired(lazy_gettext("Please fill this in."))


class PageForm(FlaskForm):  # type: ignore[misc]
    """A form whose fields can also show what the domain refused."""

    form_errors: Sequence[str]

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How all forms are made: the app checks the token of each request before any view."""

        csrf = False

        @property
        def locales(self) -> tuple[str, ...]:
            """Whose language WTForms' own sentences speak; it keeps what it has read of it."""
            return (reader().locale.language,)

    def refuse(self, error: DomainError) -> None:
        """Put the domain's sentences beside their fields, or above the form."""
        fields = error.fields if isinstance(error, Invalid) else {}
        for name, sentence in fields.items():
            if name in self:
                self._field(name).errors = [*self._field(name).errors, translated(sentence)]
        if not any(name in self for name in fields):
            self.form_errors = [*self.form_errors, said(error)]

    @property
    def refused(self) -> bool:
        """Whether there is anything to say about what was sent."""
        return bool(self.errors or self.form_errors)

    def _field(self, name: str) -> Any:
        return self[name]


class OnceForm(PageForm):
    """A form that books once: its key makes a repeated sending answer like the first."""

    idempotency_key = HiddenField()

    @classmethod
    def fresh(cls) -> Self:
        """Return a form that was not sent yet."""
        return cls(formdata=None, idempotency_key=_new_key())

    def refuse(self, error: DomainError) -> None:
        """Show what the domain refused; what is sent next is another booking, unless to mend it."""
        super().refuse(error)
        if not isinstance(error, Invalid):
            self.idempotency_key.data = _new_key()


def _new_key() -> str:
    return secrets.token_urlsafe(18)
