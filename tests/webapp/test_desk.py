"""The reception's list."""

import re
from datetime import datetime, time, timedelta
from html import unescape
from itertools import product

import pytest
from werkzeug.test import TestResponse

from domain import clinic
from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.own_account import introduce
from domain.actions.staff import deactivate
from domain.changing import change_many, change_one
from domain.documents import (
    Appointment,
    AppointmentStatus,
    EventRecord,
    Role,
    Slot,
    User,
)
from domain.events import from_record
from domain.languages import LANGUAGES
from domain.queries import desk_days
from domain.queries.desk import desk_page
from domain.queries.remembering import forget
from domain.walltime import moments
from listeners.documents import Delivery
from listeners.fanout import fan_out
from tests.conftest import Run
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House, frozen, in_days
from tests.support.waiting import eventually
from tests.webapp.browsing import HTMX, Browser, announced, attributes, message, put_in_place
from tests.webapp.conftest import SignIn


def the_day() -> str:
    """Return the day of most slots: asked for anew, as a run may go on past midnight."""
    return f"/desk?date={in_days(7)}"


@pytest.fixture
def booked(run: Run, slot: Slot, house: House) -> Appointment:
    patient = house.person(name="Grace Hopper")
    return run(book(slot.id, patient, reason="A rash\non the arm, " + "itching " * 30))


@pytest.fixture
def day(house: House, doctor: User, booked: Appointment) -> list[Appointment]:
    """Three appointments of one day, in order; a fourth time is free."""
    other = house.person(Role.DOCTOR, "Dr. Ben Okoro")
    second = house.run(book(house.slot(other, start=time(9, 30)).id, house.person(name="Alan T.")))
    third = house.run(book(house.slot(doctor, start=time(10)).id, house.person(name="Ada L.")))
    house.slot(doctor, start=time(11))
    return [booked, second, third]


def identifiers(rows: list[Appointment]) -> list[str]:
    return [str(row.id) for row in rows]


def test_a_line_says_what_the_desk_needs_at_a_glance(desk: Browser, booked: Appointment) -> None:
    page = desk.get(the_day())
    assert attributes(page, "data-appointment-id") == [str(booked.id)]
    assert attributes(page, "data-starts-at") == [f"{booked.starts_at:%Y-%m-%dT%H:%M:%SZ}"]
    for words in ("Grace Hopper", booked.reference, "Dr. Ada Weiss", "09:00"):
        assert words in page.text


def test_a_line_has_both_clocks_for_a_reader_elsewhere_and_the_list_says_once_whose(
    desk: Browser, booked: Appointment
) -> None:
    assert "second time" not in desk.get(the_day()).text
    desk.client.set_cookie("timezone", "America/New_York")
    page = desk.get(the_day()).text
    assert page.count("The second time of a row: Berlin time.") == 1
    [here, there] = re.search(r"<time>([\d:]+)</time></label>.*?<i>(.*?)</i>", page).groups()
    assert (here, there) == ("03:00", "09:00")
    desk.client.set_cookie("timezone", "America/Anchorage")
    page = desk.get(f"/desk?date={in_days(6)}&until={in_days(7)}").text
    assert f"<i>{in_days(7):%a}, 09:00</i>" in page


def test_of_one_day_the_list_says_once_what_day_it_is_at_the_practice(
    desk: Browser, booked: Appointment
) -> None:
    desk.client.set_cookie("timezone", "America/Anchorage")
    page = desk.get(the_day()).text
    assert f"The second time of a row: Berlin time, {in_days(7):%A} {in_days(7).day} " in page
    assert "<i>09:00</i>" in page
    another = desk.get(f"/desk?q={booked.reference}").text
    assert f"<i>{in_days(7):%a}, 09:00</i>" in another


