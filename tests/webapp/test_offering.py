"""Offering times, and taking them back."""

from datetime import date, timedelta

import pytest

from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.documents import Appointment, AppointmentStatus, Role, Slot, SlotStatus, User
from domain.walltime import monday_of
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import HTMX, attributes, hidden, message
from tests.webapp.conftest import SignIn


def single(**changes: str) -> dict[str, str]:
    return {"date": str(in_days(7)), "start": "09:00", "minutes": "30"} | changes


def series(**changes: object) -> dict[str, object]:
    monday = monday_of(in_days(14))
    plan: dict[str, object] = {
        "weekdays": ["0", "2"],
        "from_date": str(monday),
        "until_date": str(monday + timedelta(days=6)),
        "start": "09:00",
        "end": "12:00",
        "minutes": "30",
        "pause": "0",
    }
    return plan | changes


def test_an_offered_time_stands_in_the_week(signed_in: SignIn, doctor: User, run: Run) -> None:
    browser = signed_in(doctor)
    answer = browser.post("/slots", single())
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/calendar?date={in_days(7)}",
    )
    page = browser.get(answer.headers["Location"])
    assert attributes(page, "data-status") == ["open"]
    assert "09:00 to 09:30 is offered" in message(page)


def test_htmx_gets_the_week_and_its_address(signed_in: SignIn, doctor: User) -> None:
    answer = signed_in(doctor).htmx("/slots", single())
    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == f"/calendar?date={in_days(7)}"
    assert attributes(answer, "data-status") == ["open"]
    assert "is offered" in answer.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"date": ""}, "Please fill this in."),
        ({"date": "31.12.2026"}, "Please give a date such as"),
        ({"date": "9999-12-31"}, "within five years"),
        ({"date": "0001-01-01"}, "from today on"),
        ({"start": "9 o'clock"}, "Please give a time such as"),
        ({"start": "09:02"}, "five-minute mark"),
        ({"minutes": "half an hour"}, "whole number of minutes"),
        ({"minutes": "7"}, "5 to 480 minutes"),
        ({"minutes": "9" * 5000}, "whole number of minutes"),
        ({"minutes": "-30"}, "5 to 480 minutes"),
        ({"fold": "2"}, "Not a valid choice"),
        ({"start": "\x00"}, "Please give a time such as"),
    ],
)
def test_what_cannot_be_offered_is_said_beside_its_field(
    signed_in: SignIn, doctor: User, run: Run, changes: dict[str, str], sentence: str
) -> None:
    answer = signed_in(doctor).post("/slots", single(**changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert run(Slot.count()) == 0


def test_a_refused_time_keeps_what_was_typed(signed_in: SignIn, doctor: User) -> None:
    answer = signed_in(doctor).post("/slots", single(minutes="7", start="11:25"))
    assert 'value="11:25"' in answer.text
    assert 'value="7"' in answer.text
    assert '<details class="card offer" id="offer" open' in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_overlap_is_refused_in_the_week_where_it_lies(
    signed_in: SignIn, doctor: User, slot: Slot, run: Run, headers: dict[str, str]
) -> None:
    answer = signed_in(doctor).post("/slots", single(start="09:15"), headers=headers)
    assert answer.status_code == 409
    assert "You already offer some of this time." in answer.text
    assert attributes(answer, "data-slot-id") == [str(slot.id)]
    assert run(Slot.count()) == 1


def test_a_series_tells_how_many_times_it_made(signed_in: SignIn, doctor: User, run: Run) -> None:
    browser = signed_in(doctor)
    answer = browser.post("/slots/series", series())
    assert answer.status_code == 303
    assert message(browser.get(answer.headers["Location"])).endswith("12 times offered.")
    assert run(Slot.count()) == 12


def test_a_series_tells_what_it_left_out(signed_in: SignIn, doctor: User) -> None:
    browser = signed_in(doctor)
    browser.post("/slots/series", series())
    answer = browser.htmx("/slots/series", series(end="13:00"))
    assert "4 times offered, 12 left out because you already offer that time." in answer.text


def test_a_series_tells_which_times_do_not_exist(signed_in: SignIn, doctor: User) -> None:
    night = {"from_date": "2027-03-28", "until_date": "2027-03-28", "weekdays": ["6"]}
    answer = signed_in(doctor).htmx("/slots/series", series(**night, start="01:00", end="05:00"))
    assert "6 times offered, 2 do not exist because the clock goes forward." in answer.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"weekdays": []}, "at least one weekday"),
        ({"weekdays": ["7"]}, "7"),
        ({"weekdays": ["Monday"]}, "Invalid"),
        ({"until_date": "2020-01-01"}, "The last day lies before the first."),
        ({"until_date": "2300-01-01"}, "at most a year"),
        ({"end": "08:00"}, "The end lies before the start."),
        ({"pause": "3"}, "steps of five minutes"),
        ({"pause": ""}, "Please fill this in."),
        ({"minutes": "9" * 4000}, "5 to 480 minutes"),
    ],
)
def test_an_impossible_series_is_refused_beside_its_field(
    signed_in: SignIn, doctor: User, run: Run, changes: dict[str, object], sentence: str
) -> None:
    answer = signed_in(doctor).post("/slots/series", series(**changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert run(Slot.count()) == 0


def test_a_series_that_is_offered_already_is_a_conflict(signed_in: SignIn, doctor: User) -> None:
    browser = signed_in(doctor)
    browser.post("/slots/series", series())
    answer = browser.post("/slots/series", series())
    assert answer.status_code == 409
    assert "You already offer all of this time." in answer.text


def test_a_free_time_is_withdrawn_with_one_click(
    signed_in: SignIn, doctor: User, slot: Slot, run: Run
) -> None:
    browser = signed_in(doctor)
    question = browser.get(f"/slots/{slot.id}/withdraw")
    assert "Nobody has booked it." in question.text
    answer = browser.post(f"/slots/{slot.id}/withdraw")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"/calendar?date={in_days(7)}",
    )
    assert run(Slot.get(slot.id)).status is SlotStatus.WITHDRAWN
    page = browser.get(answer.headers["Location"])
    assert attributes(page, "data-slot-id") == []
    assert "is withdrawn" in message(page)


def test_withdrawing_a_booked_time_shows_who_is_affected_and_tells_them(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    booked = run(book(slot.id, house.person(name="Grace Hopper"), reason="A rash"))
    browser = signed_in(doctor)
    question = browser.get(f"/slots/{slot.id}/withdraw")
    for shown in ("Grace Hopper", "A rash", "09:00", booked.reference):
        assert shown in question.text
    answer = browser.post(f"/slots/{slot.id}/withdraw", hidden(question) | {"reason": "I am ill"})
    assert answer.status_code == 303
    ended = run(Appointment.get(booked.id))
    assert (ended.status, ended.cancellation_reason) == (AppointmentStatus.CANCELLED, "I am ill")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_time_that_was_booked_meanwhile_is_asked_about_again(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run, headers: dict[str, str]
) -> None:
    browser = signed_in(doctor)
    browser.get(f"/slots/{slot.id}/withdraw")
    run(book(slot.id, house.person(name="Grace Hopper")))
    answer = browser.post(f"/slots/{slot.id}/withdraw", {"reason": "I am ill"}, headers=headers)
    assert answer.status_code == 409
    assert "Grace Hopper" in answer.text
    assert "I am ill" in answer.text
    assert 'name="notify" value="1"' in answer.text
    assert run(Slot.get(slot.id)).status is SlotStatus.BOOKED


def test_the_word_given_for_one_patient_does_not_count_for_another(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    first = house.person(name="Grace Hopper")
    seen = run(book(slot.id, first))
    browser = signed_in(doctor)
    form = hidden(browser.get(f"/slots/{slot.id}/withdraw"))
    run(cancel(seen.id, first))
    run(book(slot.id, house.person(name="Alan Turing")))
    answer = browser.post(f"/slots/{slot.id}/withdraw", form)
    assert answer.status_code == 409
    assert "Alan Turing" in answer.text
    assert run(Slot.get(slot.id)).status is SlotStatus.BOOKED


def test_withdrawing_twice_is_a_conflict_that_says_so(
    signed_in: SignIn, doctor: User, slot: Slot
) -> None:
    browser = signed_in(doctor)
    browser.post(f"/slots/{slot.id}/withdraw")
    answer = browser.post(f"/slots/{slot.id}/withdraw")
    assert answer.status_code == 409
    assert "already been withdrawn" in answer.text
    assert browser.get(f"/slots/{slot.id}/withdraw").status_code == 200


@pytest.mark.parametrize("kind", ["unknown", "foreign", "malformed"])
def test_what_is_not_ones_own_looks_like_what_is_not_there(
    signed_in: SignIn, house: House, slot: Slot, kind: str
) -> None:
    identifier = {"unknown": "0" * 24, "foreign": str(slot.id), "malformed": "x"}[kind]
    browser = signed_in(house.person(Role.DOCTOR))
    assert browser.get(f"/slots/{identifier}/withdraw").status_code == 404
    assert browser.post(f"/slots/{identifier}/withdraw", {"notify": "1"}).status_code == 404


def test_the_form_starts_with_the_day_that_is_shown(signed_in: SignIn, doctor: User) -> None:
    page = signed_in(doctor).get("/calendar?date=2027-05-05&offer=1")
    assert 'id="slot-date" name="date"' in page.text
    assert f'value="{date(2027, 5, 5)}"' in page.text
