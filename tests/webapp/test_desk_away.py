"""The desk closes the day of a doctor who is away."""

from datetime import time

import pytest

from domain.actions.booking import book
from domain.documents import Appointment, User
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import HTMX, Browser, attributes, hidden, message


def the_day() -> str:
    """Return the day of most slots: asked for anew, as a run may go on past midnight."""
    return str(in_days(7))


@pytest.fixture
def day(house: House, doctor: User) -> list[Appointment]:
    """Two appointments of one day, and a free time."""
    slots = [house.slot(doctor, start=time(hour)) for hour in (9, 10, 11)]
    return [house.run(book(slot.id, house.person())) for slot in slots[:2]]


def asked(doctor: User) -> str:
    return f"/desk/away?doctor={doctor.id}&date={the_day()}&until={the_day()}"


def filled(whose: User, day: list[Appointment], **changes: object) -> dict[str, object]:
    seen = [str(one.id) for one in day]
    fields = {
        "doctor": str(whose.id),
        "date": the_day(),
        "until": the_day(),
        "appointment_id": seen,
    }
    return fields | {"reason": "Dr. Weiss is ill", **changes}


def test_one_step_says_what_goes_and_does_it(
    desk: Browser, day: list[Appointment], doctor: User, run: Run
) -> None:
    page = desk.get(asked(doctor))
    assert "2 appointments, 1 free time" in page.text
    assert attributes(page, "data-appointment-id") == [str(one.id) for one in day]
    answer = desk.post("/desk/away", filled(doctor, day))
    assert answer.status_code == 303
    listed = desk.get(answer.headers["Location"])
    assert message(listed) == "✓ 2 appointments cancelled. 1 free time closed. Undo"
    assert attributes(listed, "data-status") == ["cancelled", "cancelled"]
    assert "There is nothing to close" in desk.get(asked(doctor)).text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_it_is_undone_from_the_list(
    desk: Browser, day: list[Appointment], doctor: User, run: Run, headers: dict[str, str]
) -> None:
    answer = desk.post("/desk/away", filled(doctor, day))
    undo = hidden(desk.get(answer.headers["Location"]))
    fields = {name: undo[name] for name in ("closing_id", "doctor", "date")}
    again = desk.post("/desk/away/undo", fields, headers=headers)
    if not headers:
        assert again.headers["Location"] == f"/desk?date={the_day()}&doctor={doctor.id}"
        again = desk.get(again.headers["Location"])
    assert message(again) == "✓ 2 appointments stand again. 1 free time is offered again."
    assert attributes(again, "data-status") == ["booked", "booked"]
    twice = desk.post("/desk/away/undo", fields, headers=headers)
    assert twice.status_code == 409
    assert "Nothing could be taken back." in message(twice)


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"reason": " "}, 422, "Please fill this in."),
        ({"reason": "x" * 501}, 422, "at most 500 characters"),
        ({"doctor": ""}, 422, "Choose the doctor and the days"),
        ({"doctor": "0" * 24}, 404, "no access to what was here"),
        ({"until": str(in_days(6))}, 422, "The last day lies before the first."),
        ({"until": str(in_days(21))}, 422, "Please close at most 14 days at once."),
        ({"appointment_id": []}, 409, "Somebody has booked since this was shown."),
        ({"appointment_id": ["x"]}, 404, "no access to what was here"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    desk: Browser,
    day: list[Appointment],
    doctor: User,
    house: House,
    changes: dict[str, object],
    status: int,
    sentence: str,
) -> None:
    answer = desk.post("/desk/away", filled(doctor, day, **changes))
    assert answer.status_code == status
    assert sentence in answer.text
    assert [house.now(one).status for one in day] == ["booked", "booked"]
    assert "2 appointments, 1 free time" in desk.get(asked(doctor)).text


def test_the_button_names_only_what_there_is(
    desk: Browser, day: list[Appointment], doctor: User
) -> None:
    assert "Cancel and close: 2 appointments, 1 free time" in desk.get(asked(doctor)).text
    for one in day:
        desk.post("/desk/cancel", {"appointment_id": str(one.id), "reason": "x", "away": "1"})
    page = desk.get(asked(doctor)).text
    assert "Close: 1 free time<" in page
    assert "0 appointments" not in page


def test_the_list_leads_there_with_what_it_shows(
    desk: Browser, day: list[Appointment], doctor: User
) -> None:
    page = desk.get(f"/desk?date={the_day()}&doctor={doctor.id}&status=booked")
    assert f'href="/desk/away?date={the_day()}&amp;doctor={doctor.id}"' in page.text
    assert "Mark the doctor as away" in page.text