def test_who_filters_the_list_hears_how_many_are_left(
    desk: Browser, day: list[Appointment]
) -> None:
    assert announced(desk.get(the_day(), headers=HTMX)) == "3 appointments"
    assert announced(desk.get(f"{the_day()}&q=alan", headers=HTMX)) == "1 appointment"
    assert announced(desk.get(f"{the_day()}&q=nobody", headers=HTMX)) == "No appointments found"
    assert announced(desk.get(the_day())) == ""


def choices(page: TestResponse) -> dict[str, bool]:
    """Return the doctors whom a page offers to choose from, and which one is chosen."""
    [select] = re.findall(r'<select[^>]* name="doctor".*?</select>', page.text, re.S)
    found = re.findall(r"<option( selected)? value=\"\w+\">(.*?)</option>", select)
    return {name: bool(chosen) for chosen, name in found}


def test_a_narrowed_list_says_how_many_it_shows_and_leads_back_to_the_whole_day(
    desk: Browser, booked: Appointment
) -> None:
    page = desk.get(f"{the_day()}&q=grace").text
    whole_day = re.search(
        r'<p class="desk__found no-print">1 appointment <a href="([^"]+)">Show the whole day', page
    )
    assert whole_day
    assert "desk__found" not in desk.get(unescape(whole_day[1])).text


@pytest.mark.parametrize("path", ["/desk", "/desk/away"])
def test_doctors_who_have_left_can_be_chosen_while_patients_are_booked_with_them(
    desk: Browser, booked: Appointment, doctor: User, house: House, path: str
) -> None:
    admin = house.person(Role.ADMIN)
    for one in (doctor, house.person(Role.DOCTOR, "Dr. Without Patients")):
        house.run(deactivate(one.id, admin))
    house.person(Role.DOCTOR, "Dr. Ben Okoro")
    assert choices(desk.get(path)) == {doctor.name: False, "Dr. Ben Okoro": False}
    theirs = f"date={in_days(7)}&until={in_days(7)}&doctor={doctor.id}"
    page = desk.get(f"{path}?{theirs}")
    assert choices(page)[doctor.name]
    assert attributes(page, "data-appointment-id") == [str(booked.id)]
    # Once all of them are moved or cancelled, whom one is looking at is still said.
    house.run(cancel(booked.id, admin, reason="She has left"))
    forget()
    assert choices(desk.get(path)) == {"Dr. Ben Okoro": False}
    assert choices(desk.get(f"{path}?{theirs}"))[doctor.name]
    assert doctor.name in desk.get(f"/desk/print?{theirs}").text


def test_a_doctor_whose_account_another_process_closes_is_found_all_the_same(
    desk: Browser, booked: Appointment, doctor: User, run: Run
) -> None:
    assert choices(desk.get("/desk")) == {doctor.name: False}
    free = f"/desk/book?doctor={doctor.id}"
    assert desk.get(free).status_code == 200
    run(change_one(User, {"_id": doctor.id}, {"$set": {"active": False}}))
    words = "This doctor takes no more appointments."
    eventually(lambda: words in message(desk.get(free)), within=10)
    assert choices(desk.get("/desk")) == {doctor.name: False}


def test_more_of_it_comes_on_demand_and_without_script_as_its_page(
    desk: Browser, booked: Appointment
) -> None:
    path = f"/desk/{booked.reference}"
    assert f"href={path}>" in desk.get(the_day()).text
    more = desk.get(path, headers=HTMX)
    for words in (booked.patient_email, "A rash\non the arm", f"/appointments/{booked.id}"):
        assert words in more.text
    assert "<html" not in more.text
    answer = desk.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/appointments/{booked.id}")
    for unknown in ("AAA-AAA", "x", str(booked.id)):
        assert desk.get(f"/desk/{unknown}").status_code == 404


def test_the_list_is_todays_unless_another_day_is_asked_for(
    desk: Browser, booked: Appointment
) -> None:
    page = desk.get("/desk")
    assert attributes(page, "data-appointment-id") == []
    assert "No appointments here" in page.text


