"""Addresses that a person may be sent to: paths of this site, nothing else."""

import re
from urllib.parse import SplitResult, urlsplit

from flask import current_app, request

from webapp.config import WebConfig

_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)
_LONGEST = 500


def safe_path(address: str | None) -> str | None:
    """Return an address if it is a path of this site, else None.

    Browsers read a backslash like a slash and ignore tabs and line breaks, so that none of them,
    and no control character, may occur anywhere.
    """
    if not address or len(address) > _LONGEST or not _PATH.fullmatch(address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


def here() -> str | None:
    """Return where to come back to after signing in: this page, or the one that sent the form."""
    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return safe_path(request.full_path.rstrip("?"))
    sender = address_parts(request.headers.get("HX-Current-URL") or request.referrer)
    if sender.netloc not in _names_of_this_site():
        return None
    return safe_path(f"{sender.path}?{sender.query}" if sender.query else sender.path)


def _names_of_this_site() -> tuple[str, str]:
    """Return what this request calls the site, and what PUBLIC_URL does.

    A proxy may name the app by another host than browsers do.
    """
    config: WebConfig = current_app.extensions["bookwell"]
    return request.host, urlsplit(config.public_url).netloc.lower()


def address_parts(told: str | None) -> SplitResult:
    """Return the parts of the address that a header tells, all empty where it tells none."""
    try:
        return urlsplit(told or "")
    except ValueError:
        return urlsplit("")
