"""The reception's list."""

from datetime import datetime, time, timedelta

import pytest

from domain import clinic
from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.documents import Appointment, AppointmentStatus, Role, Slot, User
from domain.walltime import moments
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import HTMX, Browser, attributes, hidden, message
from tests.webapp.conftest import SignIn

DAY = f"/desk?date={in_days(7)}"


@pytest.fixture
def desk(signed_in: SignIn, house: House) -> Browser:
    """A browser in which a receptionist is signed in."""
    return signed_in(house.person(Role.RECEPTIONIST))


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


def test_a_line_says_all_that_the_desk_needs(desk: Browser, booked: Appointment) -> None:
    page = desk.get(DAY)
    assert attributes(page, "data-appointment-id") == [str(booked.id)]
    assert attributes(page, "data-starts-at") == [f"{booked.starts_at:%Y-%m-%dT%H:%M:%SZ}"]
    shown = ("Grace Hopper", booked.patient_email, booked.reference, "Dr. Ada Weiss", "09:00")
    for words in shown:
        assert words in page.text
    assert "A rash on the arm, itching" in page.text
    assert str(booked.reason) not in page.text


def test_the_list_is_todays_unless_another_day_is_asked_for(
    desk: Browser, booked: Appointment
) -> None:
    page = desk.get("/desk")
    assert attributes(page, "data-appointment-id") == []
    assert "No appointments here" in page.text


def test_the_day_is_counted(desk: Browser, day: list[Appointment], doctor: User, run: Run) -> None:
    run(mark(day[0].id, AppointmentStatus.ARRIVED, doctor))
    page = desk.get(DAY)
    counted = dict(zip(attributes(page, "data-count"), _numbers(page.text), strict=True))
    assert counted == {
        "booked": 2, "arrived": 1, "completed": 0, "missed": 0, "cancelled": 0, "free": 1
    }  # fmt: skip
    alone = desk.get(f"/desk/counts?date={in_days(7)}", headers=HTMX)
    assert _numbers(alone.text) == list(counted.values())


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
        page = desk.get(DAY + query)
        assert page.status_code == 200
        assert attributes(page, "data-appointment-id") == identifiers(expected), query


def test_the_list_may_span_several_days(
    desk: Browser, house: House, doctor: User, booked: Appointment
) -> None:
    later = house.run(book(house.slot(doctor, day=in_days(9)).id, house.person()))
    page = desk.get(f"{DAY}&until={in_days(9)}")
    assert attributes(page, "data-appointment-id") == identifiers([booked, later])


def test_typing_gets_the_list_alone_and_its_address(desk: Browser, day: list[Appointment]) -> None:
    answer = desk.get(f"{DAY}&until=&doctor=&status=&q=grace", headers=HTMX)
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
    first = desk.get(DAY)
    assert attributes(first, "data-appointment-id") == identifiers(expected[:50])
    earlier = house.slot(house.person(Role.DOCTOR), start=time(7))
    run(book(earlier.id, house.person()))
    [later] = [link for link in attributes(first, "href") if "after=" in link]
    second = desk.get(later.replace("&amp;", "&"))
    assert attributes(second, "data-appointment-id") == identifiers(expected[50:])
    assert "First page" in second.text


def test_a_note_without_javascript_comes_back_to_the_list(
    desk: Browser, booked: Appointment, run: Run
) -> None:
    page = desk.get(DAY)
    path = f"/appointments/{booked.id}/status"
    assert f'formaction="{path}"' in page.text
    answer = desk.post(path, {"status": "arrived", "back": hidden(page)["back"]})
    assert (answer.status_code, answer.headers["Location"]) == (303, DAY)
    assert attributes(desk.get(DAY), "data-status") == ["arrived"]
    assert run(Appointment.get(booked.id)).status is AppointmentStatus.ARRIVED


def test_a_note_with_htmx_answers_with_the_line_alone(desk: Browser, booked: Appointment) -> None:
    line = HTMX | {"HX-Target": f"desk-row-{booked.id}"}
    answer = desk.post(f"/appointments/{booked.id}/status", {"status": "arrived"}, headers=line)
    assert answer.text.lstrip().startswith(f'<tr id="desk-row-{booked.id}"')
    assert attributes(answer, "data-status") == ["arrived"]
    assert answer.headers["HX-Trigger"] == "desk-changed"
    assert "Undo" in answer.text
    assert "Noted: arrived." in answer.text


def test_a_note_that_came_too_late_shows_the_line_as_it_is(
    desk: Browser, booked: Appointment, doctor: User, run: Run
) -> None:
    run(mark(booked.id, AppointmentStatus.ARRIVED, doctor))
    line = HTMX | {"HX-Target": f"desk-row-{booked.id}"}
    answer = desk.post(f"/appointments/{booked.id}/status", {"status": "arrived"}, headers=line)
    assert answer.status_code == 409
    assert attributes(answer, "data-status") == ["arrived"]
    assert "already marked as arrived" in answer.text


def test_an_appointment_of_another_year_is_found_by_its_reference(
    desk: Browser, house: House, doctor: User
) -> None:
    slot = house.slot(doctor, day=in_days(500))
    booked = house.run(book(slot.id, house.person(), actor=house.person(Role.RECEPTIONIST)))
    assert attributes(desk.get(f"/desk?q={booked.reference}"), "data-appointment-id") == [
        str(booked.id)
    ]


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


def test_messages_live_in_their_box(desk: Browser, booked: Appointment) -> None:
    desk.post(f"/appointments/{booked.id}/status", {"status": "arrived", "back": DAY})
    assert message(desk.get(DAY)) == "✓ Noted: arrived."
