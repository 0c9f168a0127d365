"""Who reads a page: in which zone and with whose habits of writing times."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel import Locale
from flask import g

from domain import clinic
from domain.walltime import zone_named


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The zone and locale in which a page is written."""

    zone: ZoneInfo
    locale: Locale

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
    user = g.get("user")
    zone = zone_named(user.timezone) if user and user.timezone else practice.zone
    return Reader(zone=zone, locale=_locale(practice.locale))


def _locale(name: str) -> Locale:
    # Plain "en" means American dates to Babel; a practice there says "en_US".
    return Locale.parse("en_GB" if name == "en" else name.replace("-", "_"))
