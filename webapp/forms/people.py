"""Adding and changing staff, and asking the audit log."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import EmailField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from domain.documents import Role, User
from domain.errors import Invalid, NotFound
from domain.ids import parse_id
from domain.queries.audit import AuditFilter, Doing
from domain.queries.staff import ROLES
from webapp.forms.base import PageForm, needed
from webapp.presenters.people import role_word

_OFFERED = AnyOf(
    [role.value for role in ROLES], message=lazy_gettext("Please choose one from the list.")
)


def _role_choices() -> list[SelectChoice]:
    return [SelectChoice(role.value, role_word(role)) for role in reversed(ROLES)]


class ColleagueForm(PageForm):
    """What an administrator says about somebody who works here."""

    name = StringField(lazy_gettext("Name"), [needed()])
    role = SelectField(
        lazy_gettext("Role"), [_OFFERED], choices=_role_choices, validate_choice=False
    )
    specialty = StringField(lazy_gettext("Specialty"))

    @property
    def wanted_role(self) -> Role:
        """The role that was chosen."""
        return Role(self.role.data)

    @classmethod
    def of(cls, person: User) -> "ColleagueForm":
        """Return the form as sent, or with what is stored."""
        return cls(name=person.name, role=person.role.value, specialty=person.specialty)


class NewColleagueForm(ColleagueForm):
    """Somebody new."""

    email = EmailField(lazy_gettext("E-mail address"), [needed()])


class AuditForm(PageForm):
    """Which entries to show: an address, so that nobody's name is in a link."""

    email = EmailField(lazy_gettext("E-mail address"), [needed()])
    side = SelectField(
        lazy_gettext("Whose address this is"),
        choices=[
            SelectChoice("person", lazy_gettext("the person whose data it is")),
            SelectChoice("actor", lazy_gettext("the person who saw or changed it")),
        ],
        validate_choice=False,
    )


class AuditQuestion(PageForm):
    """Which entries an address of the log asks for. It changes nothing."""

    person = HiddenField()
    actor = HiddenField()
    doing = HiddenField()
    before = HiddenField()

    @classmethod
    def asked(cls, asked: Any) -> "AuditQuestion":
        """Return the question of an address."""
        return cls(formdata=asked)

    @property
    def wanted(self) -> AuditFilter:
        """The question in the domain's words.

        Raises:
            Invalid: it is none.
        """
        try:
            return AuditFilter(
                person_id=parse_id(self.person.data) if self.person.data else None,
                actor_id=parse_id(self.actor.data) if self.actor.data else None,
                doing=Doing(self.doing.data) if self.doing.data else None,
                before=self.before.data or None,
            )
        except (NotFound, ValueError) as error:
            raise Invalid("This page of the list is not known.") from error
