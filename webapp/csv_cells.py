"""Rows of a file for spreadsheets, in which nothing that people typed is ever calculated."""

import csv
import io
from collections.abc import Iterable

_STARTS_A_FORMULA = frozenset("=+-@|%＝＋－＠")  # noqa: RUF001 - full-width ones are meant
# Excel takes the file for UTF-8 only if it starts with this.
BYTE_ORDER_MARK = "\ufeff"


def cell(value: object) -> str:
    """Return a value as a spreadsheet shows it and never computes it.

    A leading apostrophe makes text of what would be a formula (OWASP: CSV injection). Leading
    spaces and full-width signs hide none: some programs trim or fold them first. Line breaks
    become spaces, as some programs read each line as a row of its own.
    """
    text = " ".join(str(value).replace("\x00", "").splitlines())
    start = text.lstrip()[:1]
    return f"'{text}" if start in _STARTS_A_FORMULA else text


def line(values: Iterable[object]) -> str:
    """Return one row, quoted throughout, with the line end of RFC 4180."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(map(cell, values))
    return written.getvalue()
