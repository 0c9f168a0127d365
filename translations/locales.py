"""How a language is written where the practice is: words of the one, habits of the other."""

from functools import cache

from babel import Locale, UnknownLocaleError

from domain.languages import LANGUAGES

ENGLISH = "en"
# Plain "en" means American dates to Babel; a practice there says "en_US".
_COUNTRIES = {ENGLISH: "GB"}


@cache
def locale_of(language: str, practice: str) -> Locale:
    """Return the locale of a language for readers of a practice whose own locale is given.

    The practice's country decides on clocks, weeks and numbers where it and the language go
    together: a practice in Switzerland writes French as people there do.
    """
    country = Locale.parse(practice, sep=_separator(practice)).territory
    for territory in (country, _COUNTRIES.get(language)):
        try:
            if territory:
                return Locale(language, territory)
        except UnknownLocaleError:
            continue
    return Locale(language)


def language_of(locale: str) -> str:
    """Return the language of a locale, or English if pages do not speak it."""
    language = locale.replace("-", "_").partition("_")[0].lower()
    return language if language in LANGUAGES else ENGLISH


def _separator(locale: str) -> str:
    return "-" if "-" in locale else "_"
