"""Finding a doctor and a free time."""

import json
import re
from datetime import datetime, time, timedelta
from html import unescape

import pytest
import time_machine

from domain import clinic, clock
from domain.actions.booking import book
from domain.actions.offering import new_slot
from domain.changing import change_one
from domain.documents import Role, Slot, User
from domain.ids import new_id
from domain.queries.remembering import forget
from domain.walltime import day_bounds, monday_of
from tests.conftest import Run
from tests.domain.conftest import House, frozen, in_days
from tests.webapp.browsing import HTMX, Browser, attributes
from tests.webapp.conftest import SignIn


def test_each_doctor_stands_with_the_next_three_free_times(
    browser: Browser, house: House, doctor: User
) -> None:
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10, 11, 12)]
    page = browser.get("/")
    assert doctor.name in page.text
    assert attributes(page, "data-slot-id") == [str(slot.id) for slot in slots[:3]]
    assert attributes(page, "data-status") == ["open"] * 3
    assert attributes(page, "data-starts-at")[0] == f"{slots[0].starts_at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("typed", ["ada", "WEISS", "derma", "ada derm"])
def test_a_doctor_is_found_by_name_and_specialty(
    browser: Browser, house: House, doctor: User, typed: str
) -> None:
    other = house.person(Role.DOCTOR, "Dr. Zoe Quist")
    page = browser.get("/", query_string={"q": typed})
    assert doctor.name in page.text
    assert (other.name in page.text) == (typed == "derma")


@pytest.mark.parametrize(
    ("way", "named"),
    [("/?q=card", r'<h3><a href="/doctors/(\w+)"'), ("/desk/book", r'"/desk/book\?doctor=(\w+)"')],
)
def test_doctors_beyond_the_first_page_are_counted_and_led_to(
    desk: Browser, house: House, way: str, named: str
) -> None:
    staff = house.doctors(65, "Cardiology")
    house.run(Slot.insert_many([slot_of(one) for one in staff]))
    ways, found = [way], []
    for step in ways:
        page = desk.get(step)
        found += re.findall(named, page.text)
        ways += [unescape(one) for one in re.findall(r'rel="next" href="([^"]*)"', page.text)]
        assert f"{len(found)} of 65 doctors" in page.text
        assert ("Earliest with anyone" in page.text) is (step == "/?q=card")
    assert found == [str(one.id) for one in staff]
    assert len(ways) == 3
    assert f'rel="prev" href="{way}"' in page.text
    assert ("65 doctors for “card”" in page.text) is (way != "/desk/book")


def test_a_mark_of_a_doctor_who_left_leads_to_the_first_page(browser: Browser, slot: Slot) -> None:
    assert attributes(browser.get(f"/?after={new_id()}"), "data-slot-id") == [str(slot.id)]
    assert browser.get("/?after=x").status_code == 404


def test_a_doctor_who_left_leads_to_those_who_are_there(
    browser: Browser, house: House, doctor: User, run: Run
) -> None:
    other = house.person(Role.DOCTOR, "Dr. Zoe Quist")
    run(change_one(User, {"_id": doctor.id}, {"$set": {"active": False}}))
    forget()
    week = f"/doctors/{doctor.id}?date=2030-01-01"
    watch = browser.get(week, headers={**HTMX, "X-Unattended": "1"})
    assert (watch.status_code, watch.headers.get("HX-Redirect")) == (404, None)
    assert browser.get(week, headers=HTMX).headers["HX-Redirect"] == "/"
    assert "This doctor takes no more appointments." in browser.get("/").text
    answer = browser.get(week)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    page = browser.get("/")
    assert "This doctor takes no more appointments." in page.text
    assert other.name in page.text
    # The page is not loaded once more for a reader's zone: what was said would be gone.
    assert "data-assumed" not in page.text
    assert "data-assumed" in browser.get("/").text
    assert browser.get(f"/doctors/{house.person(Role.RECEPTIONIST).id}").status_code == 404


def slot_of(doctor: User) -> Slot:
    midnight, _ = day_bounds(in_days(2), clinic.current().zone)
    return new_slot(doctor, midnight + timedelta(hours=9), 30, None)


