"""Identifiers: 24 hexadecimal digits, made here or read from outside."""

import re

from beanie import PydanticObjectId

from domain.errors import NotFound

Id = PydanticObjectId
_HEX = re.compile(r"[0-9a-f]{24}", re.ASCII)


def new_id() -> Id:
    """Return an identifier that nobody has used."""
    return Id()


def parse_id(text: str) -> Id:
    """Read an identifier from outside; a malformed one is as unknown as a missing one.

    Raises:
        NotFound: the text is not 24 lower-case hexadecimal digits.
    """
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise NotFound("There is nothing at this address.")
    return Id(text)