def test_the_day_is_counted(desk: Browser, day: list[Appointment], doctor: User, run: Run) -> None:
    run(mark(day[0].id, AppointmentStatus.ARRIVED, doctor))
    page = desk.get(the_day())
    counted = dict(zip(attributes(page, "data-count"), _numbers(page.text), strict=True))
    assert counted == {
        "booked": 2, "arrived": 1, "completed": 0, "missed": 0, "cancelled": 0, "free": 1
    }  # fmt: skip


def test_the_numbers_lead_to_what_they_count(
    desk: Browser, day: list[Appointment], doctor: User, run: Run
) -> None:
    run(mark(day[0].id, AppointmentStatus.ARRIVED, doctor))
    page = desk.get(f"{the_day()}&doctor={doctor.id}")
    assert _numbers(page.text) == [1, 1, 0, 0, 0, 1]
    [arrived] = [link for link in attributes(page, "href") if "status=arrived" in link]
    narrowed = desk.get(unescape(arrived))
    assert attributes(narrowed, "data-appointment-id") == [str(day[0].id)]
    assert _numbers(narrowed.text) == [1, 1, 0, 0, 0, 1]


def test_the_title_tells_tabs_apart(desk: Browser, day: list[Appointment], doctor: User) -> None:
    page = desk.get(f"{the_day()}&doctor={doctor.id}&status=booked&q=grace")
    title = unescape(page.text.split("<title>")[1].split("</title>")[0])
    for words in ("Desk", doctor.name, "Booked", "grace"):
        assert words in title


