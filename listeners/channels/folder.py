"""A flask-mailman backend that writes each message to one well-formed `.eml` file."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask_mailman import EmailMessage
from flask_mailman.backends.base import BaseEmailBackend

from domain.ids import Id

_ONLY_THE_OWNER = 0o600


class MailFolder(BaseEmailBackend):  # type: ignore[misc]
    """Writes `<time>-<delivery>.eml`; a message that is sent again replaces itself.

    A reader never sees half a message: the file gets its name when it is complete.
    """

    def __init__(self, *, folder: Path, **options: Any) -> None:
        super().__init__(**options)
        self._folder = folder
        self.words = ""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write every message; return how many."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            self._write(file_name(message.extra_headers["Message-ID"]), message)
        return len(email_messages)

    def _write(self, name: str, message: EmailMessage) -> None:
        unfinished = self._folder / f".{name}.{os.getpid()}-{threading.get_ident()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_THE_OWNER)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.message().as_bytes(linesep="\r\n"))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / name)
        self.words = f"written to {name}"


def file_name(message_id: str) -> str:
    """Return a message's file name: the delivery's time, then its id, from the Message-ID."""
    delivery_id = Id(message_id.strip("<>").partition("@")[0])
    return f"{delivery_id.generation_time:%Y%m%dT%H%M%SZ}-{delivery_id}.eml"
