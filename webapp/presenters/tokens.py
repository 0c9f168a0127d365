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
    """A token: under which heading it stands, its name, its value in light and in dark mode."""

    group: str
    name: str
    value: str
    dark: str


@cache
def tokens() -> list[Token]:
    """Return all tokens in the order of their file."""
    light, *others = _FILE.read_text().split("@media")
    [dark_mode] = [part for part in others if "prefers-color-scheme: dark" in part]
    dark = dict(_TOKEN.findall(dark_mode))
    found, group = [], ""
    for line in light.splitlines()[1:]:
        if heading := _HEADING.search(line):
            group = heading["words"]
        found += [
            Token(group=group, name=name, value=value, dark=dark.get(name, value))
            for name, value in _TOKEN.findall(line)
        ]
    return found
