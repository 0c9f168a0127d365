"""E-mails in files, as pages show them."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

_MOST_SHOWN = 50
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]*\.eml", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An e-mail: its file's name, headers in words, text and HTML parts, attachments' names."""

    name: str
    written_at: datetime
    subject: str
    to: str
    kind: str
    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[str]


def letters(folder: Path, older_than: str = "") -> tuple[list[Letter], bool]:
    """Return a page of e-mails, newest first, and whether there are older ones.

    `older_than`: the name of the last one on the page before; without it, the newest are returned.
    """
    files = [path for path in folder.glob("*.eml") if _NAME.fullmatch(path.name)]
    files.sort(key=_written, reverse=True)
    last = folder / older_than
    if last in files:
        files = files[files.index(last) + 1 :]
    return [_read(path) for path in files[:_MOST_SHOWN]], len(files) > _MOST_SHOWN


def letter(folder: Path, name: str) -> Letter | None:
    """Return one e-mail by its file's name, or None."""
    path = folder / name
    return _read(path) if _NAME.fullmatch(name) and path.is_file() else None


def _written(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name


def _read(path: Path) -> Letter:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return Letter(
        name=path.name,
        written_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        subject=str(message.get("Subject", "")),
        to=str(message.get("To", "")),
        kind=str(message.get("X-Event-Kind", "")),
        headers=[(name, str(value)) for name, value in message.items()],
        text=_part(message, "plain"),
        html=_part(message, "html"),
        attachments=[str(one.get_filename()) for one in message.iter_attachments()],
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
