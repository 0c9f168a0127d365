"""The ways of reaching people, by name. A new one is one class and one line here."""

from collections.abc import Mapping

from listeners.channels.channel import Channel, NotNow, NotTried, Refused, Unheard
from listeners.channels.email import EmailChannel
from listeners.channels.webhook import WebhookChannel
from listeners.config import NotifierConfig

CHANNELS: Mapping[str, type[Channel]] = {
    "email": EmailChannel,
    "webhook": WebhookChannel,
}


def open_channels(config: NotifierConfig) -> dict[str, Channel]:
    """Return every channel, ready to send."""
    return {name: make(config) for name, make in CHANNELS.items()}


def is_to_people(name: str) -> bool:
    """Tell whether a channel leads to people; of one that there is no more, that it did."""
    return name not in CHANNELS or CHANNELS[name].to_people


def is_correctable(name: str) -> bool:
    """Tell whether a recipient over a channel is an e-mail address that may be put right."""
    return name in CHANNELS and CHANNELS[name].correctable


__all__ = [
    "CHANNELS",
    "Channel",
    "NotNow",
    "NotTried",
    "Refused",
    "Unheard",
    "is_correctable",
    "is_to_people",
    "open_channels",
]