def test_htmx_gets_the_results_alone(browser: Browser, doctor: User) -> None:
    part = browser.get("/?q=ada", headers=HTMX)
    assert 'id="results"' in part.text
    assert "<html" not in part.text
    assert "<title>ada" in part.text


def test_a_return_through_the_history_gets_the_whole_page(browser: Browser) -> None:
    headers = {**HTMX, "HX-History-Restore-Request": "true"}
    assert "<html" in browser.get("/", headers=headers).text


def test_a_search_without_result_says_what_to_do(browser: Browser, doctor: User) -> None:
    page = browser.get("/?q=nobody")
    assert "No doctor for “nobody”" in page.text
    assert "Try a shorter word" in page.text
    assert "Show all doctors" in page.text


def test_a_search_leads_back_to_all_doctors(browser: Browser, doctor: User) -> None:
    assert "Show all doctors" in browser.get("/?q=ada").text
    assert "Show all doctors" not in browser.get("/").text


def test_the_only_doctor_of_a_specialty_has_the_earliest_time_on_the_own_card(
    browser: Browser, slot: Slot
) -> None:
    page = browser.get("/?q=dermatology")
    assert attributes(page, "data-slot-id") == [str(slot.id)]
    assert "Earliest with anyone" not in page.text


def test_letters_of_a_name_have_one_colour_wherever_they_stand(
    browser: Browser, house: House
) -> None:
    for name in ("Dr. Zoe Quist", "Dr. Zoë Quista"):
        house.slot(house.person(Role.DOCTOR, name))
    found = browser.get("/").text
    seen = re.findall(r'class="(monogram[^"]*)".*?<h3><a href="([^"]*)"', found, re.DOTALL)
    assert len({classes for classes, _ in seen}) == 2
    for classes, address in seen:
        assert f'class="{classes}"' in browser.get(address).text


def test_what_is_searched_for_is_shown_as_text(browser: Browser) -> None:
    page = browser.get("/", query_string={"q": '"><script>x</script>'})
    assert "<script>x" not in page.text


def test_a_week_shows_its_free_times_alone(
    browser: Browser, house: House, doctor: User, patient: User, run: Run
) -> None:
    monday = monday_of(in_days(14))
    shown = house.slot(doctor, day=monday)
    house.slot(doctor, day=monday + timedelta(days=7))
    taken = house.slot(doctor, day=monday, start=time(11))
    run(book(taken.id, patient, reason="a secret"))
    page = browser.get(f"/doctors/{doctor.id}?date={monday + timedelta(days=3)}")
    assert attributes(page, "data-slot-id") == [str(shown.id)]
    assert patient.name not in page.text
    assert "a secret" not in page.text


def test_without_a_date_the_week_of_the_first_free_time_is_shown(
    browser: Browser, house: House, doctor: User
) -> None:
    first = house.slot(doctor, day=in_days(30))
    assert attributes(browser.get(f"/doctors/{doctor.id}"), "data-slot-id") == [str(first.id)]


def test_an_empty_week_leads_to_the_first_free_time(
    browser: Browser, house: House, doctor: User
) -> None:
    house.slot(doctor, day=in_days(30))
    page = browser.get(f"/doctors/{doctor.id}?date={in_days(7)}")
    assert attributes(page, "data-slot-id") == []
    assert f"/doctors/{doctor.id}?date={in_days(30)}" in attributes(page, "href")


def test_an_empty_week_of_another_year_says_the_year_of_the_first_free_time(
    browser: Browser, house: House, doctor: User
) -> None:
    free = house.slot(doctor, day=in_days(3)).starts_at
    page = browser.get(f"/doctors/{doctor.id}?date={free.year + 1}-06-14")
    assert f"{free.year}, 09:00" in page.text


def test_steps_between_weeks_are_links_first(browser: Browser, slot: Slot) -> None:
    page = browser.get(f"/doctors/{slot.doctor_id}?date={in_days(14)}")
    asked = attributes(page, "hx-get")
    assert len(set(asked)) == 3  # before, after, and this one as it is by then
    assert set(asked) <= set(attributes(page, "href"))
    assert browser.get(asked[0], headers=HTMX).status_code == 200


def test_a_person_who_is_no_doctor_has_no_times(browser: Browser, patient: User) -> None:
    assert browser.get(f"/doctors/{patient.id}").status_code == 404


