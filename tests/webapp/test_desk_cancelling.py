"""Cancelling many appointments at once."""

import re
from datetime import time, timedelta

import pytest

from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.documents import Appointment, AppointmentStatus, Role, User
from tests.conftest import Run
from tests.domain.conftest import House, frozen, in_days
from tests.webapp.browsing import HTMX, Browser, attributes, message, put_in_place


def the_day() -> dict[str, str]:
    """Return the day of most slots: asked for anew, as a run may go on past midnight."""
    return {"date": str(in_days(7))}


@pytest.fixture
def day(house: House, doctor: User) -> list[Appointment]:
    """Three appointments of one day."""
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10, 11)]
    return [house.run(book(slot.id, house.person())) for slot in slots]


def ticked(rows: list[Appointment], reason: str = "Dr. Weiss is ill") -> dict[str, object]:
    return the_day() | {"appointment_id": [str(row.id) for row in rows], "reason": reason}


def statuses(run: Run, rows: list[Appointment]) -> list[str]:
    return [run(Appointment.get(row.id)).status.value for row in rows]


def test_ticked_appointments_are_cancelled_and_counted(
    desk: Browser, day: list[Appointment], run: Run
) -> None:
    answer = desk.post("/desk/cancel", ticked(day[:2]))
    assert answer.status_code == 303
    page = desk.get(answer.headers["Location"])
    assert message(page) == "✓ 2 appointments cancelled. Undo"
    assert attributes(page, "data-status") == ["cancelled", "cancelled", "booked"]
    assert run(Appointment.get(day[0].id)).cancellation_reason == "Dr. Weiss is ill"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_answer_names_those_that_were_not_cancelled_and_why(
    desk: Browser, day: list[Appointment], doctor: User, run: Run, headers: dict[str, str]
) -> None:
    run(mark(day[1].id, AppointmentStatus.ARRIVED, doctor))
    answer = desk.post("/desk/cancel", ticked(day), headers=headers)
    if not headers:
        assert answer.status_code == 303
        answer = desk.get(answer.headers["Location"])
    assert "2 appointments cancelled." in message(answer)
    assert f"Not cancelled: {day[1].reference}. The patient has already arrived" in message(answer)
    assert day[1].patient_name not in message(answer)
    assert statuses(run, day) == ["cancelled", "arrived", "cancelled"]


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Please fill this in."),
        (" \n ", "Please fill this in."),
        ("x" * 501, "at most 500 characters"),
        ("\x00", "cannot be stored"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_without_a_good_reason_nothing_is_cancelled_and_the_ticks_stay(
    desk: Browser,
    day: list[Appointment],
    run: Run,
    reason: str,
    sentence: str,
    headers: dict[str, str],
) -> None:
    answer = desk.post("/desk/cancel", ticked(day[:2], reason), headers=headers)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert sentence not in message(answer)
    assert answer.text.count(" checked>") == 2
    assert statuses(run, day) == ["booked", "booked", "booked"]


def test_a_refusal_at_the_far_end_of_a_page_comes_into_sight_without_a_script(
    desk: Browser, day: list[Appointment]
) -> None:
    refused = ticked(day[:1]) | {"reason": ""}
    assert re.search(
        r'class="error-summary"[^>]* autofocus>', desk.post("/desk/cancel", refused).text
    )
    assert "autofocus" not in desk.htmx("/desk/cancel", refused).text


def test_ticking_nothing_keeps_the_reason(desk: Browser, day: list[Appointment]) -> None:
    answer = desk.post("/desk/cancel", ticked([]))
    assert answer.status_code == 422
    assert "Please tick the appointments to cancel." in answer.text
    assert "Dr. Weiss is ill</textarea>" in answer.text


def test_what_was_cancelled_meanwhile_is_a_conflict_in_place(
    desk: Browser, day: list[Appointment]
) -> None:
    desk.post("/desk/cancel", ticked(day[:1]))
    answer = desk.post("/desk/cancel", ticked(day[:1]))
    assert answer.status_code == 409
    assert "No appointment was cancelled." in answer.text
    assert "already been cancelled" in answer.text


def test_htmx_gets_what_was_ticked_in_its_place_the_counts_and_an_empty_form(
    desk: Browser, day: list[Appointment], doctor: User, run: Run
) -> None:
    run(mark(day[1].id, AppointmentStatus.ARRIVED, doctor))
    answer = desk.htmx("/desk/cancel", ticked(day[:2]) | {"status": "booked"})
    assert answer.status_code == 200
    assert put_in_place(answer) == [str(row.id) for row in day[:2]]
    assert attributes(answer, "data-status") == ["cancelled", "arrived"]
    assert answer.text.count("data-focus") == 1
    [refusal] = re.findall(r'<span class="field__error">(.*?)</span>', answer.text)
    assert "already arrived" in refusal
    counted = dict(re.findall(r'data-count="(\w+)".*?<strong>(\d+)</strong>', answer.text))
    assert counted["booked"] == counted["arrived"] == counted["cancelled"] == "1"
    assert 'id="cancel-many" hx-swap-oob="true"' in answer.text
    assert "Dr. Weiss is ill" not in answer.text


def test_what_htmx_could_not_cancel_stays_ticked_and_typed(
    desk: Browser, house: House, doctor: User
) -> None:
    one = house.run(book(house.slot(doctor).id, house.person()))
    with frozen(one.ends_at + timedelta(minutes=1)):
        again = desk.as_person(house.person(Role.RECEPTIONIST), house.run)
        answer = again.htmx("/desk/cancel", ticked([one]))
    assert answer.status_code == 409
    assert "No appointment was cancelled." in message(answer)
    assert put_in_place(answer) == [str(one.id)]
    assert f"value={one.reference} checked>" in answer.text
    assert "cancel-many" not in answer.text


def test_malformed_and_unknown_ones_are_answered_alike(desk: Browser, run: Run) -> None:
    answers = [
        desk.post("/desk/cancel", the_day() | {"appointment_id": identifier, "reason": "x"})
        for identifier in ("0" * 24, "0" * 23, "", "\x00", "😀", '{"$ne": null}')
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({message(answer) for answer in answers}) == 1


def test_one_that_is_not_there_is_called_unknown_in_the_readers_language(
    desk: Browser, day: list[Appointment]
) -> None:
    fields = the_day() | {"appointment_id": [str(day[0].id), "0" * 24], "reason": "x"}
    in_german = {"Accept-Language": "de"}
    answer = desk.post("/desk/cancel", fields, headers=in_german)
    page = desk.get(answer.headers["Location"], headers=in_german)
    assert "Nicht abgesagt: unbekannt." in message(page)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_was_cancelled_is_taken_back_at_once(
    desk: Browser, day: list[Appointment], run: Run, headers: dict[str, str]
) -> None:
    answer = desk.post("/desk/cancel", ticked(day[:2]), headers=headers)
    if not headers:
        answer = desk.get(answer.headers["Location"])
    undo = answer.text.split("data-undo")[1].split("</form>")[0]
    assert [str(one.id) in undo for one in day] == [True, True, False]
    again = desk.post("/desk/restore", ticked(day[:2]), headers=headers)
    if not headers:
        assert again.headers["Location"] == f"/desk?date={the_day()['date']}"
        again = desk.get(again.headers["Location"])
    assert message(again) == "✓ 2 appointments stand again."
    assert statuses(run, day) == ["booked", "booked", "booked"]


def test_what_cannot_be_taken_back_is_named_and_why(
    desk: Browser, day: list[Appointment], house: House, run: Run
) -> None:
    desk.post("/desk/cancel", ticked(day[:2]))
    run(book(day[0].slot_id, house.person()))
    answer = desk.htmx("/desk/restore", ticked(day[:2]))
    assert "1 appointment stands again." in message(answer)
    assert put_in_place(answer) == [str(row.id) for row in day[:2]]
    assert f"Not taken back: {day[0].reference}. This time has just been taken." in message(answer)
    assert statuses(run, day[:2]) == ["cancelled", "booked"]
    assert desk.post("/desk/restore", ticked(day[:1])).status_code == 409
    assert desk.post("/desk/restore", ticked(day[2:])).status_code == 409


def test_the_list_ticks_references(desk: Browser, day: list[Appointment], run: Run) -> None:
    page = desk.get(f"/desk?date={the_day()['date']}&tick=all")
    for one in day:
        assert f"name=appointment_id value={one.reference} checked>" in page.text
    chosen = the_day() | {"appointment_id": [one.reference for one in day[1:]], "reason": "Ill"}
    assert desk.post("/desk/cancel", chosen).status_code == 303
    assert statuses(run, day) == ["booked", "cancelled", "cancelled"]


def test_no_more_than_a_page_is_cancelled_at_once(desk: Browser) -> None:
    many = [f"{number:024x}" for number in range(51)]
    answer = desk.post("/desk/cancel", the_day() | {"appointment_id": many, "reason": "x"})
    assert answer.status_code == 422
    assert "at most 50 appointments at once" in answer.text


def test_references_that_were_not_cancelled_are_listed_with_the_languages_comma(
    desk: Browser, day: list[Appointment], doctor: User, run: Run
) -> None:
    for one in day[1:]:
        run(mark(one.id, AppointmentStatus.ARRIVED, doctor))
    answer = desk.post("/desk/cancel", ticked(day), headers=HTMX | {"Accept-Language": "ar"})
    assert f"{day[1].reference}، {day[2].reference}" in message(answer)
