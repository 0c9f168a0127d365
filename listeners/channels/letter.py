"""An e-mail that writes itself out: half of what sending one took went into general MIME code.

Ours are all of one kind: text, the same as HTML, perhaps a calendar file; in seven-bit characters
throughout, so that no server on the way needs to know 8BITMIME.
"""

import secrets
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate

from flask_mailman import EmailMultiAlternatives
from flask_mailman.message import forbid_multi_line_headers


@dataclass(frozen=True)
class Written:
    """A message with line feeds at its lines' ends."""

    content: bytes

    def as_bytes(self, linesep: str = "\n") -> bytes:
        """Return the message with these line ends."""
        return self.content.replace(b"\n", linesep.encode("ascii"))


class Letter(EmailMultiAlternatives):  # type: ignore[misc]
    """flask-mailman's message; all texts are strings, all attachments bytes.

    `begin_by`: when a server is to be given its body at the latest.
    """

    begin_by: datetime

    def message(self) -> Written:
        """Return the message as it is sent."""
        texts = [(self.body, "text/plain"), *self.alternatives]
        whole = _multipart("alternative", [_text(*text) for text in texts])
        if self.attachments:
            files = [_file(*attachment) for attachment in self.attachments]
            whole = _multipart("mixed", [whole, *files])
        return Written(self._headers() + whole)

    def _headers(self) -> bytes:
        headers = {
            "Subject": self.subject,
            "From": self.from_email,
            "To": ", ".join(self.to),
            "Date": formatdate(),
            **self.extra_headers,
            "MIME-Version": "1.0",
        }
        # It encodes what is not ASCII, folds the subject, and raises on a line break.
        clean = (forbid_multi_line_headers(*header, "utf-8") for header in headers.items())
        return "".join(f"{name}: {value}\n" for name, value in clean).encode("ascii")


def _text(text: str, kind: str) -> bytes:
    """Return a text as a part of a message."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    return (
        f'Content-Type: {kind}; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\n'
    ).encode("ascii") + b2a_qp(lines, istext=True)


def _file(name: str, content: bytes, kind: str) -> bytes:
    """Return a file as a part of a message."""
    return (
        f"Content-Type: {kind}\n"
        "Content-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="{name}"\n\n'
    ).encode("ascii") + encodebytes(content)


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    """Return parts as one; what stands between them is too random to be in them."""
    boundary = f"=_{secrets.token_hex(16)}"
    between = f"--{boundary}\n".encode("ascii")
    return b"".join(
        (
            f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode("ascii"),
            *(between + part + b"\n" for part in parts),
            f"--{boundary}--\n".encode("ascii"),
        )
    )