def test_times_stand_in_the_zone_of_their_reader(
    house: House, signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    patient.timezone = "Asia/Kolkata"
    run(patient.save())
    page = signed_in(patient).get(f"/slots/{slot.id}")
    assert "Kolkata time" in page.text
    assert "At the practice:" in page.text
    assert "09:00 Berlin time" in page.text


def test_the_language_of_the_practice_is_that_of_its_dates(browser: Browser, slot: Slot) -> None:
    clinic.configure(clinic.Clinic(locale="de"))
    page = browser.get(f"/slots/{slot.id}")
    assert '<html lang="de"' in page.text
    assert "09:00" in page.text


def test_a_specialty_leads_to_the_earliest_time_with_anyone_in_it(
    browser: Browser, house: House, doctor: User
) -> None:
    other = house.person(Role.DOCTOR, "Dr. Zoe Quist")
    late, early = house.slot(doctor, start=time(11)), house.slot(other, start=time(8))
    page = browser.get("/?q=dermatology")
    assert "Earliest with anyone in Dermatology" in page.text
    assert attributes(page, "data-slot-id")[:2] == [str(early.id), str(late.id)]
    assert "Earliest with anyone" not in browser.get("/?q=quist").text


def test_an_open_page_is_told_that_nothing_has_changed(
    browser: Browser, house: House, slot: Slot, run: Run
) -> None:
    asks = {}
    for path in ("/", f"/doctors/{slot.doctor_id}", f"/slots/{slot.id}"):
        asks[path] = json.loads(unescape(attribute_of(browser.get(path).text, "hx-headers")))
        assert browser.get(path, headers={**HTMX, **asks[path]}).status_code == 304
    run(book(slot.id, house.person()))
    for path, asked in asks.items():
        assert browser.get(path, headers={**HTMX, **asked}).status_code == 200


def test_an_open_page_is_told_when_its_time_is_too_soon_to_be_booked(
    browser: Browser, slot: Slot
) -> None:
    path, last = f"/slots/{slot.id}", slot.starts_at - clinic.current().min_notice
    with frozen(last):
        seen = json.loads(unescape(attribute_of(browser.get(path).text, "hx-headers")))
        assert browser.get(path, headers={**HTMX, **seen}).status_code == 304
    with frozen(last + timedelta(seconds=1)):
        assert browser.get(path, headers={**HTMX, **seen}).status_code == 200


def test_a_page_of_a_time_that_has_gone_is_told_when_the_nearest_change(
    browser: Browser, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    near, path = house.slot(doctor, start=time(11)), f"/slots/{slot.id}"
    run(book(slot.id, house.person()))
    seen = {"If-None-Match": browser.get(path, headers=HTMX).headers["ETag"]}
    assert browser.get(path, headers={**HTMX, **seen}).status_code == 304
    run(book(near.id, house.person()))
    assert browser.get(path, headers={**HTMX, **seen}).status_code == 200


def attribute_of(text: str, name: str) -> str:
    found = re.search(rf"{name}='([^']*)'", text)
    assert found
    return found[1]


def test_a_page_that_asks_by_itself_does_not_count_as_its_reader(
    signed_in: SignIn, patient: User, run: Run
) -> None:
    browser = signed_in(patient)

    def seen() -> datetime:
        [session] = run(User.get(patient.id)).sessions
        return session.last_seen_at

    begun = seen()
    with time_machine.travel(clock.now() + timedelta(minutes=30), tick=True):
        browser.get("/", headers={**HTMX, "X-Unattended": "1"})
        assert seen() == begun
        browser.get("/")
        assert seen() > begun


def test_a_later_week_leads_back_to_the_first_free_time(
    browser: Browser, house: House, doctor: User
) -> None:
    first, later = house.slot(doctor, day=in_days(7)), house.slot(doctor, day=in_days(21))
    page = browser.get(f"/doctors/{doctor.id}?date={in_days(21)}")
    assert attributes(page, "data-slot-id") == [str(later.id)]
    assert "Go to the first free time" in page.text
    assert f"/doctors/{doctor.id}" in attributes(page, "href")
    start = browser.get(f"/doctors/{doctor.id}")
    assert attributes(start, "data-slot-id") == [str(first.id)]
    assert "Go to the first free time" not in start.text, "it is on this very page"
