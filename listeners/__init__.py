"""What follows from an event: messages to people, sent in the background."""

from typing import Any

DOCUMENTS: tuple[Any, ...] = ()
