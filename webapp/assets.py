"""Static files: addresses that change with the content, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

PICO_VERSION = "2.1.1"
_KEEP = "public, max-age=31536000, immutable"
_FOLDER = Path(__file__).parent / "static"


def init_app(app: Flask) -> None:
    """Offer `asset` to templates and let browsers keep versioned files."""
    app.jinja_env.globals.update(asset=asset, pico_version=PICO_VERSION)
    app.after_request(_keep_versioned)


def asset(filename: str, v: str | None = None) -> str:
    """Return the address of a static file with its version, else a fingerprint of its content."""
    return _address(request.root_path, filename, v)


@cache
def _address(_root: str, filename: str, version: str | None) -> str:
    return url_for("static", filename=filename, v=version or _fingerprint(filename))


@cache
def _fingerprint(filename: str) -> str:
    path = _FOLDER / filename
    if not path.is_file():
        return "missing"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _keep_versioned(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.headers["Cache-Control"] = _KEEP if "v" in request.args else "no-cache"
    return response
