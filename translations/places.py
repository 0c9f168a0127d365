"""What a zone is called after, in each language."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location


@cache
def city_of(zone: ZoneInfo, locale: Locale) -> str:
    """Return the city of a zone: "Buenos Aires", where Babel has "Argentina/Buenos Aires"."""
    return get_timezone_location(zone, locale=locale, return_city=True).rpartition("/")[2]


def has_city(zone: ZoneInfo) -> bool:
    """Tell whether a zone is called after a place: "UTC", "CET" and "Etc/GMT+3" are not."""
    return "/" in zone.key and not zone.key.startswith("Etc/")


def abbreviation(local: datetime) -> str:
    """Return what a zone is called for short at a time: "CET", or "UTC-03:00" where it has no name.

    The names of "Etc" count the other way round and are never shown: "Etc/GMT+3" lies west of
    Greenwich (https://data.iana.org/time-zones/tzdb/etcetera).
    """
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{local.isoformat()[-6:]}"
