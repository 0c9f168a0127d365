"""What people set for themselves."""

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from domain.walltime import zone_names
from webapp.forms.base import PageForm


class AccountForm(PageForm):
    """In which zone times are shown; "" is the one of the device."""

    timezone = SelectField("Show times in", validate_choice=False)

    @classmethod
    def of(cls, timezone: str | None) -> "AccountForm":
        """Return the form as sent, or with what is set."""
        form = cls(timezone=timezone or "")
        names = [SelectChoice(name, name.replace("_", " ")) for name in sorted(zone_names())]
        form.timezone.choices = [SelectChoice("", "The time zone of this device"), *names]
        return form
