"""What people type: cleaned, bounded and cut into words to search by."""

import re
import unicodedata
from collections.abc import Sequence

from domain.errors import Invalid
from domain.sealing import Confidential
from domain.sentences import Sentence

NAME_LIMIT, PHONE_LIMIT, REASON_LIMIT, EMAIL_LIMIT = 120, 40, 500, 254
LONGEST_BEGINNING = 16
_LONGEST_SEARCH, _MOST_WORDS = 200, 5
_MOST_BEGINNINGS = 300
# Directional overrides would turn the text around them; isolates and joiners are left alone.
_OVERRIDES = re.compile("[\u202a-\u202e]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def one_line(field: str, text: str, limit: int, *, needed: bool = False) -> str:
    """Return typed text on one line, or raise Invalid for the named field.

    Line breaks become spaces, so that no typed text ever starts a new header or row.
    """
    cleaned = " ".join(_cleaned(field, text).split())
    if needed and not any(sign.isprintable() and not sign.isspace() for sign in cleaned):
        raise _refusal(field, "Please fill this in.")
    return _bounded(field, cleaned, limit)


def paragraph(field: str, text: str, limit: int) -> Confidential:
    """Return typed text that may have several lines, or raise Invalid for the named field.

    What people tell at such length is nobody else's business: it is stored encrypted.
    """
    lines = _cleaned(field, text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    joined = "\n".join(line.rstrip() for line in lines).strip()
    return Confidential(_bounded(field, joined, limit))


def search_words(*texts: str) -> list[str]:
    """Return the distinct words of some texts without case and accents, as search compares.

    A hyphenated word is also found by what follows the hyphen.
    """
    words: dict[str, None] = {}
    for text in texts:
        for word in _plain(text).split():
            words[word] = None
            words.update(dict.fromkeys(part for part in word.split("-")[1:] if part))
    return list(words)


def search_beginnings(*texts: str) -> list[str]:
    """Return how the words of some texts begin, so that an equality finds them by a beginning."""
    return list(
        dict.fromkeys(
            word[:length]
            for word in search_words(*texts)
            for length in range(1, min(len(word), LONGEST_BEGINNING) + 1)
        )
    )


def with_former(beginnings: list[str], former: Sequence[str]) -> list[str]:
    """Return beginnings and former ones after them, as far as there is room.

    By a former name one still finds the appointments that were made under it.
    """
    return list(dict.fromkeys([*beginnings, *former]))[: max(len(beginnings), _MOST_BEGINNINGS)]


def typed_words(typed: str) -> list[str]:
    """Return the words that somebody looks for, at most five; what no text can hold is left out."""
    shown = _CONTROLS.sub(" ", typed[:_LONGEST_SEARCH])
    return list(dict.fromkeys(_plain(shown).split()))[:_MOST_WORDS]


def each_begins_one(typed: list[str], words: list[str]) -> bool:
    """Tell whether each typed word begins one of a document's words."""
    return all(any(word.startswith(beginning) for word in words) for beginning in typed)


def _cleaned(field: str, text: str) -> str:
    if not isinstance(text, str):
        raise _refusal(field, "Please give a text.")
    if _CONTROLS.search(text):
        raise _refusal(field, "This contains a character that cannot be stored.")
    return _OVERRIDES.sub("", unicodedata.normalize("NFC", text))


def _bounded(field: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise _refusal(
            field,
            Sentence.counted(
                "Please use at most %(number)s character; this has %(length)s.",
                "Please use at most %(number)s characters; this has %(length)s.",
                number=limit,
                length=len(text),
            ),
        )
    return text


def _refusal(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, **{field: sentence})


def _plain(text: str) -> str:
    # Folded twice: taking a sign such as "℡" apart may bring capitals to light.
    folded = unicodedata.normalize("NFKD", text.casefold()).casefold()
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
