"""Addresses for templates: a page links to dozens of them, and Flask builds each from its rules.

The same address is built once; addresses that differ in an identifier alone, once for all.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, request

from domain.ids import Id

_PLACES = ("f" * 24, "e" * 24)
_LONGEST = 40


def init_app(app: Flask) -> None:
    """Let templates build addresses with `url_for` as ever."""
    app.jinja_env.globals["url_for"] = _quick(app.url_for)


def _quick(url_for: Callable[..., str]) -> Callable[..., str]:
    @lru_cache(maxsize=4096)
    def built(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return url_for(endpoint, **dict(values))

    def quick(endpoint: str, **values: Any) -> str:
        named = {name: value for name, value in values.items() if isinstance(value, Id)}
        words = {**values, **dict(zip(named, _PLACES, strict=False))} if named else values
        if len(named) > len(_PLACES) or not _is_plain(endpoint, words):
            return url_for(endpoint, **values)
        address = built(request.root_path, endpoint, tuple(words.items()))
        for place, value in zip(_PLACES, named.values(), strict=False):
            address = address.replace(place, str(value))
        return address

    return quick


def _is_plain(endpoint: str, values: dict[str, Any]) -> bool:
    """Tell whether an address follows from these words alone, and may well be asked for again."""
    if endpoint[0] == ".":
        return False
    return all(
        name[0] != "_" and (value is None or type(value) is int or _is_short(value))
        for name, value in values.items()
    )


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST
