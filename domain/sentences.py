"""Sentences for people, which the domain writes in English and pages say in other languages.

A sentence is a text like any other, and still knows the words that a catalogue lists and what was
put into them.
"""

from collections.abc import Mapping
from typing import Any, Self


class Sentence(str):
    """An English sentence: `message` with `facts` in the places that it names, `%(name)s`.

    `plural` is the message for all numbers but one; the fact `number` then says which holds.
    """

    __slots__ = ("facts", "message", "plural")

    message: str
    plural: str | None
    facts: Mapping[str, Any]

    def __new__(cls, message: str, /, **facts: Any) -> Self:
        """Return a sentence with its facts put in."""
        return cls._of(message, None, facts)

    @classmethod
    def counted(cls, message: str, plural: str, /, *, number: int, **facts: Any) -> Self:
        """Return the sentence about one thing, or about several."""
        return cls._of(message, plural, {"number": number, **facts})

    @classmethod
    def _of(cls, message: str, plural: str | None, facts: Mapping[str, Any]) -> Self:
        words = message if plural is None or facts["number"] == 1 else plural
        made = super().__new__(cls, words % facts if facts else words)
        made.message, made.plural, made.facts = message, plural, facts
        return made
