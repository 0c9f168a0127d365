"""`run.py check`: what is right or wrong around the app, and what to do about it."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import tzdata
from beanie import Document

from domain.client import NotReplicated
from domain.database import ping
from domain.errors import Unavailable
from hosting.embedded import NotStarted
from hosting.network import on_loopback
from hosting.occupancy import Occupied, UnusableFolder
from hosting.session import BadDatabase, connected, reachable_database
from hosting.settings import Settings

_SHORT_KEY = 32
_OLDEST_REDIS = 6
_MAIL_SECONDS = 10.0


class Verdict(StrEnum):
    """How something stands."""

    RIGHT = "right"
    CAREFUL = "careful"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what to do about it."""

    verdict: Verdict
    about: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.verdict.value:8} {self.about}: {self.sentence}"


RedisVersion = Callable[[str], Coroutine[Any, Any, str]]


def findings(
    settings: Settings, documents: Sequence[type[Document]], redis_version: RedisVersion
) -> Iterator[Finding]:
    """Look at everything that the app needs, one after the other.

    `redis_version` asks the Redis at an address for its version.
    """
    yield _found("database", lambda: _database(settings, documents))
    yield _found("mail", lambda: _mail_server(settings))
    if settings.redis_url is not None:
        url = settings.redis_url.get_secret_value()
        yield _found("Redis", lambda: _redis(url, redis_version))
    yield Finding(
        Verdict.RIGHT,
        "time zones",
        f"tzdata {tzdata.IANA_VERSION}; the practice is in {settings.clinic_timezone}.",
    )
    yield from _unsafe(settings)


def _found(about: str, look: Callable[[], Finding]) -> Finding:
    """Return what a look finds; what nobody thought of is wrong too, and ends no other look."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001 - whatever it is, this cannot be used
        sentence = f"it cannot be used ({type(error).__name__}: {error})."
        return Finding(Verdict.WRONG, about, sentence)


def _database(settings: Settings, documents: Sequence[type[Document]]) -> Finding:
    try:
        with (
            reachable_database(settings, "checks its database") as uri,
            connected(settings, uri, documents) as loop,
        ):
            loop.run(ping())
    except (BadDatabase, NotReplicated, NotStarted, Occupied, Unavailable, UnusableFolder) as error:
        return Finding(Verdict.WRONG, "database", str(error))
    kind = "the embedded one answers" if settings.embedded else "the one of MONGODB_URI answers"
    return Finding(Verdict.RIGHT, "database", f"{kind} and has transactions.")


def _mail_server(settings: Settings) -> Finding:
    if settings.mail_server is None:
        sentence = f"MAIL_SERVER is not set; messages are written to {settings.mail_folder}."
        return Finding(Verdict.RIGHT if settings.embedded else Verdict.CAREFUL, "mail", sentence)
    where = f"{settings.mail_server} port {settings.smtp_port}"
    try:
        _greet(settings)
    except smtplib.SMTPAuthenticationError:
        sentence = f"{where} refuses the login; look at MAIL_USERNAME and MAIL_PASSWORD."
        return Finding(Verdict.WRONG, "mail", sentence)
    except (OSError, smtplib.SMTPException) as error:
        sentence = (
            f"{where} cannot be used ({error}); look at MAIL_SERVER, MAIL_PORT and MAIL_USE_TLS."
        )
        return Finding(Verdict.WRONG, "mail", sentence)
    return Finding(Verdict.RIGHT, "mail", f"{where} answers.")


def _greet(settings: Settings) -> None:
    """Talk to the mail server as far as one can without sending anything."""
    host = settings.mail_server or ""
    with smtplib.SMTP(host, settings.smtp_port, timeout=_MAIL_SECONDS) as server:
        server.ehlo()
        if settings.mail_use_tls:
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if settings.mail_username and settings.mail_password:
            server.login(settings.mail_username, settings.mail_password.get_secret_value())
        server.noop()


def _redis(url: str, redis_version: RedisVersion) -> Finding:
    try:
        version = asyncio.run(redis_version(url))
    except Exception as error:  # noqa: BLE001 - whatever it is, Redis cannot be used
        sentence = f"it cannot be used ({error}); is it running, and is REDIS_URL right?"
        return Finding(Verdict.WRONG, "Redis", sentence)
    if int(version.partition(".")[0]) < _OLDEST_REDIS:
        sentence = f"version {version} is too old; at least {_OLDEST_REDIS} is needed."
        return Finding(Verdict.WRONG, "Redis", sentence)
    return Finding(Verdict.RIGHT, "Redis", f"version {version} answers.")


def _unsafe(settings: Settings) -> Iterator[Finding]:
    for is_unsafe, about, sentence in (
        (
            settings.demo_mode and settings.on_network,
            "DEMO",
            "everybody knows the demo password, and this app can be reached from elsewhere.",
        ),
        (
            settings.embedded and settings.on_network,
            "MONGODB_URI",
            "the embedded database is for trying out; set it to a MongoDB replica set.",
        ),
        (
            settings.secret_key is not None
            and len(settings.secret_key.get_secret_value()) < _SHORT_KEY,
            "SECRET_KEY",
            f"fewer than {_SHORT_KEY} signs can be guessed; make it longer.",
        ),
        (
            not settings.embedded and not settings.encryption_keys,
            "ENCRYPTION_KEYS",
            "reasons for visits are encrypted with a key made of SECRET_KEY, which can then never "
            "be changed; set it to a key of its own, as README says, and keep a copy.",
        ),
        (
            settings.on_network and not settings.address.startswith("https://"),
            "PUBLIC_URL",
            "people reach the app without encryption; put a reverse proxy with HTTPS in front "
            "and set this to its https:// address.",
        ),
        (
            settings.mail_server is not None and on_loopback(settings.address),
            "PUBLIC_URL",
            "links in e-mails lead to this machine only; set it to the address that people use.",
        ),
        (
            settings.mail_server is not None and settings.mail_from is None,
            "MAIL_FROM",
            f"messages come from {settings.sender}; set it to an address of the clinic.",
        ),
        (
            settings.mail_password is not None
            and not settings.mail_use_tls
            and settings.mail_server not in ("127.0.0.1", "::1", "localhost"),
            "MAIL_USE_TLS",
            "the password travels unencrypted; set it to 1.",
        ),
    ):
        if is_unsafe:
            yield Finding(Verdict.CAREFUL, about, sentence)
