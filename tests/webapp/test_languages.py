"""In which language a page speaks."""

import re

import pytest

from domain import clinic, links
from domain.actions.booking import book
from domain.actions.profile import prefer
from domain.clinic import Clinic
from domain.documents import Slot, User
from tests.conftest import Run
from tests.domain.conftest import House
from tests.support.people import member
from tests.webapp.browsing import SITES, Browser, hidden, message
from tests.webapp.conftest import SignIn


def spoken(browser: Browser, accepted: str = "", path: str = "/login") -> str:
    """Return the language and the direction that a page names."""
    headers = {"Accept-Language": accepted} if accepted else {}
    page = browser.get(path, headers=headers).text
    return page.partition("<html ")[2].partition(">")[0]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", 'lang="en-GB" dir="ltr"'),
        ("de", 'lang="de" dir="ltr"'),
        ("fr-CA, de;q=0.8", 'lang="fr" dir="ltr"'),
        ("nl, es;q=0.4, en;q=0.9", 'lang="en-GB" dir="ltr"'),
        ("ar-EG", 'lang="ar" dir="rtl"'),
        ("de;q=0, tlh", 'lang="en-GB" dir="ltr"'),
        ("*, \x7f;q=x", 'lang="en-GB" dir="ltr"'),
    ],
)
def test_a_page_speaks_what_the_browser_asks_for(
    browser: Browser, accepted: str, expected: str
) -> None:
    assert spoken(browser, accepted) == expected


def test_without_a_wish_it_speaks_as_the_practice_does(browser: Browser) -> None:
    clinic.configure(Clinic(locale="fr_CH"))
    try:
        assert spoken(browser) == 'lang="fr-CH" dir="ltr"'
        assert spoken(browser, "de-DE") == 'lang="de-CH" dir="ltr"'
        assert spoken(browser, "ar") == 'lang="ar" dir="rtl"'
    finally:
        clinic.configure(Clinic())


@pytest.mark.parametrize("site", SITES)
def test_the_switch_holds_against_the_browser_and_comes_back_to_its_page(
    browser: Browser, site: str
) -> None:
    sender = {"Referer": f"{site}/register?next=/"}
    answer = browser.post("/language", {"language": "ar"}, headers=sender)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/register?next=/")
    assert spoken(browser, "de") == 'lang="ar" dir="rtl"'


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "http://[",
        "http://evil.example/login",
        "http://127.0.0.1:8000.evil.example/login",
        "http://127.0.0.1:8000@evil.example/login",
        "http://127.0.0.1/login",
        *(f"{site}{path}" for site in SITES for path in ("/language", "//x", "/\\evil.example")),
    ],
)
def test_the_switch_leads_to_no_other_site_and_no_missing_page(
    browser: Browser, sender: str
) -> None:
    answer = browser.post("/language", {"language": "de"}, headers={"Referer": sender})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_the_switch_comes_back_to_a_page_whose_address_is_a_secret(
    browser: Browser, run: Run, slot: Slot, patient: User
) -> None:
    booked = run(book(slot.id, patient))
    link = f"/manage/{links.manage_token(booked.id, booked.link_nonce, booked.patient_email)}"
    for path in (link, f"{link}?date={booked.starts_at.date()}", "/reset/x?a=1&b", "/confirm/x"):
        page = browser.get(path)
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.text.count('name="back"') == 1
        fields = {"language": "de", "back": hidden(page)["back"]}
        answer = browser.post("/language", fields)
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    refused = browser.post(link, {"action": ""})
    assert (refused.status_code, hidden(refused)["back"]) == (422, link)
    for path in ("/login", "/nowhere"):
        assert 'name="back"' not in browser.get(path).text


@pytest.mark.parametrize(
    "back",
    [
        "",
        "//evil.example/",
        "/\\evil.example",
        "http://evil.example/",
        "https:evil.example",
        "/\t/evil.example",
        "/manage/x\r\nX: y",
        "javascript:alert(1)",
        "/language",
        "/nowhere",
        "/reset/" + "x" * 600,
    ],
)
def test_what_the_form_says_leads_to_no_other_site_either(browser: Browser, back: str) -> None:
    answer = browser.post("/language", {"language": "de", "back": back})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("language", ["", "tlh", "de_DE", "../de", "\x00", "😀"])
