"""Addresses for templates: a page links to dozens of them, and Flask builds each from its rules.

The same address is built once; addresses that differ in an identifier alone, once for all.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, request

from domain.ids import Id

_PLACE = "f" * 24


def init_app(app: Flask) -> None:
    """Let templates build addresses with `url_for` as ever."""
    app.jinja_env.globals["url_for"] = _quick(app.url_for)


def _quick(url_for: Callable[..., str]) -> Callable[..., str]:
    @lru_cache(maxsize=4096)
    def built(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return url_for(endpoint, **dict(values))

    def quick(endpoint: str, **values: Any) -> str:
        root = request.root_path
        if len(values) == 1:
            [(name, value)] = values.items()
            if isinstance(value, Id):
                return built(root, endpoint, ((name, _PLACE),)).replace(_PLACE, str(value))
        if not _is_plain(endpoint, values):
            return url_for(endpoint, **values)
        return built(root, endpoint, tuple(values.items()))

    return quick


def _is_plain(endpoint: str, values: dict[str, Any]) -> bool:
    """Tell whether an address follows from these words alone, and may well be asked for again."""
    return not endpoint.startswith(".") and all(
        isinstance(value, str) and len(value) <= 40 and not name.startswith("_")
        for name, value in values.items()
    )
