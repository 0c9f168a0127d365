"""What templates have written, kept by all that it says: most is shown again and again."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import request

from domain import clock

LONGEST = timedelta(minutes=10)
"""How long something is kept that nobody asks for any more: there are names in it."""

MOST_KEPT = 4_000_000
"""How many characters are kept in all; most take one byte, some two."""


class Written:
    """Keeps what macros made, and lets go of what was not asked for the longest.

    Threads may share it: what two of them make at once is the same.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[Any, ...], tuple[datetime, str]] = OrderedDict()
        self._length = 0
        self._lock = Lock()

    def kept(self, macro: Any, shown: Any, **named: Any) -> str:
        """Return what a macro makes of something; it is made anew where that has no key."""
        key = shown.key
        if key is None:
            made: str = macro(shown, **named)
            return made
        place = (macro.name, request.root_path, *named.items(), *key)
        known = self._kept.get(place)
        html: str = known[1] if known else macro(shown, **named)
        with self._lock:
            self._keep(place, html, clock.now())
        return html

    def _keep(self, place: tuple[Any, ...], html: str, now: datetime) -> None:
        before = self._kept.pop(place, None)
        self._length += len(html) - (len(before[1]) if before else 0)
        self._kept[place] = now, html
        while self._kept and (self._length > self._most or self._is_old(now)):
            _, (_, gone) = self._kept.popitem(last=False)
            self._length -= len(gone)

    def _is_old(self, now: datetime) -> bool:
        """Tell whether what was not asked for the longest has not been for too long."""
        asked_for_at, _ = next(iter(self._kept.values()))
        return now - asked_for_at > LONGEST
