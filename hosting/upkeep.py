"""Commands that fill and keep the database."""

import sys

import click

from hosting.demo import make_demo_clinic
from hosting.installation import Installation
from hosting.load import Amount
from hosting.load import load as load_amount
from hosting.reprojecting import reprojected
from hosting.rotating import rotate


@click.command()
@click.pass_obj
def demo(installation: Installation) -> None:
    """Make the demo clinic in the configured database, once."""
    with installation.reached("makes the demo clinic") as loop:
        made = loop.run(make_demo_clinic())
    click.echo("The demo clinic is ready." if made else "The demo clinic exists already.")


@click.command()
@click.option("--doctors", type=click.IntRange(1, 10_000), required=True)
@click.option("--slots", type=click.IntRange(1), required=True, help="of all doctors together")
@click.option("--booked", type=click.FloatRange(0, 1), required=True, help="share, 0 to 1")
@click.pass_obj
def load(installation: Installation, doctors: int, slots: int, booked: float) -> None:
    """Store bulk data for measuring."""
    amount = Amount(doctors=doctors, slots=slots, booked=booked)
    with (
        installation.reached("loads bulk data") as loop,
        click.progressbar(length=slots, label="slots") as bar,
    ):
        loop.run(load_amount(amount, bar.update))


@click.command()
@click.option("--dry-run", is_flag=True, help="report, and write nothing")
@click.pass_obj
def reproject(installation: Installation, *, dry_run: bool) -> None:
    """Keep wall times after a change of time-zone law; exit 1 if a person has to decide."""
    with installation.reached("moves what a change of law has shifted") as loop:
        report = loop.run(reprojected(dry_run=dry_run))
    for line in report.lines:
        click.echo(line)
    sys.exit(0 if report.settled else 1)


@click.command("rotate-keys")
@click.pass_obj
def rotate_keys(installation: Installation) -> None:
    """Encrypt reasons for visits anew: under the first of ENCRYPTION_KEYS, or a new kept key."""
    changed = rotate(installation.settings, installation.documents)
    click.echo(f"{changed} values were encrypted anew; older keys are not needed any more.")
