"""Where the practice is: pages and the calendar file say it if the operator does."""

import re
from collections.abc import Iterator
from datetime import time

import icalendar
import pytest

from domain import clinic, links
from domain.actions.booking import book
from domain.clinic import Clinic
from domain.documents import Appointment, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.conftest import SignIn

ADDRESS = "12 <i>Garden</i> Row; Lane, London"
WRITTEN = "12 &lt;i&gt;Garden&lt;/i&gt; Row; Lane, London"
SHOWN = f'<span class="place"><bdi>{WRITTEN}</bdi></span>'
WHERE = re.compile(r"<dt>Where</dt><dd>(.*?)</dd>")
FOOTER = re.compile(r"<footer[^>]*>(.*?)</footer>", re.S)


@pytest.fixture
def somewhere() -> Iterator[None]:
    """A practice whose patients are told where it is."""
    clinic.configure(Clinic(address=ADDRESS))
    yield
    clinic.configure(Clinic())


@pytest.fixture
def booked(run: Run, slot: Slot, patient: User) -> Appointment:
    return run(book(slot.id, patient))


@pytest.fixture
def summaries(house: House, doctor: User, booked: Appointment) -> list[str]:
    """Pages that say where: of a free time, of an appointment, of the link in its messages."""
    token = links.manage_token(booked.id, booked.link_nonce, booked.patient_email)
    return [
        f"/slots/{house.slot(doctor, start=time(11)).id}",
        f"/appointments/{booked.id}",
        f"/manage/{token}",
    ]


@pytest.mark.usefixtures("somewhere")
def test_whoever_books_reads_where_to_go_as_it_was_typed(
    signed_in: SignIn, patient: User, summaries: list[str]
) -> None:
    browser = signed_in(patient)
    for path in summaries:
        assert WHERE.findall(browser.get(path).text) == [f"Bookwell Clinic<br>{SHOWN}"], path


@pytest.mark.usefixtures("somewhere")
def test_a_language_that_runs_the_other_way_keeps_the_address_in_order(
    signed_in: SignIn, patient: User, summaries: list[str]
) -> None:
    browser = signed_in(patient)
    for path in [*summaries, "/", "/appointments"]:
        page = browser.get(path, headers={"Accept-Language": "ar"}).text
        assert page.count("Garden") == page.count(SHOWN) > 0, path


@pytest.mark.usefixtures("somewhere")
def test_the_foot_of_every_page_on_screen_and_paper_says_where(
    signed_in: SignIn, patient: User, summaries: list[str]
) -> None:
    browser = signed_in(patient)
    for path in [*summaries, "/", "/appointments", f"{summaries[1]}/move", "/nowhere"]:
        [foot] = FOOTER.findall(browser.get(path).text)
        assert f"<strong>Bookwell Clinic</strong> {SHOWN}" in foot, path


@pytest.mark.usefixtures("somewhere")
def test_the_readers_calendar_knows_where_to_go(
    signed_in: SignIn, patient: User, booked: Appointment
) -> None:
    file = signed_in(patient).get(f"/appointments/{booked.id}/calendar.ics")
    [event] = icalendar.Calendar.from_ical(file.data).walk("VEVENT")
    assert event["LOCATION"] == f"Bookwell Clinic, {ADDRESS}"


def test_without_an_address_the_practices_name_has_to_do(
    signed_in: SignIn, patient: User, booked: Appointment, summaries: list[str]
) -> None:
    browser = signed_in(patient)
    for path in summaries:
        page = browser.get(path).text
        assert WHERE.findall(page) == ["Bookwell Clinic"], path
        assert "<strong>Bookwell Clinic</strong></p>" in page
    file = browser.get(f"/appointments/{booked.id}/calendar.ics")
    assert "LOCATION:Bookwell Clinic\r\n" in file.text
