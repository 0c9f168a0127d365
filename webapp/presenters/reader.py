"""Who reads a page: in which zone and with whose habits of writing times."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel import Locale
from flask import g, request

from domain import clinic
from domain.walltime import zone_named, zone_names

COOKIE = "timezone"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The zone and locale in which a page is written.

    `is_located`: the zone is the reader's own; else it is the practice's, for want of a better one.
    """

    zone: ZoneInfo
    locale: Locale
    is_located: bool = True

    @property
    def language(self) -> str:
        """The language tag of the page."""
        return str(self.locale).replace("_", "-")


def reader() -> Reader:
    """Return who reads the answer to this request; the practice's zone if theirs is not known."""
    if "reader" not in g:
        g.reader = _reader()
    known: Reader = g.reader
    return known


def _reader() -> Reader:
    practice = clinic.current()
    name = _own_zone()
    zone = zone_named(name) if name else practice.zone
    return Reader(zone=zone, locale=_locale(practice.locale), is_located=name is not None)


def _own_zone() -> str | None:
    """Return the zone that the account names, else the browser; None where neither is one."""
    user = g.get("user")
    told = (user.timezone if user else None, request.cookies.get(COOKIE))
    return next((name for name in told if name in zone_names()), None)


def _locale(name: str) -> Locale:
    # Plain "en" means American dates to Babel; a practice there says "en_US".
    return Locale.parse("en_GB" if name == "en" else name.replace("-", "_"))
