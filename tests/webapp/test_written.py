"""What templates have written is kept within a bound: what is asked for stays, the rest goes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from jinja2 import Environment

from domain import clock
from tests.domain.conftest import frozen
from webapp.written import Written


@dataclass(frozen=True)
class Shown:
    """Something to write: ten letters. `made`: how often that was done, by letter."""

    letter: str
    made: dict[str, int]

    @property
    def key(self) -> tuple[object, ...] | None:
        return (self.letter,) if self.letter != "?" else None

    def words(self, sign: str) -> str:
        self.made[self.letter] = self.made.get(self.letter, 0) + 1
        return self.letter * 9 + sign


MACROS: Any = (
    Environment(autoescape=True)
    .from_string(
        "{% macro line(shown, sign='.') %}{{ shown.words(sign) }}{% endmacro %}"
        "{% macro other(shown, sign='!') %}{{ shown.words(sign) }}{% endmacro %}"
    )
    .module
)


class Notes:
    """What was written so far, and how often."""

    def __init__(self, most: int) -> None:
        self.written, self.made = Written(most), dict[str, int]()

    def ask(self, letters: str, macro: Any = MACROS.line, **named: str) -> list[str]:
        shown = [Shown(letter, self.made) for letter in letters]
        return [str(self.written.kept(macro, one, **named)) for one in shown]


@pytest.fixture(autouse=True)
def asked(app: Flask) -> Any:
    with app.test_request_context("/"):
        yield


def test_what_was_written_once_is_given_again() -> None:
    notes = Notes(100)
    assert notes.ask("aab") == ["a" * 9 + ".", "a" * 9 + ".", "b" * 9 + "."]
    assert notes.made == {"a": 1, "b": 1}


def test_other_macros_and_other_arguments_write_for_themselves() -> None:
    notes = Notes(100)
    assert notes.ask("a", MACROS.other) + notes.ask("a") + notes.ask("a", sign="?") == [
        "a" * 9 + sign for sign in "!.?"
    ]


def test_what_has_no_key_is_written_each_time() -> None:
    notes = Notes(100)
    notes.ask("???")
    assert notes.made == {"?": 3}


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    notes = Notes(30)
    notes.ask("abc")
    notes.ask("a")
    notes.ask("d")  # and b goes
    notes.ask("acd")
    assert notes.made == {"a": 1, "b": 1, "c": 1, "d": 1}
    notes.ask("b")
    assert notes.made["b"] == 2


def test_a_crowd_of_names_takes_no_more_room_than_there_is() -> None:
    notes = Notes(30)
    for _ in range(3):
        notes.ask("abcdefghij")
    assert set(notes.made.values()) == {3}  # each was gone when it was asked for again
    notes.ask("jih")
    assert set(notes.made.values()) == {3}  # and the last three are there


def test_what_nobody_asks_for_any_more_goes_after_ten_minutes() -> None:
    notes, now = Notes(100), clock.now()
    for minutes, letters in ((0, "ab"), (9, "a"), (11, "a"), (12, "b")):
        with frozen(now + timedelta(minutes=minutes)):
            notes.ask(letters)
    assert notes.made == {"a": 1, "b": 2}


def test_what_is_longer_than_all_that_may_be_kept_is_not() -> None:
    notes = Notes(5)
    assert notes.ask("aa") == ["a" * 9 + "."] * 2
    assert notes.made == {"a": 2}
