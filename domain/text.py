"""What people type: cleaned, bounded and cut into words to search by."""

import re
import unicodedata

from domain.errors import Invalid

NAME_LIMIT, PHONE_LIMIT, REASON_LIMIT, EMAIL_LIMIT = 120, 40, 500, 254
_PREFIXES_PER_QUERY = 5
# Directional overrides would turn the text around them; isolates and joiners are left alone.
_OVERRIDES = re.compile("[\u202a-\u202e]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def one_line(field: str, text: str, limit: int, *, needed: bool = False) -> str:
    """Return typed text on one line, or raise Invalid for the named field.

    Line breaks become spaces, so that no typed text ever starts a new header or row.
    """
    cleaned = " ".join(_cleaned(field, text).split())
    if needed and not cleaned:
        raise _refusal(field, "Please fill this in.")
    return _bounded(field, cleaned, limit)


def paragraph(field: str, text: str, limit: int) -> str:
    """Return typed text that may have several lines, or raise Invalid for the named field."""
    lines = _cleaned(field, text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _bounded(field, "\n".join(line.rstrip() for line in lines).strip(), limit)


def search_words(*texts: str) -> list[str]:
    """Return the distinct words of some texts without case and accents, as search compares."""
    words: dict[str, None] = {}
    for text in texts:
        words.update(dict.fromkeys(_plain(text).split()))
    return list(words)


def every_word_starts_with(field: str, typed: str) -> list[dict[str, dict[str, str]]]:
    """Return the conditions under which each typed word begins one of a document's words."""
    words = search_words(typed)[:_PREFIXES_PER_QUERY]
    return [{field: {"$regex": "^" + re.escape(word)}} for word in words]


def _cleaned(field: str, text: str) -> str:
    if _CONTROLS.search(text):
        raise _refusal(field, "This contains a character that cannot be stored.")
    return _OVERRIDES.sub("", unicodedata.normalize("NFC", text))


def _bounded(field: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise _refusal(field, f"Please use at most {limit} characters; these are {len(text)}.")
    return text


def _refusal(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, **{field: sentence})


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
