"""E-mails in files, for trying out."""

import os
import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from domain import clock
from domain.documents import Role
from tests.domain.conftest import House
from tests.webapp.browsing import Browser
from tests.webapp.conftest import SignIn


@pytest.fixture
def admin(signed_in: SignIn, house: House) -> Browser:
    return signed_in(house.person(Role.ADMIN))


def write(folder: Path, name: str, subject: str, at: int) -> None:
    letter = EmailMessage()
    letter["Subject"], letter["To"] = subject, "ann@example.org"
    letter.set_content("Dear <Ann>,\nuntil Tuesday")
    letter.add_alternative("<p>Dear <script>alert(1)</script></p>", subtype="html")
    (folder / name).write_bytes(letter.as_bytes())
    os.utime(folder / name, (at, at))


def test_the_newest_letter_stands_first(admin: Browser, mail_folder: Path) -> None:
    write(mail_folder, "a.eml", "Older", 1_800_000_000)
    write(mail_folder, "b.eml", "Newer", 1_800_000_060)
    page = admin.get("/mail")
    assert 0 < page.text.index("Newer") < page.text.index("Older")


def test_no_line_of_a_subject_ends_within_a_name_or_a_moment(
    admin: Browser, mail_folder: Path
) -> None:
    subject = "Appointment booked: Monday 30 November 2026, 09:30, Dr Mei-Lin Chen"
    write(mail_folder, "a.eml", subject, 1_800_000_000)
    page = admin.get("/mail").text
    assert '<span class="named">Dr Mei-Lin Chen</span></a>' in page
    shown = re.search(r'<span class="moment[^>]*>(.*?, 09:30),</span>', page)
    assert shown
    assert shown[1].startswith("Monday ")


def test_many_letters_come_in_pages_that_leave_none_out(admin: Browser, mail_folder: Path) -> None:
    for number in range(120):
        write(mail_folder, f"{number}.eml", f"Subject {number}.", 1_800_000_000 + number // 2)
    path, seen, pages, said = "/mail", list[str](), 0, list[str]()
    while path:
        page = admin.get(path)
        assert len(page.data) < 30_000
        seen += re.findall(r"Subject \d+", page.text)
        said += re.findall(r'only-print">This is (.*?) several', page.text)
        older = re.search(r'rel="next" href="([^"]+)"', page.text)
        path, pages = older[1] if older else "", pages + 1
    assert (len(seen), len(set(seen)), pages) == (120, 120, 3)
    assert said == ["the first page of", "one page of", "the last page of"]


def test_a_page_after_a_letter_that_has_gone_begins_with_the_newest(
    admin: Browser, mail_folder: Path
) -> None:
    write(mail_folder, "a.eml", "Only one", 1_800_000_000)
    assert "Only one" in admin.get("/mail?older_than=gone.eml").text


def test_a_letter_is_shown_as_text(admin: Browser, mail_folder: Path) -> None:
    write(mail_folder, "a.eml", "Umlaut ü <b>", 1_800_000_000)
    page = admin.get("/mail/a.eml")
    assert page.status_code == 200
    assert "Umlaut ü &lt;b&gt;" in page.text
    assert "Dear &lt;Ann&gt;" in page.text
    assert "<script>alert" not in page.text


def test_a_letter_says_its_year(admin: Browser, mail_folder: Path) -> None:
    now = clock.now()
    write(mail_folder, "a.eml", "Of this year", int(now.timestamp()))
    for path in ("/mail", "/mail/a.eml"):
        assert f" {now.year}, " in admin.get(path).text.partition("<time")[2]


def test_nothing_but_letters_is_shown(admin: Browser, mail_folder: Path) -> None:
    (mail_folder / "secret.txt").write_text("secret")
    for name in ("secret.txt", "..%2fa.eml", "%00.eml", "none.eml", ".eml"):
        assert admin.get(f"/mail/{name}").status_code == 404


def test_an_empty_folder_says_what_to_do(admin: Browser) -> None:
    assert "No e-mails yet" in admin.get("/mail").text
