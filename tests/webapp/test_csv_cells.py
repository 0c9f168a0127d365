"""Cells that a spreadsheet shows and never computes."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.csv_cells import cell, line


@pytest.mark.parametrize(
    "typed",
    [
        '=HYPERLINK("http://evil.example","x")',
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "＝1",  # noqa: RUF001
        "|cmd",
        "%0a",
    ],
)
def test_what_would_be_computed_becomes_text(typed: str) -> None:
    assert cell(typed).startswith("'")


@pytest.mark.parametrize("typed", ["Ada King", "07:30", "a=b", "", "O'Hara", "K7Q-4MD"])
def test_ordinary_words_stay_as_they_are(typed: str) -> None:
    assert cell(typed) == typed


@given(st.lists(st.text(), min_size=1))
def test_each_line_is_one_row_of_as_many_cells_whatever_was_typed(typed: list[str]) -> None:
    written = line(typed)
    assert len(written.splitlines()) == 1
    [row] = csv.reader(io.StringIO(written, newline=""))
    assert len(row) == len(typed)
    assert not any(one.lstrip().startswith(("=", "+", "-", "@")) for one in row)
