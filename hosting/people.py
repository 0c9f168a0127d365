"""People, from the command line."""

import sys

import click

from domain.actions.accounts import add_person
from domain.actions.second_factor import take_away_second_factor
from domain.documents import Role, User
from domain.errors import Invalid, NotFound
from hosting.loop import LoopThread


def asked_password(*, from_stdin: bool) -> str:
    """Return the password that was typed twice, or the first line of standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def add(
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


def remove_second_factor(loop: LoopThread, email: str) -> None:
    """Take a person's second factor away, or end with a sentence if there is none."""
    try:
        loop.run(take_away_second_factor(email))
    except NotFound as refusal:
        raise click.ClickException(str(refusal)) from refusal
