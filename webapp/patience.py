"""How long an answer may take before the person is told that the practice cannot be reached."""

from collections.abc import Callable
from typing import Any, TypeVar

_WITHIN_SECONDS = 4.2
_MANY_WITHIN_SECONDS = 40.0

View = TypeVar("View", bound=Callable[..., Any])


def writes_many(view: View) -> View:
    """Give a view longer: it writes up to a thousand documents, or fifty appointments in turn."""
    return _longer(view)


def reads_many(view: View) -> View:
    """Give a view longer: it reads up to five thousand documents."""
    return _longer(view)


def patience_of(view: Callable[..., Any]) -> float:
    """Return how many seconds a view has."""
    return float(getattr(view, "patience", _WITHIN_SECONDS))


def _longer(view: View) -> View:
    view.patience = _MANY_WITHIN_SECONDS  # type: ignore[attr-defined]
    return view
