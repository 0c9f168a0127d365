"""The start of the app: its database, the demo clinic, then the server, until it is told to end."""

import logging
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import click
from beanie import Document

from hosting import demo
from hosting.demo_people import logins
from hosting.embedded import own_database
from hosting.network import cannot_listen
from hosting.secret_key import kept_secret_key
from hosting.server import Composition, serve
from hosting.session import connected
from hosting.settings import Settings

log = logging.getLogger(__name__)


class CannotStart(Exception):
    """The app cannot serve as it is set; the message is a sentence that says what to do."""


def start(
    settings: Settings,
    documents: Sequence[type[Document]],
    compose: Callable[[Settings, str], Composition],
) -> NoReturn:
    """Serve until SIGTERM or Ctrl-C and end with exit code 0.

    Raises:
        Occupied: another process uses the data folder.
        CannotStart: the port is taken, or demo logins would be seen by strangers.
    """
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _leave)
    with _database(settings) as (uri, watch):
        _require_port(settings)
        if settings.secret_key is None:
            kept_secret_key(settings.data_dir)
        with connected(settings, uri, documents) as loop:
            loop.run(_prepare_demo(settings))
        serve(
            settings,
            lambda: compose(settings, uri),
            announce=lambda: _announce(settings),
            watch=watch,
        )


@contextmanager
def _database(settings: Settings) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the database's address and what keeps it running, for the life of the app."""
    if settings.mongodb_uri is not None:
        yield settings.mongodb_uri.get_secret_value(), lambda: None
        return
    doing = f"serves {settings.address}"
    with own_database(settings.data_dir, doing) as embedded:
        embedded.let_in(doing)
        yield embedded.uri, embedded.keep_running


async def _prepare_demo(settings: Settings) -> None:
    """Make or top up the demo clinic, or see to it that strangers do not meet its logins."""
    if settings.demo_mode:
        await demo.make_demo_clinic()
        await demo.keep_time_ahead()
    elif settings.on_network and await demo.demo_logins_work():
        raise CannotStart(
            "This database holds the demo clinic, whose password everybody knows, and "
            f"{settings.host} port {settings.port} can be reached from elsewhere: set DEMO=1 to "
            "serve it all the same, or use another DATA_DIR or MONGODB_DATABASE."
        )


def _require_port(settings: Settings) -> None:
    reason = cannot_listen(settings.host, settings.port)
    if reason is not None:
        raise CannotStart(
            f"Nothing can listen on {settings.host} port {settings.port} ({reason}): "
            "set HOST or PORT to another one."
        )


def _announce(settings: Settings) -> None:
    click.echo(f"\nBookwell serves {settings.address} (Ctrl-C ends it)")
    if settings.demo_mode:
        click.echo(logins())
    elif settings.embedded and settings.demo is None:
        click.echo(
            "Without DEMO=1 there is no demo clinic on a network: add people with "
            "`python run.py user add`."
        )
    if settings.demo_mode and settings.on_network:
        click.echo("Warning: anybody who reaches this address can use the demo logins.")


def _leave(_signal: int, _frame: object) -> None:
    sys.exit(0)
