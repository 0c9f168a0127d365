"""The catalogues: complete, and true to what they translate."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from domain.languages import LANGUAGES
from translations.catalogues import FOLDER, catalogue

ROOT = Path(__file__).parents[2]
TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACE = re.compile(r"%\(\w+\)[sd]")
TAG = re.compile(r"</?\w+[^>]*>")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What pages and mails say today."""
    path = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = ["make", "--silent", "extracted", f"POT={path}"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    with path.open("rb") as file:
        return read_po(file)


def known(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def texts(found: Catalog) -> Mapping[object, Message]:
    return {message.id: message for message in found if message.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_knows_all_that_is_said_and_nothing_else(said: Catalog, language: str) -> None:
    today, there = set(texts(said)), set(texts(known(language)))
    assert today - there == set(), "run `make messages` and translate"
    assert there - today == set(), "run `make messages`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_untranslated_or_in_doubt(language: str) -> None:
    for message in texts(known(language)).values():
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_facts_and_markup_stand_where_the_english_has_them(language: str) -> None:
    for message in texts(known(language)).values():
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        needed = set(PLACE.findall(english[-1]))
        for form in forms:
            # A form for one or two things may well say so in words.
            assert set(PLACE.findall(form)) | {"%(num)s", "%(number)s"} >= needed, message.id
            assert set(PLACE.findall(form)) <= needed, message.id
            assert TAG.findall(form) == TAG.findall(english[-1]), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_has_the_apostrophe_of_a_typewriter(language: str) -> None:
    for message in texts(known(language)).values():
        for words in (message.id, message.string):
            assert "'" not in "".join(words), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_buttons_that_stand_side_by_side_are_told_apart(language: str) -> None:
    say = catalogue(language).ugettext
    for row in (("Today", "Day", "Week", "Month"), ("All", "Seen", "Changed")):
        assert len({say(word) for word in row}) == len(row)


def test_arabic_counts_in_six_forms() -> None:
    say, one, many = (
        catalogue("ar").ungettext,
        "%(num)s appointment cancelled.",
        "%(num)s appointments cancelled.",
    )
    assert len({say(one, many, number) for number in (0, 1, 2, 3, 11, 100)}) == 6
    assert say(one, many, 5) == say(one, many, 110)
    for number in (11, 22, 99, 111):
        assert say(one, many, number) == "أُلغي %(num)s موعدًا."
    for number in (100, 101, 102, 1000):
        assert say(one, many, number) == "أُلغي %(num)s موعد."


def test_english_is_what_the_code_says() -> None:
    assert catalogue("en").ugettext("Sign in") == "Sign in"
    assert catalogue("de").ugettext("Sign in") == "Anmelden"
