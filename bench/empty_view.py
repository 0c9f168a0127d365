"""An app that does nothing, on the event loop that ours runs on."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from flask import Flask

from bench.clinic import Filled
from bench.paths import Path, Visitor


class EmptyApp(Flask):
    """Flask with nothing but the way to the loop."""

    def __init__(self, clinic: Filled) -> None:
        super().__init__(__name__)
        self._loop = clinic.loop

    def async_to_sync(self, func: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
        """Enter the loop as our app does."""
        return lambda *given, **named: self._loop.run(func(*given, **named))


def empty_view(clinic: Filled) -> Path:
    """Return a request whose view says "ok"."""
    app = EmptyApp(clinic)

    @app.get("/")
    async def ok() -> str:
        return "ok"

    visitor = Visitor(replace(clinic, app=app), "")
    return lambda _: visitor.ask("/")
