"""What the operator sets, read once from the environment or `.env` and nowhere else."""

from datetime import timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.clinic import Clinic
from domain.keeping import Keeping
from domain.security import Security
from hosting.demo_place import DEMO_ADDRESS, DEMO_PHONE
from hosting.network import base_url, is_loopback, on_loopback
from hosting.setting_kinds import (
    BareHost,
    DatabaseName,
    Duration,
    Host,
    Keys,
    Leads,
    Line,
    LocaleName,
    LogLevel,
    MailPassword,
    MailUsername,
    Minutes,
    MongodbUri,
    Period,
    PublicUrl,
    RedisUrl,
    Seconds,
    Secret,
    Sender,
    Token,
    WebhookUrl,
    Zone,
)


class BadSetting(Exception):
    """A setting cannot be used; the message is one sentence that names it."""


class Settings(BaseSettings):
    """All settings, with the defaults that need none of them."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    host: Host = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    public_url: PublicUrl | None = None
    secret_key: SecretStr | None = None
    encryption_keys: Keys = ()
    data_dir: Path = Path("var")
    mongodb_uri: MongodbUri | None = None
    mongodb_database: DatabaseName = "bookwell"
    redis_url: RedisUrl | None = None
    mail_server: BareHost | None = None
    mail_port: int | None = Field(None, ge=1, le=65535)
    mail_username: MailUsername | None = None
    mail_password: MailPassword | None = None
    mail_use_tls: bool = False
    mail_from: Sender | None = None
    mail_workers: int = Field(4, ge=1, le=64)
    webhook_url: WebhookUrl | None = None
    webhook_secret: Secret | None = None
    web_processes: int = Field(2, ge=1, le=64)
    web_threads: int = Field(8, ge=1, le=256)
    clinic_name: Line = "Bookwell Clinic"
    clinic_timezone: Zone = "Europe/Berlin"
    clinic_phone: Line = ""
    clinic_address: Line = Field("", max_length=200)
    clinic_locale: LocaleName = "en"
    min_notice: Duration = timedelta(hours=2)
    cancel_cutoff: Duration = timedelta(hours=2)
    booking_horizon: Duration = timedelta(days=90)
    reminders: Leads = (timedelta(days=1), timedelta(hours=2))
    keep_messages: Period = timedelta(days=180)
    keep_reasons: Period = timedelta(days=365)
    keep_patients: Period = timedelta(days=3650)
    keep_audit: Period = timedelta(days=1095)
    retry_first: Seconds = timedelta(seconds=5)
    retry_cap: Seconds = timedelta(minutes=10)
    trusted_proxies: int = Field(0, ge=0, le=10)
    metrics_token: Token | None = None
    session_idle: Minutes = timedelta(days=1)
    session_lifetime: Minutes = timedelta(days=14)
    second_factor_required: bool = False
    account_tries: int = Field(5, ge=1, le=100)
    address_tries: int = Field(50, ge=1)
    address_accounts: int = Field(300, ge=1)
    log_level: LogLevel = "INFO"
    demo: bool | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.redis_url is not None and self.mongodb_uri is None:
            raise ValueError(
                "REDIS_URL needs MONGODB_URI: workers must reach the database that the app uses."
            )
        if (self.webhook_url is None) is not (self.webhook_secret is None):
            raise ValueError(
                "WEBHOOK_URL and WEBHOOK_SECRET are needed together: what is posted is signed."
            )
        if (self.mail_username is None) is not (self.mail_password is None):
            raise ValueError("MAIL_USERNAME and MAIL_PASSWORD are needed together: both sign in.")
        if self.mongodb_uri is not None and self.secret_key is None:
            raise ValueError(
                "SECRET_KEY is needed together with MONGODB_URI: set it to a long random text, "
                'such as `python -c "import secrets; print(secrets.token_hex(32))"` prints.'
            )
        return self

    @property
    def embedded(self) -> bool:
        """Whether Bookwell runs its own database."""
        return self.mongodb_uri is None

    @property
    def address(self) -> str:
        """Where people reach the app."""
        return self.public_url or base_url(self.host, self.port)

    @property
    def on_network(self) -> bool:
        """Whether anybody but this machine can reach the app."""
        behind_proxy = self.trusted_proxies > 0 or not on_loopback(self.address)
        return behind_proxy or not is_loopback(self.host)

    @property
    def demo_mode(self) -> bool:
        """Whether the demo clinic is made and its logins shown."""
        return self.embedded and not self.on_network if self.demo is None else self.demo

    @property
    def _made_up(self) -> bool:
        """Whether the practice is the demo clinic itself, and not one that tries the demo out."""
        return self.demo_mode and "clinic_name" not in self.model_fields_set

    @property
    def smtp_port(self) -> int:
        """The port of the mail server: the usual one of its kind unless set."""
        return self.mail_port or (587 if self.mail_use_tls else 25)

    @property
    def sender(self) -> str:
        """Whom messages come from."""
        domain = "localhost" if on_loopback(self.address) else urlsplit(self.address).hostname
        return self.mail_from or f"bookwell@{domain}"

    @property
    def mail_folder(self) -> Path:
        """Where messages are written when no mail server is set."""
        return self.data_dir / "mail"

    @property
    def keeping(self) -> Keeping:
        """How long what is no longer needed is kept."""
        return Keeping(
            messages=self.keep_messages,
            reasons=self.keep_reasons,
            patients=self.keep_patients,
            audit=self.keep_audit,
        )

    @property
    def clinic(self) -> Clinic:
        """The practice that the settings describe."""
        return Clinic(
            name=self.clinic_name,
            timezone=self.clinic_timezone,
            phone=self.clinic_phone or (DEMO_PHONE if self._made_up else ""),
            address=self.clinic_address or (DEMO_ADDRESS if self._made_up else ""),
            locale=self.clinic_locale,
            min_notice=self.min_notice,
            cancel_cutoff=self.cancel_cutoff,
            booking_horizon=self.booking_horizon,
            reminders=self.reminders,
        )

    @property
    def security(self) -> Security:
        """How strictly the settings guard who signs in."""
        return Security(
            session_idle=self.session_idle,
            session_lifetime=self.session_lifetime,
            account_tries=self.account_tries,
            address_tries=self.address_tries,
            address_accounts=self.address_accounts,
        )


def read_settings() -> Settings:
    """Read the settings, or raise BadSetting."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadSetting(_sentence(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f".env cannot be read: {error}.") from None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    reason = first["msg"].removeprefix("Value error, ").rstrip(".")
    if not first["loc"]:
        return f"{reason}."
    return f"{str(first['loc'][0]).upper()} cannot be used: {reason}."
