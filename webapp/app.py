"""The Flask application, put together."""

from collections.abc import Callable, Coroutine
from functools import lru_cache, wraps
from typing import Any, Protocol

from flask import Flask
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import (
    access,
    assets,
    audit_trail,
    compression,
    errors,
    figures,
    form_tokens,
    headers,
    languages,
    limits,
    own_changes,
    shedding,
    templating,
    trace,
    views,
    ways,
)
from webapp.config import WebConfig
from webapp.figures import Told
from webapp.page_environment import PageEnvironment
from webapp.patience import patience_of
from webapp.trace import Deliveries
from webapp.views import accounts, sessions

_MOST_FUNCTIONS = 1024


class Run(Protocol):
    """Runs a coroutine on the process's event loop; raises TimeoutError after so many seconds."""

    def __call__(self, work: Coroutine[Any, Any, Any], timeout: float | None = None, /) -> Any:
        """Return what the coroutine returns."""


class Bookwell(Flask):
    """Flask whose async views all run on one long-lived event loop.

    Stock Flask makes a new loop for each request, which a database client does not survive.
    """

    jinja_environment = PageEnvironment

    def __init__(self, name: str, run: Run) -> None:
        self._run = run
        self._waiting = lru_cache(maxsize=_MOST_FUNCTIONS)(super().ensure_sync)
        super().__init__(name)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return what waits for a function; each is looked into once, not twenty for a request."""
        return self._waiting(func)

    def async_to_sync(self, func: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
        """Return a function that waits for the coroutine on the process's loop."""

        @wraps(func)
        def waited(*args: Any, **kwargs: Any) -> Any:
            return self._run(func(*args, **kwargs), patience_of(func))

        return waited


def create_app(
    config: WebConfig, run: Run, deliveries: Deliveries, figures_told: Told | None = None
) -> Flask:
    """Return the application.

    `run` runs its coroutines on the process's event loop; `deliveries` knows what became of
    messages, `figures_told` tells what all processes of the app have counted.
    """
    app = Bookwell("webapp", run)
    app.config.update(_settings(config))
    app.extensions["bookwell"] = config
    figures.init_app(app, figures_told)
    trace.init_app(app, deliveries)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    compression.init_app(app)
    Htmx(app)
    assets.init_app(app)
    languages.init_app(app)
    templating.init_app(app)
    ways.init_app(app)
    shedding.init_app(app)
    limits.init_app(app)
    access.init_app(app)
    audit_trail.init_app(app)
    own_changes.init_app(app)
    tokens = CSRFProtect(app)  # after the two above: a refused request is never parsed
    for signing_out in (accounts.logout, sessions.end, sessions.end_all):
        tokens.exempt(signing_out)  # looks at the token itself
    form_tokens.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    views.init_app(app, config)
    return app


def _settings(config: WebConfig) -> dict[str, Any]:
    return {
        "SECRET_KEY": config.secret_key,
        "TESTING": config.testing,
        "PROPAGATE_EXCEPTIONS": False,
        "SESSION_COOKIE_NAME": "__Host-bookwell" if config.secure else "bookwell",
        "SESSION_COOKIE_SECURE": config.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PREFERRED_URL_SCHEME": "https" if config.secure else "http",
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,  # a reception keeps its list open all day
        "WTF_I18N_ENABLED": False,  # forms say themselves in which language they speak
        "WTF_CSRF_SSL_STRICT": False,  # the token is bound to the session; some send no Referer
        "MAX_CONTENT_LENGTH": limits.BODY_BYTES,
        "MAX_FORM_MEMORY_SIZE": limits.BODY_BYTES,
        "MAX_FORM_PARTS": limits.FIELDS,
    }
