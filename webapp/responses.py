"""Answers: a page or its fragment, or the way to another page."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import (
    Response,
    current_app,
    flash,
    make_response,
    render_template,
    request,
    url_for,
)
from jinja2_fragments import render_block

from webapp.presenters.reader import reader


@dataclass(frozen=True, kw_only=True)
class Undo:
    """The form that takes back what a message tells of: where it goes and its hidden fields."""

    action: str
    fields: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Message:
    """A sentence for the person: good news (`status`) or what went wrong (`alert`).

    `language`: the one that it was said in, where the page that shows it speaks another.
    """

    text: str
    role: str = "status"
    undo: Undo | None = None
    language: str | None = None

    def kept(self) -> Any:
        """Return what the session keeps of it until the next page."""
        said = {"text": self.text, "language": reader().language}
        return said | {"undo": asdict(self.undo)} if self.undo else said

    @classmethod
    def shown_again(cls, kept: Any, role: str) -> "Message":
        """Return a message that the session has kept."""
        # An app that was just brought up to date finds what its forerunner has kept, too.
        kept = {"text": kept} if isinstance(kept, str) else kept
        said_in = kept.get("language")
        language = None if said_in == reader().language else said_in
        undo = Undo(**kept["undo"]) if "undo" in kept else None
        return cls(text=kept["text"], role=role, undo=undo, language=language)


def wants_fragment() -> bool:
    """Tell whether htmx asks for a part of a page; a return through the history needs it all."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request


def page(
    template: str,
    *,
    block: str | None = None,
    status: int = 200,
    message: Message | None = None,
    push: str | None = None,
    **context: Any,
) -> Response:
    """Return a page, or for htmx its `block` with the message beside it.

    `push`: the address that htmx shows for the fragment.
    """
    if block is None or not wants_fragment():
        body = render_template(template, messages_now=[message] if message else [], **context)
        return make_response(body, status)
    # htmx takes over the title and, by its id, the messages.
    context["messages_now"] = [message] if message else []
    written = _writer(context)
    shown, context["name"] = written(template, block), " ".join(written(template, "title").split())
    response = make_response(shown + written("fragments.html", "around"), status)
    if push:
        response.headers["HX-Push-Url"] = push
    return response


def _writer(context: dict[str, Any]) -> Callable[[str, str], str]:
    """Return what writes blocks of templates, all in one context, which is put together once."""
    current_app.update_template_context(context)
    return lambda template, block: render_block(current_app.jinja_env, template, block, context)


def message_only(message: Message, status: int) -> Response:
    """Return just a message, for htmx to show in the page that asked."""
    written = _writer({"messages_now": [message]})
    response = make_response(written("fragments.html", "message"), status)
    response.headers["HX-Retarget"] = "#messages"
    response.headers["HX-Reswap"] = "innerHTML"
    # The address stays with what is still shown.
    response.headers["HX-Push-Url"] = "false"
    return response


def go_to(endpoint: str, *, message: Message | None = None, **values: Any) -> Response:
    """Send the browser to another page with GET."""
    return go_to_path(url_for(endpoint, **values), message=message)


def go_to_path(path: str, *, message: Message | None = None) -> Response:
    """Send the browser to another path of this site with GET."""
    if message:
        flash(message.kept(), message.role)
    if request.headers.get("HX-Request") == "true":
        # htmx does not see the headers of a redirect, as the browser follows it by itself.
        return Response("", 200, {"HX-Redirect": path})
    return Response("", 303, {"Location": path})
