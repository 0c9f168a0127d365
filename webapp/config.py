"""What the pages need to know about their host."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class WebConfig:
    """Settings of the pages.

    `demo_on_network`: the demo logins are reachable from elsewhere, so every page warns of it.
    `mail_folder`: where e-mails are written as files, or None where a mail server is set.
    `second_factor_required`: staff do nothing else before they have one.
    `compiled_templates`: where these are kept, or None to compile them in each process.
    `trusted_proxies`: how many reverse proxies in front may tell the client's address.
    `metrics_token`: what opens the figures to other machines than this one.
    """

    secret_key: str
    public_url: str = "http://127.0.0.1:8000"
    demo: bool = False
    demo_on_network: bool = False
    mail_folder: Path | None = None
    compiled_templates: Path | None = None
    trusted_proxies: int = 0
    second_factor_required: bool = False
    metrics_token: str | None = field(default=None, repr=False)
    testing: bool = False

    @property
    def secure(self) -> bool:
        """Whether browsers reach the pages through HTTPS."""
        return self.public_url.startswith("https://")
