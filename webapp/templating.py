"""What every template can use."""

import re
from typing import Any

from flask import Flask, get_flashed_messages, request
from markupsafe import Markup

from domain import clinic
from domain.languages import LANGUAGES
from webapp.compiled_templates import CompiledTemplates
from webapp.config import WebConfig
from webapp.languages import name_words, reason_words, with_specialty
from webapp.page_environment import WithoutIndentation
from webapp.presenters import times
from webapp.presenters.counting import counted, standing_words
from webapp.presenters.desk_ways import with_status
from webapp.presenters.frame import frame, header
from webapp.presenters.reader import reader
from webapp.presenters.statuses import shown_status
from webapp.presenters.whole_dates import whole_dates, whole_moments, whole_subject
from webapp.responses import Message
from webapp.written import Written

_REFERENCE = re.compile(r"(?<![\w-])([2-9A-Z]{3}-[2-9A-Z]{3})(?![\w-])")


def init_app(app: Flask) -> None:
    """Offer presenters, the practice and messages to templates."""
    config: WebConfig = app.extensions["bookwell"]
    if config.compiled_templates:
        app.jinja_env.bytecode_cache = CompiledTemplates(config.compiled_templates)
    app.jinja_env.add_extension(WithoutIndentation)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        kept=_kept,
        kept_by_key=Written().kept,
        shown=times.shown,
        day_words=times.day_words,
        dated_words=times.dated_words,
        short_day_words=times.short_day_words,
        moment_words=times.moment_words,
        moment_dated=times.moment_dated,
        moment_clock=times.moment_clock,
        now_dated=times.now_dated,
        zone_words=times.zone_words,
        iso=times.iso,
        shown_status=shown_status,
        counted=counted,
        standing_words=standing_words,
        with_status=with_status,
        languages=LANGUAGES,
        reason_words=reason_words,
        name_words=name_words,
        with_specialty=with_specialty,
        web=config,
        has_page=lambda endpoint: endpoint in app.view_functions,
    )
    app.jinja_env.filters["capitalised"] = _capitalised
    app.jinja_env.filters["ltr"] = _left_to_right
    app.jinja_env.filters["whole_dates"] = whole_dates
    app.jinja_env.filters["whole_moments"] = whole_moments
    app.jinja_env.filters["whole_subject"] = whole_subject
    app.jinja_env.filters["with_references"] = _with_references
    app.context_processor(_of_this_request)


def _capitalised(text: str) -> str:
    """Let a heading begin as one: some languages write days and "from" in lower case."""
    return text[:1].upper() + text[1:]


def _left_to_right(text: str) -> Markup:
    """Keep digits in their order within a language that runs the other way, as in "+49 30 12"."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def _with_references(text: str) -> Markup:
    """Mark the references within a sentence, so that none breaks at its hyphen."""
    marked = Markup('<strong class="unbroken">{}</strong>').format
    parts = enumerate(_REFERENCE.split(text))
    return Markup("").join(marked(part) if place % 2 else part for place, part in parts)


def _of_this_request() -> dict[str, Any]:
    return {
        "clinic": clinic.current(),
        "reader": reader(),
        "frame": frame(),
        "header": header(),
        "flashed": _flashed,
    }


def _flashed() -> list[Message]:
    flashed: list[Any] = get_flashed_messages(with_categories=True)
    return [Message.shown_again(kept, role) for role, kept in flashed]


def _kept(macro: Any, shown: Any, **named: Any) -> str:
    """Return what a macro makes of something that is shown to many, made once."""
    place = (request.root_path, macro.name, *named.items())
    html: str | None = shown.written.get(place)
    if html is None:
        html = shown.written[place] = macro(shown, **named)
    return html
