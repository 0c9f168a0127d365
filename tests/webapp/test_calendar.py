"""A doctor's week."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import pytest
import time_machine
from werkzeug.test import TestResponse

from domain import clinic
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.offering import offer_series
from domain.actions.own_account import introduce
from domain.documents import Role, Slot, User
from domain.series import SeriesPlan
from domain.walltime import monday_of
from tests.conftest import Run
from tests.domain.conftest import House, frozen, in_days
from tests.webapp.browsing import HTMX, attributes, hidden, message
from tests.webapp.conftest import SignIn


def test_the_week_shows_free_and_booked_times_with_the_way_to_each(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    later = house.slot(doctor, start=time(10))
    booked = run(book(later.id, house.person(name="Grace Hopper")))
    page = signed_in(doctor).get(f"/calendar?date={in_days(7)}")
    assert attributes(page, "data-slot-id") == [str(slot.id)]
    assert attributes(page, "data-status") == ["open", "booked"]
    assert attributes(page, "data-appointment-id") == [str(booked.id)]
    assert attributes(page, "data-starts-at")[0] == f"{slot.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    assert f'href="/slots/{slot.id}/withdraw"' in page.text
    assert f'href="/appointments/{booked.id}"' in page.text
    assert "Grace Hopper" in page.text


def test_only_the_doctors_own_times_are_shown(signed_in: SignIn, house: House, slot: Slot) -> None:
    page = signed_in(house.person(Role.DOCTOR)).get(f"/calendar?date={in_days(7)}")
    assert attributes(page, "data-slot-id") == []


@pytest.mark.parametrize("view", ["/calendar", "/calendar/day", "/calendar/month"])
def test_paper_says_whose_calendar_it_is(signed_in: SignIn, doctor: User, view: str) -> None:
    assert (
        f", for {doctor.name}</p>" in signed_in(doctor).get(view).text.partition("Printed on ")[2]
    )


def test_a_slot_stands_at_its_place_and_has_its_length(
    signed_in: SignIn, house: House, doctor: User
) -> None:
    house.slot(doctor, start=time(9, 35), minutes=75)
    page = signed_in(doctor).get(f"/calendar?date={in_days(7)}")
    # Two hours and seven fives below 07:00; one hour and three fives long.
    assert "h2 m7 lh1 lm3" in page.text


def test_an_empty_week_says_what_to_do(signed_in: SignIn, doctor: User) -> None:
    page = signed_in(doctor).get(f"/calendar?date={in_days(400)}")
    assert "Nothing is offered in this week" in page.text
    assert "Offer time" in page.text


@pytest.mark.parametrize(
    "asked", ["", "?date=", "?date=soon", "?date=0001-01-01", "?date=9999-12-31"]
)
def test_without_a_possible_date_the_week_is_this_one(
    signed_in: SignIn, doctor: User, asked: str
) -> None:
    page = signed_in(doctor).get(f"/calendar{asked}")
    assert page.status_code == 200
    assert 'aria-current="date"' in page.text


def test_the_ways_lead_to_the_weeks_around(signed_in: SignIn, doctor: User) -> None:
    page = signed_in(doctor).get("/calendar?date=2027-01-01")
    assert "Week 53" in page.text
    assert 'href="/calendar?date=2026-12-21"' in page.text
    assert 'href="/calendar?date=2027-01-04"' in page.text


def test_a_refresh_answers_with_the_grid_alone(signed_in: SignIn, doctor: User, slot: Slot) -> None:
    path = f"/calendar?date={in_days(7)}"
    page = signed_in(doctor).get(path, headers=HTMX | {"HX-Target": "grid"})
    assert page.text.lstrip().startswith('<div id="grid"')
    assert str(slot.id) in page.text
    assert "messages" not in page.text


def test_a_past_time_that_nobody_booked_cannot_be_withdrawn(
    signed_in: SignIn, doctor: User, slot: Slot
) -> None:
    with time_machine.travel(slot.starts_at + timedelta(minutes=5), tick=True):
        page = signed_in(doctor).get(f"/calendar?date={in_days(0)}")
    assert attributes(page, "data-slot-id") == [str(slot.id)]
    assert f"/slots/{slot.id}/withdraw" not in page.text


@pytest.mark.parametrize(
    ("zone", "day", "note", "hours"),
    [
        ("Europe/Berlin", date(2027, 3, 28), "23 hours: the clock goes forward", 24),
        ("Europe/Berlin", date(2027, 10, 31), "25 hours: the clock goes back", 25),
        ("America/New_York", date(2027, 3, 14), "23 hours: the clock goes forward", 24),
        ("Australia/Lord_Howe", date(2027, 4, 4), "24.5 hours: the clock goes back", 25),
        ("Africa/Cairo", date(2027, 4, 30), "23 hours: the clock goes forward", 24),
        ("America/Santiago", date(2026, 9, 6), "23 hours: the clock goes forward", 24),
    ],
)
def test_a_day_of_another_length_says_so_and_shows_all_its_hours(
    signed_in: SignIn, house: House, doctor: User, zone: str, day: date, note: str, hours: int
) -> None:
    clinic.configure(clinic.Clinic(timezone=zone))
    with time_machine.travel(datetime(2026, 8, 1, tzinfo=UTC), tick=True):
        for start in (time(4), time(23)):
            house.slot(doctor, day=day, start=start)
        house.slot(doctor, day=day - timedelta(days=1), start=time(0))
        page = signed_in(doctor).get(f"/calendar?date={day}")
    assert note in page.text
    labels = re.search(r'<ol class="hours".*?</ol>', page.text, re.S)
    assert labels
    assert labels[0].count("<li") == hours


@pytest.mark.usefixtures("november")
def test_the_hour_that_comes_twice_stands_twice_and_says_which(
    signed_in: SignIn, house: House, doctor: User, run: Run
) -> None:
    browser = signed_in(doctor)
    form = {"date": "2027-10-31", "start": "02:30", "minutes": "30"}
    for fold in ("0", "1"):
        assert browser.post("/slots", form | {"fold": fold}).status_code == 303
    page = browser.get("/calendar?date=2027-10-31")
    assert attributes(page, "data-starts-at") == ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"]
    places = re.findall(r'<li class="([hlm0-9 ]+)" data-slot-id', page.text)
    assert len(set(places)) == 2
    assert "02:00 (UTC+02:00)" in page.text
    assert "02:00 (UTC+01:00)" in page.text


@pytest.mark.usefixtures("november")
def test_an_empty_place_ends_where_the_clock_goes_back_and_begins_anew_after_it(
    signed_in: SignIn, house: House, doctor: User
) -> None:
    house.slot(doctor, day=date(2027, 10, 31), start=time(0, 30))
    page = signed_in(doctor).get("/calendar/day?date=2027-10-31")
    places = [unescape(path) for path in attributes(page, "href") if "start=" in path]
    assert [place.partition("&start=")[2] for place in places] == [
        "00:00",
        "01:00",
        "02:00&fold=1",
        "03:00",
    ]
    # Two hours from 01:00 on, and below them the one that comes again.
    assert '<li class="h1 lh2 put">' in page.text
    assert re.search(r'<li class="h3 lh1 put">.*02:00 \(UTC\+01:00\)</a>', page.text)


@pytest.mark.usefixtures("november")
def test_the_hour_that_does_not_exist_is_marked(
    signed_in: SignIn, house: House, doctor: User
) -> None:
    house.slot(doctor, day=date(2027, 3, 28), start=time(1, 30), minutes=60)
    page = signed_in(doctor).get("/calendar?date=2027-03-28")
    assert "02:00 to 03:00 does not exist" in page.text
    assert "<time>01:30</time>\N{EN DASH}03:30" in page.text


def test_a_refresh_that_finds_nothing_new_answers_with_nothing(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    browser = signed_in(doctor)
    asks = HTMX | {"HX-Target": "grid"}
    page = browser.get(f"/calendar?date={in_days(7)}")
    [again] = [path.replace("&amp;", "&") for path in attributes(page, "hx-get") if "seen=" in path]
    assert browser.get(again, headers=asks).status_code == 204
    run(book(slot.id, house.person()))
    assert 'data-status="booked"' in browser.get(again, headers=asks).text


def test_a_column_seen_before_is_shown_as_it_is_now(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    browser, patient = signed_in(doctor), house.person(name="Grace Hopper")

    def seen() -> str:
        page = browser.get(f"/calendar?date={in_days(7)}").text
        [line] = re.findall("<li [^>]*data-starts-at.*?</li>", page, re.DOTALL)
        return str(line)

    assert "Free" in seen()
    appointment = run(book(slot.id, patient))
    assert "Grace Hopper" in seen()
    run(introduce(patient, name="Grace Murray", phone=""))
    assert "Grace Murray" in seen()
    run(cancel(appointment.id, patient))
    assert "Free" in seen()
    browser.client.set_cookie("language", "de")
    assert "Frei" in seen()


def test_columns_seen_before_move_when_another_day_begins_earlier(
    signed_in: SignIn, house: House, doctor: User
) -> None:
    browser, monday = signed_in(doctor), monday_of(in_days(14))
    house.slot(doctor, day=monday, start=time(9))
    assert 'class="h2 lm6"' in browser.get(f"/calendar?date={monday}").text
    house.slot(doctor, day=monday + timedelta(days=1), start=time(5))
    assert 'class="h4 lm6"' in browser.get(f"/calendar?date={monday}").text


def test_a_page_left_open_is_told_what_time_has_changed(
    signed_in: SignIn, doctor: User, slot: Slot
) -> None:
    address, begins = f"/calendar/day?date={in_days(7)}", slot.starts_at

    def asked(path: str, minutes: int) -> TestResponse:
        with frozen(begins + timedelta(minutes=minutes)):
            return signed_in(doctor).get(path, headers=HTMX | {"HX-Target": "grid"})

    def told(opened: int, later: int) -> str:
        [again] = attributes(asked(address, opened), "hx-get")
        return asked(unescape(again), later).text

    assert "Free" in asked(address, -1).text
    assert "Not booked" in told(-1, 0)
    assert f"date={in_days(7)}&amp;start=10:30" in told(61, 76)
    assert 'class="day today' in told(-24 * 60, 60)
    after_midnight = told(14 * 60 + 50, 15 * 60 + 1)
    assert 'class="day"' in after_midnight
    for opened, later in ((-14, -1), (61, 74), (13 * 60, 14 * 60), (-30 * 60, -25 * 60)):
        assert told(opened, later) == ""


def test_a_full_week_stays_a_light_page(
    signed_in: SignIn, house: House, doctor: User, run: Run
) -> None:
    monday, person = monday_of(in_days(14)), house.person(name="Alexandra Featherstone")
    run(fill(doctor, monday, person))
    page = signed_in(doctor).get(f"/calendar?date={monday}")
    assert len(attributes(page, "data-appointment-id")) == 70
    assert len(page.data) < 30_000


async def fill(doctor: User, monday: date, person: User) -> None:
    """Book seven hours of half-hour slots on each workday of a week."""
    plan = SeriesPlan(
        weekdays=frozenset(range(5)),
        from_date=monday,
        until_date=monday + timedelta(days=6),
        start=time(9),
        end=time(16),
        minutes=30,
    )
    series = (await offer_series(doctor, plan)).series_id
    for slot in await Slot.find({"series_id": series}).to_list():
        await book(slot.id, person)


def test_an_empty_place_leads_to_offering_that_time(
    signed_in: SignIn, house: House, doctor: User
) -> None:
    day = in_days(7)
    for start, minutes in ((time(9), 30), (time(9, 50), 30)):
        house.slot(doctor, day=day, start=start, minutes=minutes)
    page = signed_in(doctor).get(f"/calendar/day?date={day}")
    places = [path for path in attributes(page, "href") if "start=" in path]
    assert [unescape(place) for place in places] == [
        f"/slots/offer?date={day}&start=07:00",
        f"/slots/offer?date={day}&start=09:30&minutes=20",
        f"/slots/offer?date={day}&start=10:20",
    ]
    form = signed_in(doctor).get(unescape(places[1]))
    assert 'value="09:30"' in form.text
    assert 'value="20"' in form.text


def test_nothing_is_offered_where_time_has_passed(signed_in: SignIn, doctor: User) -> None:
    with time_machine.travel(datetime(2027, 1, 12, 12, 7, tzinfo=UTC), tick=True):
        page = signed_in(doctor).get("/calendar?date=2027-01-12")
    places = [unescape(path) for path in attributes(page, "href") if "start=" in path]
    assert places[0] == "/slots/offer?date=2027-01-12&start=13:15"
    assert "2027-01-11" not in "".join(places)


def test_the_now_line_is_where_the_clock_is(signed_in: SignIn, doctor: User) -> None:
    with time_machine.travel(datetime(2027, 1, 12, 12, 7, 30, tzinfo=UTC), tick=False):
        page = signed_in(doctor).get("/calendar?date=2027-01-12")
    # 13:05 in Berlin is six hours and one five below 07:00, and two and a half minutes ago.
    assert '<li class="h6 m1 lm1 now" data-seconds="150"' in page.text


def test_a_day_shows_reasons_and_what_may_be_noted(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    booked = run(book(slot.id, house.person(name="Grace Hopper"), reason="A rash"))
    browser = signed_in(doctor)
    page = browser.get(f"/calendar/day?date={in_days(7)}")
    assert "A rash" in page.text
    assert f'formaction="/appointments/{booked.id}/status"' in page.text
    answer = browser.post(f"/appointments/{booked.id}/status", hidden(page) | {"status": "arrived"})
    assert answer.headers["Location"] == f"/calendar/day?date={in_days(7)}"
    page = browser.get(answer.headers["Location"])
    assert message(page) == "\N{CHECK MARK} Noted: arrived."


def test_htmx_gets_the_day_back_when_a_visit_is_marked_there(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    booked = run(book(slot.id, house.person()))
    browser, path = signed_in(doctor), f"/appointments/{booked.id}/status"
    from_day = HTMX | {"HX-Target": "calendar"}
    answer = browser.post(path, {"status": "missed"}, headers=from_day)
    assert 'data-status="missed"' in answer.text
    assert "data-focus" in answer.text
    answer = browser.post(path, {"status": "missed"}, headers=from_day)
    assert answer.status_code == 409
    assert 'id="calendar"' in answer.text


def test_undoing_says_what_was_undone(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    booked = run(book(slot.id, house.person()))
    browser, path = signed_in(doctor), f"/appointments/{booked.id}/status"
    browser.post(path, {"status": "missed"})
    answer = browser.htmx(path, {"status": "booked"})
    assert "Undone: the visit is no longer marked as missed." in answer.text


@pytest.mark.parametrize(("day", "leads"), [(30, False), (29, True)])
def test_a_week_leads_down_to_today_unless_it_begins_with_it(
    signed_in: SignIn, doctor: User, day: int, leads: bool
) -> None:
    today = f"2026-11-{day}"
    with time_machine.travel(datetime(2026, 11, day, 12, tzinfo=UTC), tick=True):
        browser = signed_in(doctor)
        page = browser.get("/calendar").text
        assert (f'href="#d{today}"' in page) is leads
        assert f'id="d{today}"' in page
        assert 'href="#d' not in browser.get("/calendar?date=2026-12-07").text


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", '<span class="whole">30 Nov</span>'),
        ("de", '<span class="whole">6. Dez. 2026</span>'),
        ("ar", '<span class="whole">30 نوفمبر</span>'),
    ],
)
def test_a_title_keeps_day_and_month_together(
    signed_in: SignIn, doctor: User, language: str, title: str
) -> None:
    page = signed_in(doctor).get("/calendar?date=2026-12-01", headers={"Accept-Language": language})
    assert title in page.text


def test_what_became_of_visits_is_counted_apart(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    missed = run(book(slot.id, house.person()))
    run(book(house.slot(doctor, start=time(10)).id, house.person()))
    browser = signed_in(doctor)
    browser.post(f"/appointments/{missed.id}/status", {"status": "missed"})
    for view in ("", "/day"):
        page = browser.get(f"/calendar{view}?date={in_days(7)}")
        for words in ("1 booked", "1 missed", "0 free"):
            assert f"<li>{words}</li>" in page.text
        assert "0 completed" not in page.text
    assert "2 appointments" in browser.get(f"/calendar/month?date={in_days(7)}").text


def test_a_month_tells_how_full_each_day_is(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    house.slot(doctor, start=time(10))
    run(book(slot.id, house.person()))
    page = signed_in(doctor).get(f"/calendar/month?date={in_days(7)}")
    assert "1 of 2 taken" in page.text
    assert 'class="fill f5"' in page.text
    assert f'href="/calendar/day?date={in_days(7)}"' in page.text


@pytest.mark.parametrize("view", ["", "/day", "/month"])
@pytest.mark.parametrize("day", ["1990-01-01", "2200-12-31", "2024-02-29", "2026-12-31"])
def test_each_view_shows_the_days_at_the_edges(
    signed_in: SignIn, doctor: User, view: str, day: str
) -> None:
    page = signed_in(doctor).get(f"/calendar{view}?date={day}")
    assert page.status_code == 200
    assert day[:4] in page.text


def test_an_appointment_shows_its_doctor_what_the_patient_came_for_before(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    patient = house.person()
    run(book(slot.id, patient, reason="A rash"))
    later = run(book(house.slot(doctor, day=in_days(9)).id, patient))
    page = signed_in(doctor).get(f"/appointments/{later.id}")
    assert "Earlier visits to you" in page.text
    assert "A rash" in page.text
    assert f'href="/slots/{later.slot_id}/withdraw"' in page.text
    for other in (patient, house.person(Role.RECEPTIONIST)):
        assert "A rash" not in signed_in(other).get(f"/appointments/{later.id}").text
