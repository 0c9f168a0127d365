"""What a zone is called after, in each language."""

from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location


@cache
def city_of(zone: ZoneInfo, locale: Locale) -> str:
    """Return the city of a zone: "Buenos Aires", where Babel has "Argentina/Buenos Aires"."""
    return get_timezone_location(zone, locale=locale, return_city=True).rpartition("/")[2]
