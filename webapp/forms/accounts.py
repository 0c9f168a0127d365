"""Signing in and registering."""

from flask_babel import lazy_gettext
from wtforms import EmailField, HiddenField, PasswordField, StringField, TelField

from webapp.forms.base import PageForm, needed


class SignInForm(PageForm):
    """Who one is. `next`: where to go afterwards."""

    email = EmailField(lazy_gettext("E-mail address"), validators=[needed()])
    password = PasswordField(lazy_gettext("Password"), validators=[needed()])
    next = HiddenField()


class RegisterForm(PageForm):
    """A new patient. `next`: where to go afterwards."""

    name = StringField(lazy_gettext("Your name"), validators=[needed()])
    email = EmailField(lazy_gettext("E-mail address"), validators=[needed()])
    phone = TelField(lazy_gettext("Telephone"))
    password = PasswordField(lazy_gettext("Password"), validators=[needed()])
    next = HiddenField()


class ConfirmForm(PageForm):
    """Showing that one has registered oneself, in a browser in which one is not signed in."""

    password = PasswordField(lazy_gettext("Password"), validators=[needed()])


class ForgotForm(PageForm):
    """Whose password is forgotten."""

    email = EmailField(lazy_gettext("E-mail address"), validators=[needed()])


class NewPasswordForm(PageForm):
    """Another password."""

    password = PasswordField(lazy_gettext("New password"), validators=[needed()])
