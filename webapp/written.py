"""What templates have written, kept by all that it says: most is shown again and again."""

from collections import OrderedDict
from typing import Any

from flask import request

MOST_KEPT = 4_000_000
"""How many characters are kept in all; most take one byte, some two."""


class Written:
    """Keeps what macros made, and lets go of what was not asked for the longest.

    Threads may share it: what two of them make at once is the same.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[Any, ...], str] = OrderedDict()
        self._length = 0

    def kept(self, macro: Any, shown: Any, **named: Any) -> str:
        """Return what a macro makes of something; it is made anew where that has no key."""
        key = shown.key
        if key is None:
            made: str = macro(shown, **named)
            return made
        place = (macro.name, request.root_path, *named.items(), *key)
        try:
            self._kept.move_to_end(place)
            return self._kept[place]
        except KeyError:
            html: str = macro(shown, **named)
            self._keep(place, html)
            return html

    def _keep(self, place: tuple[Any, ...], html: str) -> None:
        self._length += len(html) - len(self._kept.pop(place, ""))
        self._kept[place] = html
        while self._length > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._length -= len(oldest)
