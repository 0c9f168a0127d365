"""Addresses: a page links to dozens of them, and Flask builds each from all routes' rules.

The same address is built once; addresses that differ in an identifier alone, once for all.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, request

from domain.ids import Id

_PLACES = ("f" * 24, "e" * 24)
_LONGEST = 40
_NOTHING_MORE = (None, None, None, None)


def init_app(app: Flask) -> None:
    """Let views and templates build addresses with `url_for` as ever."""
    app.url_for = _quick(app.url_for)  # type: ignore[method-assign]
    app.jinja_env.globals["url_for"] = app.url_for


def _quick(url_for: Callable[..., str]) -> Callable[..., str]:
    @lru_cache(maxsize=4096)
    def built(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return url_for(endpoint, **dict(values))

    def quick(
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        if endpoint[0] == "." or (_anchor, _method, _scheme, _external) != _NOTHING_MORE:
            more = {"_anchor": _anchor, "_method": _method, "_scheme": _scheme}
            return url_for(endpoint, **more, _external=_external, **values)
        named = {name: value for name, value in values.items() if isinstance(value, Id)}
        words = {**values, **dict(zip(named, _PLACES, strict=False))} if named else values
        if len(named) > len(_PLACES) or not _are_plain(words.values()):
            return url_for(endpoint, **values)
        address = built(request.root_path, endpoint, tuple(words.items()))
        for place, value in zip(_PLACES, named.values(), strict=False):
            address = address.replace(place, str(value))
        return address

    return quick


def _are_plain(values: Iterable[object]) -> bool:
    """Tell whether an address follows from these words alone, and may well be asked for again."""
    return all(value is None or type(value) is int or _is_short(value) for value in values)


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST
