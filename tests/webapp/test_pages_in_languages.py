"""Every page in every language, and in one that nobody speaks: it shows what is not translated."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from flask import Flask

from domain import clinic
from domain.actions.booking import book, book_for_newcomer
from domain.clinic import Clinic
from domain.documents import Role, Slot, User
from domain.languages import LANGUAGES
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.browsing import HTMX, Browser
from tests.webapp.conftest import Build, SignIn
from translations import catalogues
from webapp.access import ACCESS, PUBLIC
from webapp.presenters import times
from webapp.shedding import WAITING

NO_PAGES = {"static", "health.robots", "styleguide.index"}
ORDER = (Role.RECEPTIONIST, Role.DOCTOR, Role.PATIENT, Role.ADMIN)
ARABIC = {"Accept-Language": "ar"}
LATIN_COMMA = re.compile(r"[^,\n]*[؀-ۿ],|, +[؀-ۿ][^,\n]*")
HEADING = re.compile(r"<(?:h[1-3]|caption|th(?= [^>]*rowgroup))\b[^>]*>\s*([^<\s][^<]*)")
LEFT, RIGHT = "⟦", "⟧"
_SAID = re.compile(rf"{LEFT}[^{LEFT}{RIGHT}]*{RIGHT}")
_UNREAD = re.compile(r"<(script|style|code|kbd|option|q|h3)\b.*?</\1>|<[^>]*>", re.S)
_ADDRESS = re.compile(r"\S*[@/]\S*|[\w-]+-[\w-]+|\b[A-Z0-9]{3}-[A-Z0-9]{3}\b")
_WORD = re.compile(r"[^\W\d_]{3,}")
NAMES = ("Bookwell", "Clinic", "Berlin", "Europe", "English", "Deutsch", "Ada", "Weiss")
DATA = ("Dermatology", "UTC", "CSV")
# As French has them, whole and short.
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
SHORT_DAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
MONTHS = ("janvier", "mars", "avril", "mai", "juin", "juillet", "septembre", "octobre", "novembre")
SHORT_MONTHS = ("janv", "avr", "juil", "sept", "oct", "nov")
IN_HEADINGS = tuple(word.capitalize() for word in (*DAYS, *SHORT_DAYS, *MONTHS))
KNOWN = frozenset((*NAMES, *DATA, *DAYS, *SHORT_DAYS, *MONTHS, *SHORT_MONTHS, *IN_HEADINGS))


def pages(app: Flask, role: Role | None) -> list[str]:
    """Return addresses without parts to fill in: a role's own ones, or those for all."""
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and rule.endpoint not in NO_PAGES
        and whose(ACCESS[rule.endpoint]) is role
    ]


def whose(roles: frozenset[Role] | None) -> Role | None:
    """Return who is to open a page that is open to these roles."""
    return None if roles is PUBLIC else next(role for role in ORDER if role in roles)


@pytest.fixture
def browsers(house: House, signed_in: SignIn, browser: Browser) -> dict[Role | None, Browser]:
    """A browser for each role, and one without anybody."""
    people = {role: signed_in(house.person(role, "Ωμέγα Ψι")) for role in Role}
    return {None: browser, **people}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_every_language(
    app: Flask, browsers: dict[Role | None, Browser], slot: Slot, language: str
) -> None:
    direction = "rtl" if language == "ar" else "ltr"
    for role, browser in browsers.items():
        for path in [*pages(app, role), f"/slots/{slot.id}", "/nowhere"]:
            answer = browser.get(path, headers={"Accept-Language": language})
            assert answer.status_code in {200, 303, 404, 422}, (path, answer.status_code)
            if answer.mimetype == "text/html" and answer.text:
                opening = answer.text.partition("<html")[2].partition(">")[0]
                assert f'lang="{language}' in opening, path
                assert f'dir="{direction}"' in opening, path
                assert language != "ar" or latin_commas(answer.text) == [], path


def test_facts_that_stand_side_by_side_have_the_comma_of_arabic_between_them(
    browsers: dict[Role | None, Browser], doctor: User, slot: Slot
) -> None:
    for page in ("away", "book"):
        path = f"/desk/{page}?doctor={doctor.id}&date={slot.starts_at.date()}"
        answer = browsers[Role.RECEPTIONIST].get(path, headers=ARABIC)
        assert doctor.name in answer.text
        assert latin_commas(answer.text) == []
        assert f"{doctor.name}, " not in answer.text


def latin_commas(page: str) -> list[str]:
    """Return the facts of a page in Arabic that have a comma of another script beside them."""
    return LATIN_COMMA.findall(unescape(_UNREAD.sub("", page)))


