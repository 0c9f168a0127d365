"""Signing in and registering."""

from wtforms import EmailField, HiddenField, PasswordField, StringField, TelField

from webapp.forms.base import PageForm, needed


class SignInForm(PageForm):
    """Who one is. `next`: where to go afterwards."""

    email = EmailField("E-mail address", validators=[needed()])
    password = PasswordField("Password", validators=[needed()])
    next = HiddenField()


class RegisterForm(PageForm):
    """A new patient. `next`: where to go afterwards."""

    name = StringField("Your name", validators=[needed()])
    email = EmailField("E-mail address", validators=[needed()])
    phone = TelField("Telephone")
    password = PasswordField("Password", validators=[needed()])
    next = HiddenField()
