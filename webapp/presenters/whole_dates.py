"""Dates that stay whole where a line ends."""

import re

from markupsafe import Markup

# "27 November", with a first day and a dash before it; "27. November", "27 de noviembre de 2026";
# "November 27, 2026".
_DATE = (
    r"(?:(?<![\d:])(?:\d{1,2}\u2013)?\d{1,2}\.?(?: de)? [^\W\d_]+\.?(?: (?:de )?\d{4})?"
    r"|[^\W\d_]+ \d{1,2}, \d{4})"
)
_DATES = re.compile(f"({_DATE})")
# "Friday 27 November", "الجمعة، 27 نوفمبر", with "08:13" or "8:13 ص" behind it, and what ends it.
_MOMENTS = re.compile(
    rf"((?:[^\W\d_]+[,،]? )?{_DATE}(?:[,،] \d{{1,2}}:\d\d(?:\s[^\W\d_]{{1,2}}\b)?)?[,،.]?)"
)

# What a subject ends in: "Dr Mei-Lin Chen".
_LAST = re.compile(r"(.*[,،] )([^,،\d]+)", re.DOTALL)
_YEAR = re.compile(r"\d{4}")


def whole_dates(words: str) -> Markup:
    """Mark the dates in a title or sentence, so that none breaks between its day and its month."""
    marked = Markup('<span class="whole">{}</span>').format
    parts = enumerate(_DATES.split(words))
    return Markup("").join(marked(part) if place % 2 else part for place, part in parts)


def whole_moments(words: str) -> Markup:
    """Mark the dates with their weekdays and clock times, so that each stays on one line."""
    marked = Markup('<span class="moment{}">{}</span>').format
    parts = enumerate(_MOMENTS.split(words))
    whole = (
        marked(" moment--dated" if _YEAR.search(part) else "", whole_dates(part))
        if place % 2
        else part
        for place, part in parts
    )
    return Markup("").join(whole)


def whole_subject(words: str) -> Markup:
    """Mark the dates of a message's subject and the name that it ends in."""
    ending = _LAST.fullmatch(words)
    if ending is None:
        return whole_moments(words)
    name = Markup('<span class="named">{}</span>').format(ending[2])
    return whole_moments(ending[1]) + name