@pytest.mark.parametrize("language", ["es", "fr"])
def test_headings_begin_with_a_capital_where_days_and_months_do_not(
    browsers: dict[Role | None, Browser], house: House, doctor: User, slot: Slot, language: str
) -> None:
    booked = house.run(book(slot.id, house.person()))
    day = slot.starts_at.date()
    several = f"date={day}&until={day + timedelta(days=1)}"
    for role, path in (
        (Role.RECEPTIONIST, f"/desk?date={day}"),
        (Role.RECEPTIONIST, f"/desk?{several}"),
        (Role.RECEPTIONIST, f"/desk/print?{several}"),
        (Role.RECEPTIONIST, f"/doctors/{doctor.id}?date={day}"),
        (Role.RECEPTIONIST, f"/appointments/{booked.id}/move"),
        (Role.DOCTOR, f"/calendar/day?date={day}"),
        (Role.DOCTOR, f"/calendar/month?date={day}"),
    ):
        page = browsers[role].get(path, headers={"Accept-Language": language})
        headings = HEADING.findall(page.text)
        assert headings, path
        assert [words for words in headings if words[0].islower()] == [], path


@pytest.fixture
def on_the_telephone() -> Iterator[None]:
    """A practice that has a telephone."""
    clinic.configure(Clinic(phone="+49 30 901820"))
    yield
    clinic.configure(Clinic())


@pytest.mark.usefixtures("on_the_telephone")
def test_telephone_numbers_keep_their_order_where_a_language_runs_the_other_way(
    signed_in: SignIn, house: House, doctor: User, slot: Slot
) -> None:
    desk, calendar = house.person(Role.RECEPTIONIST), signed_in(doctor)
    caller = {"name": "Ann", "email": "ann@example.org", "phone": "+44 20 7946"}
    booked = house.run(book_for_newcomer(slot.id, actor=desk, **caller))
    answers = [
        calendar.get(f"/slots/{slot.id}/withdraw", headers=ARABIC),
        calendar.get(f"/appointments/{booked.id}", headers=ARABIC),
        calendar.get("/nowhere", headers=ARABIC),
        calendar.get("/", headers=ARABIC, environ_overrides={WAITING: 10_000}),
        signed_in(desk).get(f"/desk/print?date={slot.starts_at.date()}", headers=ARABIC),
        signed_in(desk).get(f"/desk/{booked.reference}", headers={**ARABIC, **HTMX}),
    ]
    assert answers[1].text.count('<a href="tel:+4930901820">') == 2
    for page in (answer.text for answer in answers):
        numbers = page.count("+49 30 901820") + page.count("+44 20 7946")
        assert page.count('<bdi dir="ltr">+4') == numbers > 0, page


@pytest.fixture
def app(build: Build, run: Run) -> Flask:
    """An application of these tests' own: it keeps words, some of which are strange here."""
    return build()


@pytest.fixture
def strange_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """French as a catalogue has it in which every message stands in brackets."""
    name = Path("fr", "LC_MESSAGES", "messages.po")
    with (catalogues.FOLDER / name).open("rb") as file:
        known = read_po(file, locale="fr")
    strange = Catalog(locale="fr")
    for message in known:
        if message.id:
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            bracketed = tuple(f"{LEFT}{form}{RIGHT}" for form in forms)
            said = bracketed if len(forms) > 1 else bracketed[0]
            strange.add(message.id, said, context=message.context)
    (tmp_path / name).parent.mkdir(parents=True)
    with (tmp_path / name).open("wb") as file:
        write_po(file, strange)
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    _forget()
    yield
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    catalogues.catalogue.cache_clear()
    times._shown.cache_clear()


@pytest.mark.usefixtures("strange_french")
def test_no_page_says_anything_that_the_catalogue_does_not_know(
    app: Flask, browsers: dict[Role | None, Browser], slot: Slot
) -> None:
    found = {}
    for role, browser in browsers.items():
        for path in [*pages(app, role), f"/slots/{slot.id}", "/nowhere"]:
            answer = browser.get(path, headers={"Accept-Language": "fr"})
            if answer.mimetype == "text/html" and (words := unsaid(answer.text)):
                found[role, path] = words
    assert found == {}


def unsaid(page: str) -> list[str]:
    """Return the words of a page that stand outside of all brackets."""
    text = unescape(_UNREAD.sub(" ", page))
    while _SAID.search(text):
        text = _SAID.sub(" ", text)
    return [
        word
        for word in _WORD.findall(_ADDRESS.sub(" ", text))
        if word.isascii() and word not in KNOWN
    ]