def test_paper_says_what_narrows_the_list_and_that_it_is_one_page_of_several(
    desk: Browser, house: House, doctor: User, run: Run
) -> None:
    for number in range(51):
        slot = house.slot(doctor, start=time(8 + number // 12, number % 12 * 5), minutes=5)
        run(book(slot.id, house.person()))
    whole = desk.get(the_day())
    narrowed = desk.get(f"{the_day()}&q=nobody&status=booked")
    assert "This is the first page of several." in whole.text
    assert "page of several" not in narrowed.text
    [heading] = re.findall('<p class="only-print">(.*?)</p>', unescape(narrowed.text))
    year = re.escape(str(in_days(7).year))
    assert re.fullmatch(rf".* {year} · Status: Booked · Search: “nobody”", heading)


def test_days_that_reach_into_another_year_both_say_which(desk: Browser) -> None:
    page = desk.get("/desk?until=2199-01-01").text
    [heading] = re.findall(r'id="desk-title".*?>(.*?)</h2', page)
    # Either stays whole where a line ends.
    day = '<span class="moment moment--dated">.* <span class="whole">.* {}</span></span>'
    assert re.fullmatch(day.format("20..") + " to " + day.format("2199"), heading)


def test_days_that_hold_one_day_of_appointments_say_which(
    desk: Browser, day: list[Appointment]
) -> None:
    heading = re.compile(r'class="group"><th[^>]*>(.*?)</th>')
    assert heading.search(desk.get(f"{the_day()}&until={in_days(9)}").text)
    assert not heading.search(desk.get(the_day()).text)
    [day_of_years] = heading.findall(desk.get(f"{the_day()}&until=2199-01-01").text)
    assert day_of_years.endswith(f" {in_days(7).year}")


def test_a_narrowed_list_leads_back_to_all_of_its_days(
    desk: Browser, day: list[Appointment]
) -> None:
    assert "Show the whole day" in desk.get(f"{the_day()}&q=grace").text
    assert "Show all of these days" in desk.get(f"{the_day()}&until={in_days(9)}&q=grace").text
    assert "Show all of these days" in desk.get(f"{the_day()}&until={in_days(9)}&q=nobody").text


def test_a_reference_keeps_its_halves_in_order_where_a_language_runs_the_other_way(
    desk: Browser, booked: Appointment, run: Run
) -> None:
    run(change_one(Appointment, {"_id": booked.id}, {"$set": {"reference": "234-MDK"}}))
    page = desk.get(the_day(), headers={"Accept-Language": "ar"})
    assert '<bdi dir="ltr">234-MDK</bdi>' in page.text


@pytest.fixture
def fifty(house: House, doctor: User, run: Run) -> list[Appointment]:
    """A page of appointments of one afternoon."""
    times = [(14 + number // 12, number % 12 * 5) for number in range(50)]
    slots = [house.slot(doctor, start=time(*start), minutes=5) for start in times]
    patients = [house.person(name="Magdalena Kowalczyk") for _ in slots]
    pairs = zip(slots, patients, strict=True)
    return [run(book(slot.id, patient, reason="Follow-up")) for slot, patient in pairs]


def lose_all_messages(about: list[Appointment], run: Run, **found: object) -> None:
    """Make what was sent about these appointments end like this."""
    ids = {"subject_id": {"$in": [one.id for one in about]}}

    async def lose() -> None:
        records = await EventRecord.find(ids).to_list()
        await fan_out([from_record(record) for record in records])
        await change_many(Delivery, ids, {"$set": found})

    run(lose())


@pytest.mark.parametrize(
    ("found", "rows"),
    [
        (None, 50),
        ({"state": "parked"}, 40),
        ({"state": "parked", "cut": 1}, 40),
        ({"state": "failed"}, 40),
    ],
    ids=["told", "not told", "perhaps told", "not told yet"],
)
def test_a_page_of_rows_is_small_and_ends_earlier_where_many_say_more(
    desk: Browser, fifty: list[Appointment], run: Run, found: dict[str, object] | None, rows: int
) -> None:
    if found:
        lose_all_messages(fifty, run, **found)
    # In the afternoon, Auckland has the next day: each row has two times.
    for zone, language in product(("Europe/Berlin", "Pacific/Auckland"), LANGUAGES):
        desk.client.set_cookie("timezone", zone)
        page = desk.get(the_day(), headers={"Accept-Language": language})
        assert len(attributes(page, "data-appointment-id")) == rows
        assert page.text.count(" href=/notifications/") == (rows if found else 0)
        assert len(page.data) < 30_000, (zone, language)


def test_where_a_page_ends_earlier_the_next_one_goes_on(
    desk: Browser, fifty: list[Appointment], run: Run
) -> None:
    lose_all_messages(fifty[:12], run, state="parked")
    first = desk.get(the_day())
    [later] = re.findall(r'href="([^"]*after=[^"]*)"', first.text)
    shown = [attributes(page, "data-appointment-id") for page in (first, desk.get(unescape(later)))]
    assert [len(page) for page in shown] == [48, 2]
    assert [*shown[0], *shown[1]] == identifiers(fifty)


def test_fifty_rows_ask_few_questions(desk: Browser, fifty: list[Appointment]) -> None:
    desk.get(the_day())  # what is kept from one question to the next is known now
    with recorded_commands() as sent:
        desk.get(the_day(), headers=HTMX)
    reads = [name for name, _ in sent if name in ("find", "aggregate")]
    # The day, its free times, and messages that are not out; who asks, and all doctors if the
    # last answer to that is old.
    assert len(reads) <= 5


def test_an_open_page_is_told_only_of_what_is_new(
    desk: Browser, day: list[Appointment], doctor: User, run: Run
) -> None:
    [seen] = attributes(desk.get(the_day()), "data-seen")
    asks = f"/desk/changes?date={in_days(7)}&seen={seen}"
    assert desk.get(asks, headers=HTMX).status_code == 204
    run(mark(day[0].id, AppointmentStatus.ARRIVED, doctor))
    answer = desk.get(asks, headers=HTMX)
    assert attributes(answer, "data-status") == ["arrived", "booked", "booked"]
    assert not {"HX-Push-Url", "HX-Replace-Url"} & set(answer.headers)
    [seen] = attributes(answer, "data-seen")
    assert desk.get(f"/desk/changes?date={in_days(7)}&seen={seen}").status_code == 204


def test_an_open_page_is_told_when_time_or_a_name_has_changed(
    signed_in: SignIn, house: House, day: list[Appointment], run: Run
) -> None:
    receptionist, moment = house.person(Role.RECEPTIONIST), day[0].starts_at

    def asked(path: str, minutes: int = 5) -> TestResponse:
        with frozen(moment + timedelta(minutes=minutes)):
            return signed_in(receptionist).get(path, headers=HTMX)

    [seen] = attributes(asked("/desk"), "data-seen")
    again = f"/desk/changes?seen={seen}"
    assert asked(again).status_code == 204
    assert "<time>09:06</time>" in asked(again, 6).text
    patient = run(User.get(day[0].patient_id))
    run(introduce(patient, name="Grace Renamed", phone=""))
    assert "Grace Renamed" in asked(again).text


@pytest.mark.parametrize(
    ("before", "after", "header"),
    [
        ("q=gr", "q=gra", "HX-Replace-Url"),
        ("", "q=g", "HX-Push-Url"),
        ("q=gra", "q=gra&status=booked", "HX-Push-Url"),
        ("q=gra", "", "HX-Push-Url"),
        ("q=gra", "q=gra&after=x", "HX-Push-Url"),
    ],
)
def test_what_is_typed_letter_by_letter_is_one_step_back(
    desk: Browser, before: str, after: str, header: str
) -> None:
    shown = HTMX | {"HX-Current-URL": f"http://localhost{the_day()}&{before}"}
    assert header in desk.get(f"{the_day()}&{after}", headers=shown).headers


def test_a_page_that_tells_no_address_gets_the_list_all_the_same(desk: Browser) -> None:
    answer = desk.get(the_day(), headers=HTMX | {"HX-Current-URL": "http://["})
    assert (answer.status_code, "HX-Push-Url" in answer.headers) == (200, True)


def test_filters_narrow_the_list(desk: Browser, day: list[Appointment], run: Run) -> None:
    run(mark(day[1].id, AppointmentStatus.MISSED, run(User.get(day[1].doctor_id))))
    for query, expected in {
        f"&doctor={day[0].doctor_id}": [day[0], day[2]],
        "&status=missed": [day[1]],
        "&q=grace": [day[0]],
        "&q=HOPPER+gr": [day[0]],
        f"&q={day[2].patient_email}": [day[2]],
        f"&q={day[1].reference.lower()}": [day[1]],
        "&q=nobody": [],
    }.items():
        page = desk.get(the_day() + query)
        assert page.status_code == 200
        assert attributes(page, "data-appointment-id") == identifiers(expected), query


def test_the_list_may_span_several_days(
    desk: Browser, house: House, doctor: User, booked: Appointment
) -> None:
    later = house.run(book(house.slot(doctor, day=in_days(9)).id, house.person()))
    page = desk.get(f"{the_day()}&until={in_days(9)}")
    assert attributes(page, "data-appointment-id") == identifiers([booked, later])


def test_typing_gets_the_list_alone_and_its_address(desk: Browser, day: list[Appointment]) -> None:
    answer = desk.get(f"{the_day()}&until=&doctor=&status=&q=grace", headers=HTMX)
    assert attributes(answer, "data-appointment-id") == [str(day[0].id)]
    assert '<nav class="site-nav"' not in answer.text
    assert answer.headers["HX-Push-Url"] == f"/desk?date={in_days(7)}&q=grace"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("date=tomorrow", "Please give a date such as"),
        ("date=0001-01-01", "between 1990 and 2200"),
        ("date=9999-12-31", "between 1990 and 2200"),
        ("until=x", "Please give a date such as"),
        ("date=2026-12-02&until=2026-12-01", "The last day lies before the first."),
        ("doctor=nobody", "Not a valid choice"),
        ("doctor=%F0%9F%98%80", "Not a valid choice"),
        ("status=$ne", "Not a valid choice"),
        ("q=%00", "cannot be stored"),
        ("q=" + "x" * 500, "at most 100 characters"),
        ("after=x", "This page of the list is not known."),
        ("after=00010101T000000Z000000000000000000000000x", "This page of the list is not known."),
        *(
            (f"after=20261201T090000Z{'0' * 24}1{moment}", "This page of the list is not known.")
            for moment in ("00010101T000000Z", "99991231T235959Z")
        ),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_filter_that_cannot_be_right_is_said(
    desk: Browser, query: str, sentence: str, headers: dict[str, str]
) -> None:
    page = desk.get(f"/desk?{query}", headers=headers)
    assert page.status_code == 422
    assert sentence in page.text


def test_pages_neither_repeat_nor_skip_while_others_book(
    desk: Browser, house: House, doctor: User, run: Run
) -> None:
    slots = [house.slot(doctor, start=time(8 + n // 12, n % 12 * 5), minutes=5) for n in range(54)]
    expected = [run(book(slot.id, house.person())) for slot in slots]
    first = desk.get(the_day())
    assert attributes(first, "data-appointment-id") == identifiers(expected[:50])
    earlier = house.slot(house.person(Role.DOCTOR), start=time(7))
    run(book(earlier.id, house.person()))
    [later] = [link for link in attributes(first, "href") if "after=" in link]
    second = desk.get(later.replace("&amp;", "&"))
    assert attributes(second, "data-appointment-id") == identifiers(expected[50:])
    assert "First page" in second.text
    heard = [announced(desk.get(link, headers=HTMX)) for link in (the_day(), unescape(later))]
    assert heard == ["50 appointments on this page", "4 appointments on this page"]


def said(booked: Appointment, status: str) -> dict[str, str]:
    """Return what a row's button sends."""
    return {"date": str(in_days(7)), status: booked.reference}


def test_a_note_without_javascript_comes_back_to_the_list_and_can_be_undone(
    desk: Browser, booked: Appointment, run: Run
) -> None:
    answer = desk.post("/desk/mark", said(booked, "arrived"))
    assert (answer.status_code, answer.headers["Location"]) == (303, the_day())
    page = desk.get(the_day())
    assert message(page) == "✓ Grace Hopper: arrived. Undo"
    assert attributes(page, "data-status") == ["arrived"]
    undo = page.text.split("data-undo")[1].split("</form>")[0]
    assert f'name="booked" value="{booked.reference}"' in undo
    answer = desk.post("/desk/mark", said(booked, "booked"))
    assert answer.headers["Location"] == the_day()
    assert run(Appointment.get(booked.id)).status is AppointmentStatus.BOOKED
    assert message(desk.get(the_day())) == "✓ Grace Hopper: booked. Undo"
    assert message(desk.get(the_day())) == ""


def test_a_note_with_htmx_answers_with_the_line_and_the_counts(
    desk: Browser, booked: Appointment
) -> None:
    answer = desk.htmx("/desk/mark", said(booked, "missed"))
    assert answer.status_code == 200
    assert put_in_place(answer) == [str(booked.id)]
    assert answer.headers["HX-Reswap"] == "none"
    assert attributes(answer, "data-status") == ["missed"]
    assert _numbers(answer.text) == [0, 0, 0, 1, 0, 0]
    assert message(answer) == "✓ Grace Hopper: missed. Undo"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_note_that_came_too_late_shows_the_line_as_it_is(
    desk: Browser, booked: Appointment, doctor: User, run: Run, headers: dict[str, str]
) -> None:
    run(mark(booked.id, AppointmentStatus.ARRIVED, doctor))
    answer = desk.post("/desk/mark", said(booked, "arrived"), headers=headers)
    assert answer.status_code == 409
    assert attributes(answer, "data-status") == ["arrived"]
    assert "already marked as arrived" in answer.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"cancelled": "AAA-AAA"}, 422),
        ({"arrived": "AAA-AAA", "missed": "AAA-AAA"}, 422),
        ({"arrived": "AAA-AAA"}, 404),
        ({"arrived": '{"$ne": null}'}, 404),
        ({"arrived": "\x00"}, 404),
    ],
)
def test_a_note_that_says_nothing_is_refused(
    desk: Browser, booked: Appointment, run: Run, fields: dict[str, str], status: int
) -> None:
    assert desk.post("/desk/mark", fields).status_code == status
    assert run(Appointment.get(booked.id)).status is AppointmentStatus.BOOKED


def test_today_says_what_is_now_next_and_over(
    signed_in: SignIn, house: House, day: list[Appointment]
) -> None:
    receptionist = house.person(Role.RECEPTIONIST)
    with frozen(day[1].starts_at + timedelta(minutes=10)):
        now = signed_in(receptionist).get("/desk")
    assert attributes(now, "data-appointment-id") == identifiers([day[1], day[2], day[0]])
    headings = [part.split("</th>")[0] for part in now.text.split('scope="rowgroup">')[1:]]
    assert headings == ["Now", "Next", "Earlier today: 1 still to be noted"]
    assert 'class="now"' in now.text


def test_an_empty_list_says_what_to_do(desk: Browser, booked: Appointment) -> None:
    searched = desk.get(f"/desk?date={in_days(6)}&q=grace")
    [further] = [link for link in attributes(searched, "href") if "until=" in link]
    found = desk.get(unescape(further))
    assert attributes(found, "data-appointment-id") == [str(booked.id)]
    assert "Nobody is booked for these days yet." in desk.get("/desk").text


def test_a_search_with_too_much_to_read_says_how_far_it_came_and_goes_on(
    desk: Browser, day: list[Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_days, "_FEW_PATIENTS", 0)
    monkeypatch.setitem(desk_page.__kwdefaults__, "most_read", 2)
    search = f"/desk?date={in_days(7)}&until={in_days(8)}&q=ada"
    page = desk.get(search)
    assert "Searched up to" in page.text
    heard = announced(desk.get(search, headers=HTMX))
    assert heard.startswith("No appointments found. Searched up to")
    assert attributes(page, "data-appointment-id") == []
    [later] = [
        link for link in attributes(page, "href") if "after=" in link and "tick=" not in link
    ]
    page = desk.get(unescape(later))
    assert attributes(page, "data-appointment-id") == [str(day[2].id)]
    assert "Searched up to" not in page.text


def test_an_appointment_of_another_year_is_found_by_its_reference(
    desk: Browser, house: House, doctor: User
) -> None:
    slot = house.slot(doctor, day=in_days(500))
    booked = house.run(book(slot.id, house.person(), actor=house.person(Role.RECEPTIONIST)))
    assert attributes(desk.get(f"/desk?q={booked.reference}"), "data-appointment-id") == [
        str(booked.id)
    ]


@pytest.mark.usefixtures("november")
def test_a_day_of_25_hours_is_listed_to_its_end(desk: Browser, house: House, doctor: User) -> None:
    [last] = moments(datetime(2027, 10, 31, 23, 30), clinic.current().zone)
    slot = house.slot(doctor, day=last.date(), start=time(23, 30))
    booked = house.run(book(slot.id, house.person(), actor=house.person(Role.RECEPTIONIST)))
    assert slot.starts_at == last
    page = desk.get("/desk?date=2027-10-31")
    assert attributes(page, "data-appointment-id") == [str(booked.id)]
    next_day = desk.get(f"/desk?date={last.date() + timedelta(days=1)}")
    assert attributes(next_day, "data-appointment-id") == []


def _numbers(text: str) -> list[int]:
    counts = text.split('id="desk-counts"')[1].split("</ul>")[0]
    return [int(part.split("</strong>")[0]) for part in counts.split("<strong>")[1:]]


def test_a_day_that_somebody_wrote_in_another_way_is_not_shown_to_the_next(desk: Browser) -> None:
    for written in ("2027-1-4", "2027-01-04"):
        assert (
            f'name="date" type="date" value="{written}"' in desk.get(f"/desk?date={written}").text
        )
