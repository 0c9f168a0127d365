"""What follows from an event: messages to people, sent in the background."""

from listeners.documents import Delivery

DOCUMENTS = (Delivery,)

__all__ = ["DOCUMENTS", "Delivery"]
