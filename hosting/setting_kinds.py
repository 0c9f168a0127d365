"""The kinds of values that settings take: how each is read, and the sentence that refuses it."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from domain.sealing import require_key
from domain.walltime import zone_named

_DURATION = re.compile(r"P(?=.)(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)", re.ASCII)
_ADDRESS = re.compile(r"([^<>@\r\n]+ )?<?[^<>@\s]+@[^<>@\s]+>?")


def _duration(value: object) -> object:
    if isinstance(value, str) and not _DURATION.fullmatch(value):
        raise ValueError("an ISO 8601 duration such as PT2H or P90D is needed")
    return value


def _period(value: object) -> object:
    return None if isinstance(value, str) and value.lower() == "none" else _duration(value)


def _reminders(value: object) -> object:
    if not isinstance(value, str):
        return value
    return [] if value.lower() == "none" else [part.strip() for part in value.split(",")]


def _listed(value: object) -> object:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _fernet_keys(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    for key in keys:
        require_key(key.get_secret_value())
    return keys


def _zone(name: str) -> str:
    zone_named(name)
    return name


def _locale(name: str) -> str:
    try:
        Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError("a locale such as en, en_GB or de is needed") from error
    return name.replace("-", "_")


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("one line of readable text is needed")
    return text


def _sender(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError("an address such as clinic@example.org is needed")
    return text


def _mongodb_uri(uri: SecretStr) -> SecretStr:
    text = uri.get_secret_value()
    if not text.startswith(("mongodb://", "mongodb+srv://")):
        raise ValueError("an address such as mongodb://host:27017/?replicaSet=rs0 is needed")
    if text.startswith("mongodb://"):  # the other kind is looked up in the network to be read
        try:
            parse_uri(text)
        except PyMongoError as error:
            raise ValueError(str(error)) from error
    return uri


def _redis_url(url: SecretStr) -> SecretStr:
    if not re.fullmatch(r"rediss?://[^/\s]+(/\d*)?", url.get_secret_value()):
        raise ValueError("an address such as redis://host:6379/0 is needed")
    return url


def _webhook_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^/?#@\s]+(/[!-~]*)?", url) or "#" in url:
        raise ValueError("an address such as https://gateway.example.org/bookwell is needed")
    return url


def _public_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^/?#\s]+/?", url):
        raise ValueError("an address such as https://clinic.example.org is needed, without a path")
    return url.rstrip("/")


Duration = Annotated[timedelta, BeforeValidator(_duration)]
# Durations of at least one of what they are named after.
Minutes = Annotated[Duration, Field(ge=timedelta(minutes=1))]
Seconds = Annotated[Duration, Field(ge=timedelta(seconds=1))]
Leads = Annotated[tuple[Minutes, ...], NoDecode, BeforeValidator(_reminders)]
Period = Annotated[timedelta | None, Field(ge=timedelta(days=1)), BeforeValidator(_period)]
Line = Annotated[str, AfterValidator(_one_line)]
Zone = Annotated[str, AfterValidator(_zone)]
LocaleName = Annotated[str, AfterValidator(_locale)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
Secret = Annotated[SecretStr, Field(min_length=16)]
Keys = Annotated[
    tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_fernet_keys)
]
MongodbUri = Annotated[SecretStr, AfterValidator(_mongodb_uri)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
Sender = Annotated[str, AfterValidator(_sender)]
WebhookUrl = Annotated[str, AfterValidator(_webhook_url)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
