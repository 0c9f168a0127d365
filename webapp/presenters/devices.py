"""Browsers in words that tell them apart in a list."""

from flask import request

# The more particular name first: each browser also calls itself by those of others.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def this_device() -> str:
    """Return the browser of this request as "Firefox, Linux"; "" if it does not say."""
    told = request.user_agent.string
    names = (_first(_BROWSERS, told), _first(_SYSTEMS, told))
    return ", ".join(name for name in names if name)


def _first(names: tuple[tuple[str, str], ...], told: str) -> str:
    return next((name for sign, name in names if sign in told), "")
