"""The composition root: settings, database, listeners and pages put together, as commands."""

import signal
import sys
import threading
from dataclasses import dataclass

import click
from flask import Flask

import listeners
from domain import clinic, database, keeping, links, sealing, security
from domain.client import NotReplicated
from domain.documents import DOCUMENTS as DOMAIN_DOCUMENTS
from domain.documents import Role
from domain.errors import DomainError
from hosting import check as checking
from hosting import demo as demo_clinic
from hosting import people, reprojecting, rotating
from hosting.embedded import NotStarted
from hosting.encryption_keys import encryption_keys
from hosting.figures import Figures, Totals
from hosting.load import Amount
from hosting.load import load as load_amount
from hosting.logs import start_logging
from hosting.loop import LoopThread
from hosting.occupancy import Occupied, UnusableFolder
from hosting.secret_key import secret_key
from hosting.session import BadDatabase, connected, reachable_database
from hosting.settings import BadSetting, Settings, read_settings
from hosting.start import CannotStart, start
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
    clinic.configure(settings.clinic)
    security.configure(settings.security)
    keeping.configure(settings.keeping)
    sealing.configure(encryption_keys(settings))
    links.configure(secret_key(settings))
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
    context.obj = settings
    if context.invoked_subcommand is None:
        context.invoke(serve)


@bookwell.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Serve the app (what happens without a command)."""
    start(settings, DOCUMENTS, compose)


@bookwell.command()
@click.pass_obj
def worker(settings: Settings) -> None:
    """Send messages for the app: any number of workers, on any machine, by way of REDIS_URL."""
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
def demo(settings: Settings) -> None:
    """Make the demo clinic in the configured database, once."""
    with (
        reachable_database(settings, "makes the demo clinic") as uri,
        connected(settings, uri, DOCUMENTS) as loop,
    ):
        made = loop.run(demo_clinic.make_demo_clinic())
    click.echo("The demo clinic is ready." if made else "The demo clinic exists already.")


@bookwell.command()
@click.option("--doctors", type=click.IntRange(1, 10_000), required=True)
@click.option("--slots", type=click.IntRange(1), required=True, help="of all doctors together")
@click.option("--booked", type=click.FloatRange(0, 1), required=True, help="share, 0 to 1")
@click.pass_obj
def load(settings: Settings, doctors: int, slots: int, booked: float) -> None:
    """Store bulk data for measuring."""
    amount = Amount(doctors=doctors, slots=slots, booked=booked)
    with (
        reachable_database(settings, "loads bulk data") as uri,
        connected(settings, uri, DOCUMENTS) as loop,
        click.progressbar(length=slots, label="slots") as bar,
    ):
        loop.run(load_amount(amount, bar.update))


@bookwell.group()
def user() -> None:
    """People who sign in."""


@user.command()
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--phone", default="")
@click.option("--specialty", default="", help="of a doctor")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
@click.pass_obj
def add(settings: Settings, /, *, password_stdin: bool, **person: str) -> None:
    """Add a person."""
    password = people.asked_password(from_stdin=password_stdin)
    with (
        reachable_database(settings, "adds a person") as uri,
        connected(settings, uri, DOCUMENTS) as loop,
    ):
        added = people.add(loop, password=password, **person)
    click.echo(f"Added {added.role.value} {added.email}.")


@user.command()
@click.option("--email", required=True)
@click.pass_obj
def remove_second_factor(settings: Settings, /, *, email: str) -> None:
    """Let a person sign in with the password alone who has lost telephone and recovery codes."""
    with (
        reachable_database(settings, "removes a second factor") as uri,
        connected(settings, uri, DOCUMENTS) as loop,
    ):
        people.remove_second_factor(loop, email)
    click.echo(f"{email} signs in with the password alone; a message says so to that address.")


@bookwell.command()
@click.option("--dry-run", is_flag=True, help="report, and write nothing")
@click.pass_obj
def reproject(settings: Settings, *, dry_run: bool) -> None:
    """Keep wall times after a change of time-zone law; exit 1 if a person has to decide."""
    with (
        reachable_database(settings, "moves what a change of law has shifted") as uri,
        connected(settings, uri, DOCUMENTS) as loop,
    ):
        report = loop.run(reprojecting.reprojected(dry_run=dry_run))
    for line in report.lines:
        click.echo(line)
    sys.exit(0 if report.settled else 1)


@bookwell.command("rotate-keys")
@click.pass_obj
def rotate_keys(settings: Settings) -> None:
    """Encrypt reasons for visits anew: under the first of ENCRYPTION_KEYS, or a new kept key."""
    changed = rotating.rotate(settings, DOCUMENTS)
    click.echo(f"{changed} values were encrypted anew; older keys are not needed any more.")


@bookwell.command()
@click.pass_obj
def check(settings: Settings) -> None:
    """Reach database, mail server and Redis, and say what is right or wrong and what to do."""
    wrong = False
    for finding in checking.findings(settings, DOCUMENTS, redis_version):
        click.echo(str(finding))
        wrong = wrong or finding.verdict is checking.Verdict.WRONG
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    bookwell()
