"""From an event to the words of a message."""

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from babel import Locale
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context

from domain import clinic, links
from domain.actions.confirming import LINK_HOLDS
from domain.events import (
    AppointmentFacts,
    EmailConfirmationRequested,
    Event,
    PasswordResetRequested,
)
from domain.sealing import Confidential
from listeners import wording
from translations.catalogues import catalogue
from translations.locales import language_of, locale_of

_FOLDER = Path(__file__).parent / "messages"


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A message in words: one line of subject, a text part and an HTML part."""

    subject: str
    text: str
    html: str


def render(message: str, event: Event, public_url: str, recipient: str = "") -> Rendered:
    """Word a message to a recipient in the reader's language; `message` names its folder.

    Raises:
        jinja2.TemplateError: the folder is missing, or a template names what the event lacks.
    """
    practice = clinic.current()
    locale = locale_of(language_of(event.language or practice.locale), practice.locale)
    environment = _environment(locale)
    context: dict[str, Any] = {
        "event": event,
        "clinic": practice,
        "public_url": public_url.rstrip("/"),
        "language": str(locale).replace("_", "-"),
        "direction": locale.text_direction,
        "manage_url": partial(_manage_url, public_url.rstrip("/"), recipient),
        "reset_url": partial(_reset_url, public_url.rstrip("/")),
        "confirm_url": partial(_confirm_url, public_url.rstrip("/")),
    }
    subject = environment.get_template(f"{message}/subject.txt").render(context)
    context["subject"] = " ".join(subject.split())
    return Rendered(
        subject=context["subject"],
        text=environment.get_template(f"{message}/body.txt").render(context),
        html=environment.get_template(f"{message}/body.html").render(context),
    )


def _manage_url(public_url: str, recipient: str, facts: AppointmentFacts) -> str:
    """Return where the patient sees, moves or cancels an appointment."""
    if not facts.link_nonce:  # told by an older version
        return f"{public_url}/appointments/{facts.appointment_id}"
    token = links.manage_token(facts.appointment_id, facts.link_nonce, recipient)
    return f"{public_url}/manage/{token}"


def _reset_url(public_url: str, event: PasswordResetRequested) -> str:
    return f"{public_url}/reset/{links.reset_token(event.nonce)}"


def _confirm_url(public_url: str, event: EmailConfirmationRequested) -> str:
    return f"{public_url}/confirm/{links.confirm_token(event.person_id, event.nonce, event.email)}"


def _one_line(value: Any) -> Any:
    """Keep what people typed on one line and in reading order; leave markup as it is."""
    if isinstance(value, Confidential):
        value = str(value)
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return wording.one_line(value)
    return value


@cache
def _environment(locale: Locale) -> Environment:
    """Return what words messages in a language; a handful of them is all that there ever is."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        finalize=_one_line,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    said = catalogue(locale.language)
    environment.install_gettext_translations(said, newstyle=True)  # type: ignore[attr-defined]
    for name in ("gettext", "ngettext"):
        environment.globals[name] = _with_clean_facts(environment.globals[name])
    for word in (wording.when, wording.short_when, wording.moment, wording.day):
        environment.globals[word.__name__] = partial(word, locale=locale)
    environment.globals["held_minutes"] = wording.held_minutes
    environment.globals["confirm_days"] = LINK_HOLDS.days
    environment.globals["minutes"] = wording.minutes
    environment.globals["reason"] = partial(wording.reason, locale=locale)
    environment.filters["opening"] = partial(wording.opening, locale=locale)
    return environment


def _with_clean_facts(say: Any) -> Any:
    """Return a gettext that cleans what it puts into a sentence, as `finalize` does with the rest.

    It must take the same number of words by position: the others are the sentence's facts.
    """

    @pass_context
    def said(context: Context, *words: Any, **facts: Any) -> Any:
        return say(context, *words, **{name: _one_line(fact) for name, fact in facts.items()})

    return said
