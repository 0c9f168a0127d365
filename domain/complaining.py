"""Saying once what would otherwise be said at each look at the same thing."""

import logging
from collections.abc import Hashable
from functools import lru_cache


@lru_cache(maxsize=1000)
def complain_once(log: logging.Logger, words: str, *about: Hashable) -> None:
    """Log an error, but for one of the last thousand that were logged in this process."""
    log.error(words, *about)
