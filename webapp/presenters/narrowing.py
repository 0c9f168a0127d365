"""To what a list is narrowed, as paper says it: no form is there to read it from."""

from flask_babel import gettext


def status_words(status: str) -> str:
    """Return "Status: Booked", or nothing."""
    return gettext("Status: %(status)s", status=status) if status else ""


def search_words(words: str | None) -> str:
    """Return "Search: “Weber”", or nothing."""
    return gettext("Search: “%(words)s”", words=words) if words else ""
