"""A form that is shown and never sent."""

from wtforms import StringField, TextAreaField

from domain.errors import Invalid
from webapp.forms.base import PageForm, needed


class SampleForm(PageForm):
    """One field that must be filled in, and one that need not."""

    name = StringField("Name", [needed()], id="sample-name")
    note = TextAreaField("Note", id="sample-note")

    @classmethod
    def fresh(cls) -> "SampleForm":
        """Return a form that nobody has filled in."""
        return cls(formdata=None)

    @classmethod
    def refused_one(cls) -> "SampleForm":
        """Return the same once it was refused, with what was typed."""
        form = cls(formdata=None, name="x", prefix="refused")
        form.name.errors = ()
        form.note.errors = ()
        form.name.id, form.note.id = "refused-name", "refused-note"
        sentence = "Please use a longer name."  # the page of samples is in English alone
        form.refuse(Invalid(sentence, name=sentence))
        return form
