"""The composition root: settings, database, listeners and pages put together, as commands."""

import signal
import sys
import threading
from dataclasses import dataclass

import click
from flask import Flask

import listeners
from domain import database
from domain.client import NotReplicated
from domain.documents import DOCUMENTS as DOMAIN_DOCUMENTS
from domain.errors import DomainError
from hosting import check as checking
from hosting.embedded import NotStarted
from hosting.figures import Figures, Totals
from hosting.installation import Installation
from hosting.logs import start_logging
from hosting.loop import LoopThread
from hosting.occupancy import Occupied, UnusableFolder
from hosting.people import user
from hosting.secret_key import secret_key
from hosting.session import BadDatabase, configure, connected
from hosting.settings import BadSetting, Settings, read_settings
from hosting.start import CannotStart, start
from hosting.upkeep import demo, load, reproject, rotate_keys
from listeners.config import NotifierConfig
from listeners.notifier import Notifier
from listeners.redis_queue import answers as redis_version
from listeners.trace import Trace
from listeners.waiting import Waiting
from listeners.worker import Worker
from webapp import create_app
from webapp.config import WebConfig

DOCUMENTS = (*DOMAIN_DOCUMENTS, *listeners.DOCUMENTS, Totals)
_DRAIN_SECONDS = 10.0
_REFUSALS = (
    BadDatabase,
    CannotStart,
    DomainError,
    NotReplicated,
    NotStarted,
    Occupied,
    UnusableFolder,
)


@dataclass
class House:
    """A composed house: its pages, its listeners and the loop that both share."""

    app: Flask
    notifier: Notifier
    figures: Figures
    loop: LoopThread

    def close(self) -> None:
        """Drain or hand back deliveries, then close the database and the loop."""
        self.notifier.stop(_DRAIN_SECONDS)
        self.figures.stop()
        database.close()
        self.loop.stop()


def compose(settings: Settings, mongodb_uri: str) -> House:
    """Put the house together in this process.

    Raises:
        Unavailable: the database does not answer.
    """
    configure(settings)
    loop = LoopThread().start()
    try:
        loop.run(database.connect(mongodb_uri, settings.mongodb_database, DOCUMENTS))
    except DomainError:
        loop.stop()
        raise
    notifier = Notifier(_notifier_config(settings), loop)
    notifier.start()
    figures = Figures(loop, Waiting().figures).start()
    app = create_app(_web_config(settings), loop.run, Trace(), figures.told)
    return House(app=app, notifier=notifier, figures=figures, loop=loop)


def _web_config(settings: Settings) -> WebConfig:
    token = settings.metrics_token
    return WebConfig(
        secret_key=secret_key(settings),
        public_url=settings.address,
        demo=settings.demo_mode,
        demo_on_network=settings.demo_mode and settings.on_network,
        mail_folder=None if settings.mail_server else settings.mail_folder,
        compiled_templates=settings.data_dir / "templates",
        trusted_proxies=settings.trusted_proxies,
        second_factor_required=settings.second_factor_required,
        metrics_token=token.get_secret_value() if token else None,
    )


def _notifier_config(settings: Settings) -> NotifierConfig:
    password, webhook_secret = settings.mail_password, settings.webhook_secret
    return NotifierConfig(
        mail_server=settings.mail_server,
        mail_port=settings.smtp_port,
        mail_username=settings.mail_username,
        mail_password=password.get_secret_value() if password else None,
        mail_use_tls=settings.mail_use_tls,
        mail_from=settings.sender,
        mail_folder=settings.mail_folder,
        workers=settings.mail_workers,
        public_url=settings.address,
        webhook_url=settings.webhook_url,
        webhook_secret=webhook_secret.get_secret_value() if webhook_secret else None,
        redis_url=settings.redis_url.get_secret_value() if settings.redis_url else None,
        redis_queue=f"{settings.mongodb_database}-deliveries",
        retry_first=settings.retry_first.total_seconds(),
        retry_cap=settings.retry_cap.total_seconds(),
    )


class Commands(click.Group):
    """Commands whose refusals are one sentence and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except _REFUSALS as refusal:
            raise click.ClickException(str(refusal)) from refusal


@click.group(cls=Commands, invoke_without_command=True)
@click.pass_context
def bookwell(context: click.Context) -> None:
    """Bookwell: a clinic's patients book, its doctors offer their time, its desk works the day."""
    try:
        settings = read_settings()
    except BadSetting as refusal:
        click.echo(f"Error: {refusal}", err=True)
        sys.exit(2)
    start_logging(settings.log_level)
    context.obj = Installation(settings, DOCUMENTS)
    if context.invoked_subcommand is None:
        context.invoke(serve)


@bookwell.command()
@click.pass_obj
def serve(installation: Installation) -> None:
    """Serve the app (what happens without a command)."""
    start(installation.settings, DOCUMENTS, compose)


@bookwell.command()
@click.pass_obj
def worker(installation: Installation) -> None:
    """Send messages for the app: any number of workers, on any machine, by way of REDIS_URL."""
    settings = installation.settings
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda _signal, _frame: sys.exit(0))
    if settings.redis_url is None or settings.mongodb_uri is None:
        raise click.ClickException("A worker needs REDIS_URL and MONGODB_URI, as the app has them.")
    with connected(settings, settings.mongodb_uri.get_secret_value(), DOCUMENTS) as loop:
        sending = Worker(_notifier_config(settings), loop)
        figures = Figures(loop, Waiting().figures).start()
        try:
            sending.start()
            click.echo("The worker waits for messages (Ctrl-C ends it).")
            threading.Event().wait()
        finally:
            sending.stop(_DRAIN_SECONDS)
            figures.stop()


@bookwell.command()
@click.pass_obj
def check(installation: Installation) -> None:
    """Reach database, mail server and Redis, and say what is right or wrong and what to do."""
    wrong = False
    for finding in checking.findings(installation.settings, DOCUMENTS, redis_version):
        click.echo(str(finding))
        wrong = wrong or finding.verdict is checking.Verdict.WRONG
    sys.exit(1 if wrong else 0)


for command in (demo, load, reproject, rotate_keys, user):
    bookwell.add_command(command)


if __name__ == "__main__":
    bookwell()
