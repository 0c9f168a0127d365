"""How much a browser may send."""

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge

BODY_BYTES = 256 * 1024
FIELDS = 300


def init_app(app: Flask) -> None:
    """Refuse bodies and forms that no page of ours sends, before anything reads them."""
    app.before_request(_require_modest_request)


def _require_modest_request() -> None:
    if request.content_length is not None and request.content_length > BODY_BYTES:
        raise RequestEntityTooLarge
    if len(request.query_string) > BODY_BYTES // 16:
        raise RequestEntityTooLarge
    # Werkzeug counts the parts of multipart forms only.
    if request.mimetype == "application/x-www-form-urlencoded":
        body = request.get_data(cache=True, parse_form_data=False)
        if body.count(b"&") >= FIELDS or _was_cut_off(body):
            raise RequestEntityTooLarge


def _was_cut_off(body: bytes) -> bool:
    """Tell whether there may have been more: of what names no length, Werkzeug drops the rest."""
    return request.content_length is None and len(body) >= BODY_BYTES
