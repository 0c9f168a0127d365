"""The kinds of values that settings take: how each is read, and the sentence that refuses it."""

import re
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import quote, unquote
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BeforeValidator, SecretStr, TypeAdapter
from pydantic_settings import NoDecode
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from domain.sealing import require_key
from domain.walltime import zone_named

_DURATION = re.compile(r"P(?=.)(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)", re.ASCII)
_ADDRESS = r"[^<>@\s]+@[^<>@\s]+"
_SENDER = re.compile(rf"(?P<alone>{_ADDRESS})|(?P<name>[^<>]*)<(?P<address>{_ADDRESS})>")
_HOST_NAME = re.compile(r"\w[\w-]*(\.\w[\w-]*)*\.?")
_BRACKETED = re.compile(r"\[(.*:.*)\]")
_SHORTEST_SECRET = 16
_OF_MONGODB = ("admin", "config", "local")
# So far from today, back and ahead, every zone still has dates.
_TEN_YEARS, _A_HUNDRED_YEARS = "P3660D", "P36600D"


def _duration(value: object) -> object:
    if isinstance(value, str) and not _DURATION.fullmatch(value):
        raise ValueError("an ISO 8601 duration such as PT2H or P90D is needed")
    return value


def _period(value: object) -> object:
    return None if isinstance(value, str) and value.lower() == "none" else _duration(value)


def _between(least: str, most: str) -> AfterValidator:
    shortest, longest = map(TypeAdapter(timedelta).validate_python, (least, most))

    def checked(length: timedelta | None) -> timedelta | None:
        if length is not None and not shortest <= length <= longest:
            raise ValueError(f"a duration from {least} to {most} is needed")
        return length

    return AfterValidator(checked)


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


def _login(text: str) -> str:
    if not text.isascii():
        raise ValueError("mail servers take ASCII signs alone; choose one without umlauts and such")
    return text


def _mail_password(password: SecretStr) -> SecretStr:
    _login(password.get_secret_value())
    return password


def _host(text: str) -> str:
    if not _can_be_looked_up(_bare(text)):
        raise ValueError("an address such as 127.0.0.1 or the name of a host is needed")
    return text


def _bare(host: str) -> str:
    return _BRACKETED.sub(r"\1", host)


def _can_be_looked_up(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return bool(_HOST_NAME.fullmatch(host)) and _is_written_in_dns(host)
    return True


def _is_written_in_dns(name: str) -> bool:
    try:
        return bool(name.encode("idna"))
    except UnicodeError:  # a part of it is too long, or holds a sign that no name has
        return False


def _names_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.port != 0 and _can_be_looked_up(parts.hostname or "")
    except ValueError:  # brackets that do not match, a port that is no number
        return False


def _secret(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < _SHORTEST_SECRET:
        raise ValueError(f"at least {_SHORTEST_SECRET} signs are needed")
    return secret


def _token(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]+", secret.get_secret_value()):
        raise ValueError("a header carries it: ASCII signs alone are needed, without blanks")
    return secret


def _database_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,38}", name) or name in _OF_MONGODB:
        raise ValueError("a name of up to 38 letters, digits, - and _ is needed, not MongoDB's own")
    return name


def _sender(text: str) -> str:
    """Return the sender as headers take it: quoted, a name may hold commas and the like."""
    written = _SENDER.fullmatch(text)
    if written is None or not _is_address(address := written["alone"] or written["address"]):
        raise ValueError("an address such as clinic@example.org is needed")
    name = unquote((written["name"] or "").strip())
    return f'"{quote(name)}" <{address}>' if name else address


def _is_address(text: str) -> bool:
    try:
        return text.partition("@")[0].isascii() and Address(addr_spec=text).addr_spec == text
    except (HeaderParseError, IndexError, ValueError):  # a comma, two dots, nothing after the dot
        return False


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
    text = url.get_secret_value()
    if not re.fullmatch(r"rediss?://[^/\s]+(/\d*)?", text) or not _names_host(text):
        raise ValueError("an address such as redis://host:6379/0 is needed")
    return url


def _webhook_url(url: str) -> str:
    is_plain = re.fullmatch(r"https?://[^/?#@\s]+(/[!-~]*)?", url) and "#" not in url
    if not is_plain or not _names_host(url):
        raise ValueError("an address such as https://gateway.example.org/bookwell is needed")
    return url


def _public_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^/?#@\s]+/?", url) or not _names_host(url):
        raise ValueError(
            "an address such as https://clinic.example.org is needed, without a login or path"
        )
    return url.rstrip("/")


Duration = Annotated[timedelta, BeforeValidator(_duration), _between("PT0S", _TEN_YEARS)]
# Durations of at least one of what they are named after.
Minutes = Annotated[timedelta, BeforeValidator(_duration), _between("PT1M", _TEN_YEARS)]
Seconds = Annotated[timedelta, BeforeValidator(_duration), _between("PT1S", _TEN_YEARS)]
Leads = Annotated[tuple[Minutes, ...], NoDecode, BeforeValidator(_reminders)]
Period = Annotated[timedelta | None, BeforeValidator(_period), _between("P1D", _A_HUNDRED_YEARS)]
Line = Annotated[str, AfterValidator(_one_line)]
MailUsername = Annotated[Line, AfterValidator(_login)]
MailPassword = Annotated[SecretStr, AfterValidator(_mail_password)]
Host = Annotated[str, AfterValidator(_host)]
BareHost = Annotated[Host, AfterValidator(_bare)]
Zone = Annotated[str, AfterValidator(_zone)]
LocaleName = Annotated[str, AfterValidator(_locale)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
Token = Annotated[Secret, AfterValidator(_token)]
Keys = Annotated[
    tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_fernet_keys)
]
DatabaseName = Annotated[str, AfterValidator(_database_name)]
MongodbUri = Annotated[SecretStr, AfterValidator(_mongodb_uri)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
Sender = Annotated[Line, AfterValidator(_sender)]
WebhookUrl = Annotated[str, AfterValidator(_webhook_url)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
