"""What people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.text import (
    LONGEST_BEGINNING,
    each_begins_one,
    one_line,
    paragraph,
    search_beginnings,
    search_words,
    typed_words,
)

CONTROLS = ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800", "\udfff"]


def test_a_line_is_one_line() -> None:
    assert one_line("name", "  Ada\r\nBcc: x@example.org\t Lovelace ", 120) == (
        "Ada Bcc: x@example.org Lovelace"
    )


def test_a_paragraph_keeps_its_lines() -> None:
    assert paragraph("reason", "\r\n A rash  \r\n\ron the arm \n", 500) == "A rash\n\non the arm"


@pytest.mark.parametrize("clean", [one_line, paragraph])
@pytest.mark.parametrize("sign", CONTROLS)
def test_what_cannot_be_stored_is_refused_by_field(clean: object, sign: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean("name", f"a{sign}b", 120)  # type: ignore[operator]
    assert set(refusal.value.fields) == {"name"}


@pytest.mark.parametrize("text", [None, {"$ne": None}, ["a"], 5, b"a"])
def test_what_is_no_text_is_refused_by_field(text: object) -> None:
    for clean in (one_line, paragraph):
        with pytest.raises(Invalid) as refusal:
            clean("name", text, 120)  # type: ignore[arg-type]
        assert set(refusal.value.fields) == {"name"}


@pytest.mark.parametrize("text", ["", " \n\t ", "\u202e", "\u200b", "\u2060 \ufeff"])
def test_what_shows_nothing_does_not_count_as_filled_in(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        one_line("name", text, 120, needed=True)
    assert refusal.value.fields == {"name": "Please fill this in."}


@pytest.mark.parametrize("name", ["A", "李", "👩🏽‍⚕️", "O'Neill", "نور", "-"])
def test_any_name_that_shows_something_will_do(name: str) -> None:
    assert one_line("name", name, 120, needed=True) == name


def test_overrides_of_direction_are_taken_out() -> None:
    assert one_line("name", "Ada\u202eecalevoL", 120) == "AdaecalevoL"


def test_limits_count_what_is_left_after_cleaning() -> None:
    assert len(one_line("name", " " + "x" * 120 + " ", 120)) == 120
    assert len(one_line("name", "e\u0301" * 120, 120)) == 120
    with pytest.raises(Invalid) as refusal:
        one_line("name", "x" * 121, 120)
    assert "121" in refusal.value.fields["name"]
    with pytest.raises(Invalid):
        paragraph("reason", "\r\n".join("x" * 251), 500)


@given(st.text())
def test_clean_text_stays_as_it_is(text: str) -> None:
    for clean in (one_line, paragraph):
        try:
            cleaned = str(clean("name", text, 1000))
        except Invalid:
            continue
        assert str(clean("name", cleaned, 1000)) == cleaned


@given(st.text())
def test_a_line_never_breaks(text: str) -> None:
    try:
        cleaned = one_line("name", text, 1000)
    except Invalid:
        return
    assert len(cleaned.splitlines()) <= 1
    assert cleaned == cleaned.strip()


def test_search_compares_without_case_and_accents() -> None:
    assert search_words("Zoë Müller", "STRASSE Straße") == ["zoe", "muller", "strasse"]
    assert typed_words(" ZOE mUller ") == ["zoe", "muller"]
    assert typed_words("\uff21\uff24\uff21 \u2121 K") == ["ada", "tel", "k"]


def test_a_hyphenated_name_is_found_by_either_half() -> None:
    words = search_words("Anna Meier-Schulz")
    assert words == ["anna", "meier-schulz", "schulz"]
    for typed in ("meier", "schulz", "meier-schulz", "an sch"):
        assert each_begins_one(typed_words(typed), words), typed


@pytest.mark.parametrize(
    ("typed", "found"),
    [("ad", True), ("lo ad", True), ("da", False), ("ada x", False), ("", True), (".*", False)],
)
def test_each_typed_word_begins_one(typed: str, *, found: bool) -> None:
    assert each_begins_one(typed_words(typed), ["ada", "lovelace"]) is found


def test_what_is_typed_is_bounded_and_never_raises() -> None:
    assert typed_words("a b c d e f g") == ["a", "b", "c", "d", "e"]
    assert len(typed_words("x" * 100_000)[0]) == 200
    assert typed_words("a\x00b\ud800c") == ["a", "b", "c"]
    assert typed_words(" \u0301 ") == []


@given(st.text(), st.integers(1, LONGEST_BEGINNING))
def test_every_beginning_of_a_word_is_stored(text: str, length: int) -> None:
    beginnings = search_beginnings(text)
    for word in search_words(text):
        assert word[:length] in beginnings
    assert all(0 < len(beginning) <= LONGEST_BEGINNING for beginning in beginnings)
    assert len(beginnings) == len(set(beginnings))
