"""From an event to the words of a message."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from domain import clinic
from domain.events import Event
from domain.sealing import Confidential
from listeners import wording

_FOLDER = Path(__file__).parent / "messages"


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A message in words: one line of subject, a text part and an HTML part."""

    subject: str
    text: str
    html: str


def render(message: str, event: Event, public_url: str) -> Rendered:
    """Word a message about an event; `message` names its folder.

    Raises:
        jinja2.TemplateError: the folder is missing, or a template names what the event lacks.
    """
    context: dict[str, Any] = {
        "event": event,
        "clinic": clinic.current(),
        "public_url": public_url.rstrip("/"),
    }
    subject = _environment.get_template(f"{message}/subject.txt").render(context)
    context["subject"] = " ".join(subject.split())
    return Rendered(
        subject=context["subject"],
        text=_environment.get_template(f"{message}/body.txt").render(context),
        html=_environment.get_template(f"{message}/body.html").render(context),
    )


def _one_line(value: Any) -> Any:
    """Keep what people typed on one line and in reading order; leave markup as it is."""
    if isinstance(value, Confidential):
        value = str(value)
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return wording.one_line(value)
    return value


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        finalize=_one_line,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for word in (wording.when, wording.short_when, wording.moment, wording.day, wording.minutes):
        environment.globals[word.__name__] = word
    return environment


_environment = _make_environment()