def test_no_other_language_can_be_chosen(browser: Browser, language: str) -> None:
    answer = browser.post("/language", {"language": language})
    assert answer.status_code == 422
    assert "language=" not in answer.headers.get("Set-Cookie", "")


def test_who_is_signed_in_keeps_the_language_on_every_device(
    signed_in: SignIn, house: House, patient: User
) -> None:
    signed_in(patient).post("/language", {"language": "es"})
    assert house.now(patient).language == "es"
    assert spoken(signed_in(patient), "de", "/account") == 'lang="es" dir="ltr"'


def test_the_account_page_sets_the_language_and_gives_it_back_to_the_device(
    signed_in: SignIn, house: House, patient: User
) -> None:
    browser = signed_in(patient)
    browser.post("/account", {"language": "de", "timezone": ""})
    assert house.now(patient).language == "de"
    assert spoken(browser, "fr", "/account") == 'lang="de" dir="ltr"'
    browser.post("/account", {"language": "", "timezone": ""})
    assert spoken(browser, "fr", "/account") == 'lang="fr" dir="ltr"'


def test_an_unknown_language_is_refused_beside_its_field(
    signed_in: SignIn, house: House, patient: User
) -> None:
    answer = signed_in(patient).post("/account", {"language": "tlh", "timezone": ""})
    assert answer.status_code == 422
    assert 'id="language-error"' in answer.text
    assert house.now(patient).language is None


@pytest.mark.parametrize(
    ("before", "after", "expected"), [("", "de", "Gespeichert."), ("de", "", "Saved.")]
)
def test_what_is_said_of_a_change_of_language_is_said_in_the_new_one(
    signed_in: SignIn, run: Run, patient: User, before: str, after: str, expected: str
) -> None:
    run(prefer(patient, timezone="", language=before))
    browser = signed_in(patient)
    answer = browser.post("/account", {"language": after, "timezone": ""})
    assert message(browser.get(answer.headers["Location"])) == f"✓ {expected}"


def test_who_comes_in_is_greeted_and_who_leaves_is_seen_off_in_the_language_of_the_next_page(
    browser: Browser, run: Run
) -> None:
    who = {"email": "ann@example.org", "password": "a long password"}
    ann = run(member(name="Ann", **who))
    run(prefer(ann, timezone="", language="de"))
    entered = browser.post("/login", who)
    assert message(browser.get(entered.headers["Location"])) == "✓ Willkommen, Ann."
    for way, words in (
        ("/logout", "You are signed out."),
        ("/logout-everywhere", "You are signed out everywhere."),
        ("/account/erase", "Your account is erased. Messages to you are removed within a minute."),
    ):
        browser.post("/login", who)
        left = browser.post(way, {"password": who["password"]})
        assert message(browser.get(left.headers["Location"])) == f"✓ {words}"


def test_a_message_that_a_page_in_another_language_shows_says_in_which_it_speaks(
    browser: Browser, run: Run
) -> None:
    who = {"email": "ann@example.org", "password": "a long password"}
    run(member(name="Ann", **who))
    for language, marks in (("ar", 'lang="en-GB" dir="auto"'), ("en-GB", "")):
        entered = browser.post("/login", who)
        shown = browser.get(entered.headers["Location"], headers={"Accept-Language": language})
        opening = re.search(r"<span ?([^>]*)>Welcome, Ann\.", shown.text)
        assert opening
        assert opening[1] == marks


def test_a_limit_of_whole_hundreds_is_counted_as_arabic_counts(
    signed_in: SignIn, patient: User, slot: Slot
) -> None:
    path, arabic = f"/slots/{slot.id}/book", {"Accept-Language": "ar"}
    refused = signed_in(patient).post(path, {"reason": "x" * 501}, headers=arabic)
    assert "500 حرف؛ عدد أحرفه 501." in refused.text
