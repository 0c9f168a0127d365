"""What pages say, in the reader's language."""

from functools import cached_property

from babel.support import NullTranslations
from flask import Flask
from flask_babel import Babel, Domain, gettext, ngettext
from markupsafe import Markup

from domain.actions.erasing import ERASED_NAME
from domain.actions.withdrawing import DEFAULT_REASON
from domain.errors import DomainError
from domain.sealing import Confidential
from domain.sentences import Sentence
from translations.catalogues import catalogue
from webapp.presenters.reader import reader


class _Catalogues(Domain):
    """Flask-Babel's messages, taken from our catalogues instead of compiled files."""

    def get_translations(self) -> NullTranslations:
        """Return what is said in the reader's language."""
        return catalogue(reader().locale.language)


class _Babel(Babel):
    @cached_property
    def domain_instance(self) -> Domain:
        """The messages of the pages."""
        return _Catalogues()


def init_app(app: Flask) -> None:
    """Let templates, forms and presenters speak the reader's language."""
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    _Babel(app, locale_selector=lambda: reader().locale)
    # Jinja's own passes six functions for each of a page's twenty sentences: a third of its time.
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _in_templates


def _in_templates(message: str, /, **facts: object) -> Markup:
    """Return a sentence in the reader's language, with facts put in as text."""
    said = Markup(catalogue(reader().locale.language).gettext(message))  # noqa: S704 - ours, not typed
    return said % facts if "%" in said else said


def said(error: DomainError) -> str:
    """Return what the domain says of a refusal, in the reader's language."""
    return translated(error.sentence)


def reason_words(reason: Confidential) -> str:
    """Return why something was cancelled, as typed; what stands for no reason is translated."""
    text = str(reason)
    return gettext(text) if text == str(DEFAULT_REASON) else text


def name_words(name: str) -> str:
    """Return a patient's name; what stands for somebody who was erased is translated."""
    return gettext("Erased patient") if name == ERASED_NAME else name


def with_specialty(name: str, specialty: str) -> str:
    """Return a doctor's name and, where it is known, what the doctor does.

    Commas differ, and Arabic isolates each, lest two Latin words swap around one of its own: by
    characters and no elements, as an option of a list holds only text.
    """
    if not specialty:
        return name
    return gettext("%(name)s, %(specialty)s", name=name, specialty=specialty)


def translated(sentence: str) -> str:
    """Return a sentence of the domain in the reader's language."""
    if not isinstance(sentence, Sentence):
        return gettext(sentence)
    if sentence.plural is None:
        return gettext(sentence.message, **sentence.facts)
    facts = dict(sentence.facts)
    number = facts.pop("number")
    return ngettext(sentence.message, sentence.plural, number, number=number, **facts)
