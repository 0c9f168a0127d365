"""What people set for themselves."""

from flask_babel import lazy_gettext
from wtforms import HiddenField, PasswordField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice

from domain.documents import User
from domain.languages import LANGUAGES
from domain.walltime import zones_of_places
from webapp.forms.base import PageForm, needed


class AccountForm(PageForm):
    """In which zone times are shown, and in which language all is; "" is that of the device."""

    language = SelectField(lazy_gettext("Language"), validate_choice=False)
    timezone = SelectField(lazy_gettext("Show times in"), validate_choice=False)

    @classmethod
    def of(cls, person: User) -> "AccountForm":
        """Return the form as sent, or with what is set."""
        form = cls(timezone=person.timezone or "", language=person.language or "")
        form.language.choices = [
            SelectChoice("", lazy_gettext("The language of this device")),
            *(SelectChoice(tag, name) for tag, name in LANGUAGES.items()),
        ]
        form.timezone.choices = [
            SelectChoice("", lazy_gettext("The time zone of this device")),
            *map(_zone_choice, sorted({*zones_of_places(), "UTC", person.timezone or "UTC"})),
        ]
        return form


def _zone_choice(name: str) -> SelectChoice:
    region, _, place = name.partition("/")
    return SelectChoice(name, (place or region).replace("_", " "), optgroup=region)


class EraseForm(PageForm):
    """Showing that it is really oneself who goes."""

    password = PasswordField(lazy_gettext("Password"), [needed()])


class ParticularsForm(PageForm):
    """What one is called, and under which number."""

    name = StringField(lazy_gettext("Name"), [needed()])
    phone = TelField(lazy_gettext("Telephone"))


class PasswordForm(PageForm):
    """Another password, and the present one."""

    current_password = PasswordField(lazy_gettext("Current password"), [needed()])
    password = PasswordField(lazy_gettext("New password"), [needed()])


class SecondFactorForm(PageForm):
    """The first code of an authenticator app; `offered`: the secret that it was shown."""

    offered = HiddenField()
    code = StringField(lazy_gettext("Code from the app"), [needed()])
    current_password = PasswordField(lazy_gettext("Password"), [needed()])


class RemoveSecondFactorForm(PageForm):
    """Showing that it is really oneself."""

    current_password = PasswordField(lazy_gettext("Password"), [needed()])


class CodeForm(PageForm):
    """A code of the app, or a recovery code."""

    code = StringField(lazy_gettext("Code"), [needed()])
