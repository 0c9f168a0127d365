"""Dates that stay whole where a line ends."""

import re

from markupsafe import Markup

# "27 November", with a first day and a dash before it; "27. November", "27 de noviembre de 2026";
# "November 27, 2026".
_DATE = re.compile(
    r"((?<![\d:])(?:\d{1,2}\u2013)?\d{1,2}\.?(?: de)? [^\W\d_]+\.?(?: (?:de )?\d{4})?"
    r"|[^\W\d_]+ \d{1,2}, \d{4})"
)


def whole_dates(words: str) -> Markup:
    """Mark the dates in a title or sentence, so that none breaks between its day and its month."""
    marked = Markup('<span class="whole">{}</span>').format
    parts = enumerate(_DATE.split(words))
    return Markup("").join(marked(part) if place % 2 else part for place, part in parts)
