"""The names in the one file of colours, spaces, sizes, shapes and shadows."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parents[1] / "static" / "css" / "tokens.css"
_HEADING = re.compile(r"/\* (?P<words>[A-Z]\w+)[^*]*\*/")
_TOKEN = re.compile(r"--(?P<name>(?!pico)[\w-]+): (?P<value>[^;]+);")


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token: under which heading it stands, its name and its value in light mode."""

    group: str
    name: str
    value: str


@cache
def tokens() -> list[Token]:
    """Return all tokens in the order of their file."""
    light = _FILE.read_text().partition("@media")[0]
    found, group = [], ""
    for line in light.splitlines()[1:]:
        if heading := _HEADING.search(line):
            group = heading["words"]
        found += [Token(group=group, **match.groupdict()) for match in _TOKEN.finditer(line)]
    return found
