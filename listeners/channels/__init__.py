"""The ways of reaching people, by name. A new one is one class and one line here."""

from collections.abc import Callable, Mapping

from listeners.channels.channel import Channel, NotNow, Refused, Unheard
from listeners.channels.email import EmailChannel
from listeners.channels.webhook import WebhookChannel
from listeners.config import NotifierConfig

CHANNELS: Mapping[str, Callable[[NotifierConfig], Channel]] = {
    "email": EmailChannel,
    "webhook": WebhookChannel,
}


def open_channels(config: NotifierConfig) -> dict[str, Channel]:
    """Return every channel, ready to send."""
    return {name: make(config) for name, make in CHANNELS.items()}


__all__ = ["CHANNELS", "Channel", "NotNow", "Refused", "Unheard", "open_channels"]
