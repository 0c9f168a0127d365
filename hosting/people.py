"""People, from the command line."""

import sys

import click

from domain.actions.accounts import add_person
from domain.actions.second_factor import take_away_second_factor
from domain.documents import Role, User
from domain.errors import Invalid, NotFound
from hosting.installation import Installation
from hosting.loop import LoopThread


@click.group()
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
def add(installation: Installation, /, *, password_stdin: bool, **person: str) -> None:
    """Add a person."""
    password = _asked_password(from_stdin=password_stdin)
    with installation.reached("adds a person") as loop:
        added = _added(loop, password=password, **person)
    click.echo(f"Added {added.role.value} {added.email}.")


@user.command()
@click.option("--email", required=True)
@click.pass_obj
def remove_second_factor(installation: Installation, /, *, email: str) -> None:
    """Let a person sign in with the password alone who has lost telephone and recovery codes."""
    with installation.reached("removes a second factor") as loop:
        try:
            loop.run(take_away_second_factor(email))
        except NotFound as refusal:
            raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{email} signs in with the password alone; a message says so to that address.")


def _asked_password(*, from_stdin: bool) -> str:
    """Return the password that was typed twice, or the first line of standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def _added(
    loop: LoopThread,
    *,
    role: str,
    email: str,
    name: str,
    phone: str,
    specialty: str,
    password: str,
) -> User:
    """Store a new person, or end with a sentence for each thing that is wrong."""
    try:
        return loop.run(
            add_person(
                role=Role(role),
                email=email,
                password=password,
                name=name,
                phone=phone,
                specialty=specialty,
            )
        )
    except Invalid as refusal:
        wrong = [f"{field}: {sentence}" for field, sentence in refusal.fields.items()]
        raise click.ClickException(" ".join(wrong) or str(refusal)) from refusal
