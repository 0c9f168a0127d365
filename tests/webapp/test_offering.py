"""Offering times, and taking them back."""

import re
from datetime import date, time, timedelta

import pytest
import time_machine
from werkzeug.test import TestResponse

from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.actions.offering import offer_series
from domain.documents import (
    Appointment,
    AppointmentStatus,
    EventRecord,
    Role,
    Slot,
    SlotStatus,
    User,
)
from domain.series import SeriesPlan
from domain.walltime import monday_of
from tests.conftest import Run
from tests.domain.commands import interrupted
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


def test_the_new_time_has_the_focus_in_that_answer_alone(signed_in: SignIn, doctor: User) -> None:
    browser = signed_in(doctor)
    for start in ("09:00", "10:00"):
        [focused] = re.findall(
            "<a [^>]* data-focus>.*", browser.htmx("/slots", single(start=start)).text
        )
        assert f"<time>{start}</time>" in focused
        assert "data-focus" not in browser.get(f"/calendar?date={in_days(7)}").text


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


@pytest.mark.parametrize(
    ("language", "clocks"),
    [("en-GB", [", 09:00,", ", 16:30."]), ("ar", ["، 9:00\xa0ص", "، 4:30\xa0م."])],
)
def test_first_and_last_of_a_series_are_whole_moments(
    signed_in: SignIn, doctor: User, language: str, clocks: list[str]
) -> None:
    with time_machine.travel("2026-12-01T05:00:00Z", tick=False):
        page = signed_in(doctor).get("/slots/series", headers={"Accept-Language": language}).text
    assert (
        re.findall(r'class="moment moment--dated">[^<]*<span[^>]*>[^<]*</span>([^<]*)', page)
        == clocks
    )


def test_a_refused_time_keeps_what_was_typed(signed_in: SignIn, doctor: User) -> None:
    answer = signed_in(doctor).post("/slots", single(minutes="7", start="11:25"))
    assert 'value="11:25"' in answer.text
    assert 'value="7"' in answer.text


def test_an_overlap_is_refused_beside_what_is_offered_on_that_day(
    signed_in: SignIn, doctor: User, slot: Slot, run: Run
) -> None:
    answer = signed_in(doctor).post("/slots", single(start="09:15"))
    assert answer.status_code == 409
    assert "You already offer some of this time." in answer.text
    assert attributes(answer, "data-slot-id") == [str(slot.id)]
    assert run(Slot.count()) == 1


def test_a_form_in_its_place_is_refused_there(signed_in: SignIn, doctor: User, slot: Slot) -> None:
    answer = signed_in(doctor).htmx("/slots", single(start="09:15"))
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#offer-here"
    assert answer.text.lstrip().startswith("<form")
    assert "You already offer some of this time." in answer.text


def test_a_form_remembers_that_it_stands_in_the_day_until_it_is_right(
    signed_in: SignIn, doctor: User, slot: Slot
) -> None:
    browser = signed_in(doctor)
    form = browser.get(f"/slots/offer?date={in_days(7)}&view=day", headers=HTMX)
    wrong = single(start="09:15", view=hidden(form)["view"])
    refused = browser.htmx("/slots", wrong)
    assert refused.status_code == 409
    answer = browser.htmx("/slots", single(start="10:00", view=hidden(refused)["view"]))
    assert 'data-view="day"' in answer.text


@pytest.mark.parametrize(("day", "pushed"), [(7, None), (8, 8)])
def test_a_time_that_the_day_offers_for_another_day_takes_the_address_there(
    signed_in: SignIn, doctor: User, day: int, pushed: int | None
) -> None:
    browser = signed_in(doctor)
    fields = single(view="day", date=str(in_days(day)), csrf_token=browser.token())
    at = HTMX | {"HX-Current-URL": f"http://localhost/calendar/day?date={in_days(7)}"}
    answer = browser.post("/slots", fields, headers=at)
    address = f"/calendar/day?date={in_days(pushed)}" if pushed else None
    assert (answer.status_code, answer.headers.get("HX-Push-Url")) == (200, address)


def test_a_series_tells_how_many_times_it_made(signed_in: SignIn, doctor: User, run: Run) -> None:
    browser = signed_in(doctor)
    answer = browser.post("/slots/series", series())
    assert answer.status_code == 303
    assert message(browser.get(answer.headers["Location"])).endswith("12 times offered.")
    assert run(Slot.count()) == 12


def test_a_series_tells_what_it_left_out(signed_in: SignIn, doctor: User) -> None:
    browser = signed_in(doctor)
    browser.post("/slots/series", series())
    answer = browser.post("/slots/series", series(end="13:00"))
    page = browser.get(answer.headers["Location"])
    assert "4 times offered, 12 skipped because you already offer that time." in message(page)


@pytest.mark.usefixtures("november")
def test_a_series_tells_which_times_do_not_exist(signed_in: SignIn, doctor: User) -> None:
    night = {"from_date": "2027-03-28", "until_date": "2027-03-28", "weekdays": ["6"]}
    browser = signed_in(doctor)
    answer = browser.post("/slots/series", series(**night, start="01:00", end="05:00"))
    page = browser.get(answer.headers["Location"])
    assert "6 times offered, 2 fall in the hour that does not exist." in message(page)


@pytest.mark.usefixtures("november")
def test_a_series_tells_which_times_the_clock_lays_over_others(
    signed_in: SignIn, doctor: User
) -> None:
    night = {"from_date": "2027-03-28", "until_date": "2027-03-28", "weekdays": ["6"]}
    browser = signed_in(doctor)
    times = {"start": "00:00", "end": "06:00", "minutes": "45"}
    answer = browser.post("/slots/series", series(**night, **times))
    assert (
        "6 times offered, 1 falls in the hour that does not exist, "
        "1 skipped because the clocks change and it would overlap the time before."
    ) in message(browser.get(answer.headers["Location"]))


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


def test_nor_does_it_where_the_two_change_places_while_the_form_is_answered(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    first, second = house.person(), house.person()
    seen = run(book(slot.id, first))
    browser = signed_in(doctor)
    form = hidden(browser.get(f"/slots/{slot.id}/withdraw"))

    booked: list[Appointment] = []

    def change_places() -> None:
        run(cancel(seen.id, first))
        booked.append(run(book(slot.id, second)))

    with interrupted(change_places, after=1, of="appointments"):
        answer = browser.post(f"/slots/{slot.id}/withdraw", form)
    assert answer.status_code == 409
    assert second.name in answer.text
    assert run(Appointment.get(booked[0].id)).status == "booked"


def test_withdrawing_twice_is_a_conflict_that_says_so(
    signed_in: SignIn, doctor: User, slot: Slot
) -> None:
    browser = signed_in(doctor)
    browser.post(f"/slots/{slot.id}/withdraw")
    answer = browser.post(f"/slots/{slot.id}/withdraw")
    assert answer.status_code == 409
    assert "already been withdrawn" in answer.text
    assert browser.get(f"/slots/{slot.id}/withdraw").status_code == 200


def heading(page: TestResponse) -> str:
    """Return the one title of a page, or of the part that htmx gets."""
    [title] = re.findall(r"<h1[^>]*>(.*?)</h1>", page.text)
    return str(title)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_time_that_cannot_be_withdrawn_says_so_in_its_title(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run, headers: dict[str, str]
) -> None:
    way, browser = f"/slots/{slot.id}/withdraw", signed_in(doctor)
    assert heading(browser.get(way, headers=headers)) == "Withdraw this time?"
    seen = run(book(slot.id, house.person(name="Grace Hopper")))
    assert heading(browser.get(way, headers=headers)) == "Withdraw a booked time?"
    run(mark(seen.id, AppointmentStatus.ARRIVED, doctor))
    refused = [browser.get(way, headers=headers), browser.post(way, {}, headers=headers)]
    assert {heading(one) for one in refused} == {"This time cannot be withdrawn any more"}
    assert all(f'datetime="{slot.starts_at:%Y-%m-%dT%H:%M}' in one.text for one in refused)
    other = f"/slots/{house.slot(doctor, start=time(11)).id}/withdraw"
    browser.post(other)
    refused = [browser.get(other, headers=headers), browser.post(other, {}, headers=headers)]
    assert {heading(one) for one in refused} == {"This time has been withdrawn"}
    assert [one.status_code for one in refused] == [200, 409]
    again = f'href="/slots/offer?date={in_days(7)}&amp;start=11:00&amp;minutes=30"'
    assert all(again in one.text for one in refused)


def test_a_time_that_has_begun_says_so_in_its_title(
    signed_in: SignIn, doctor: User, slot: Slot
) -> None:
    way = f"/slots/{slot.id}/withdraw"
    with time_machine.travel(slot.starts_at + timedelta(minutes=1), tick=True):
        browser = signed_in(doctor)
        assert heading(browser.get(way)) == heading(browser.post(way)) == "This time has begun"


@pytest.mark.parametrize("kind", ["unknown", "foreign", "malformed"])
def test_what_is_not_ones_own_looks_like_what_is_not_there(
    signed_in: SignIn, house: House, slot: Slot, kind: str
) -> None:
    identifier = {"unknown": "0" * 24, "foreign": str(slot.id), "malformed": "x"}[kind]
    browser = signed_in(house.person(Role.DOCTOR))
    assert browser.get(f"/slots/{identifier}/withdraw").status_code == 404
    assert browser.post(f"/slots/{identifier}/withdraw", {"notify": "1"}).status_code == 404


@pytest.mark.usefixtures("november")
def test_the_form_starts_with_the_day_that_is_shown(signed_in: SignIn, doctor: User) -> None:
    page = signed_in(doctor).get("/calendar?date=2027-05-05")
    assert 'href="/slots/offer?date=2027-05-03"' in page.text
    form = signed_in(doctor).get("/slots/offer?date=2027-05-05")
    assert 'id="slot-date" name="date"' in form.text
    assert f'value="{date(2027, 5, 5)}"' in form.text


def test_the_form_proposes_the_first_room_of_the_day(signed_in: SignIn, doctor: User) -> None:
    browser = signed_in(doctor)
    browser.post("/slots", single(start="09:00"))
    browser.post("/slots", single(start="09:45"))
    for minutes, proposed in ((15, "09:30"), (30, "10:15"), (5, "09:30"), (1440, "09:00")):
        form = browser.get(f"/slots/offer?date={in_days(7)}&minutes={minutes}")
        assert f'value="{proposed}"' in form.text, minutes


@pytest.mark.usefixtures("november")
def test_the_form_of_a_day_under_way_proposes_what_lies_ahead(
    signed_in: SignIn, doctor: User
) -> None:
    assert 'value="11:05"' in signed_in(doctor).get("/slots/offer?date=2026-11-25").text


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize(
    "asked", ["date=soon", "start=25:99", "start=9", "minutes=-5", "minutes=٣", "fold=9"]
)
def test_an_address_with_an_impossible_place_opens_a_usual_form(
    signed_in: SignIn, doctor: User, asked: str
) -> None:
    form = signed_in(doctor).get(f"/slots/offer?{asked}")
    assert form.status_code == 200
    assert 'value="11:05"' in form.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_series_is_shown_before_anything_is_written(
    signed_in: SignIn, house: House, doctor: User, run: Run, headers: dict[str, str]
) -> None:
    monday = monday_of(in_days(14))
    house.slot(doctor, day=monday, start=time(9, 15))
    answer = signed_in(doctor).post("/slots/series/preview", series(), headers=headers)
    assert answer.status_code == 200
    assert "10 times" in answer.text
    assert "2 skipped because you already offer that time" in answer.text
    assert run(Slot.count()) == 1


def test_a_preview_of_an_impossible_series_says_why(
    signed_in: SignIn, doctor: User, run: Run
) -> None:
    browser = signed_in(doctor)
    for wrong in ({"end": "08:00"}, {"minutes": "7"}, {"weekdays": []}):
        answer = browser.htmx("/slots/series/preview", series(**wrong))
        assert answer.status_code == 422
        assert "Nothing can be offered like this yet" in answer.text
    assert (
        "Minutes each: Please choose 5 to 480"
        in browser.htmx("/slots/series/preview", series(minutes="7")).text
    )
    assert run(Slot.count()) == 0


def test_another_series_than_the_one_shown_is_shown_before_it_is_written(
    signed_in: SignIn, doctor: User, run: Run
) -> None:
    browser = signed_in(doctor)
    shown = browser.post("/slots/series/preview", series())
    seen = hidden(shown)["seen"]
    answer = browser.post("/slots/series", series(end="13:00", seen=seen))
    assert answer.status_code == 409
    assert "The series has changed since this was shown" in answer.text
    assert run(Slot.count()) == 0
    again = browser.post("/slots/series", series(end="13:00", seen=hidden(answer)["seen"]))
    assert again.status_code == 303
    assert run(Slot.count()) == 16


def offered_series(house: House, doctor: User) -> str:
    """Offer four slots as a series and return its id."""
    day = in_days(7)
    plan = SeriesPlan(
        weekdays=frozenset(range(7)),
        from_date=day,
        until_date=day,
        start=time(9),
        end=time(11),
        minutes=30,
    )
    return str(house.run(offer_series(doctor, plan)).series_id)


def test_a_series_is_withdrawn_as_one(
    signed_in: SignIn, house: House, doctor: User, run: Run
) -> None:
    identifier, browser = offered_series(house, doctor), signed_in(doctor)
    slot = run(Slot.find({}).first_or_none())
    way = f"/slots/series/{identifier}/withdraw"
    assert way in browser.get(f"/slots/{slot.id}/withdraw").text
    question = browser.get(way)
    assert "4 free times, 0 booked" in question.text
    answer = browser.post(way, hidden(question))
    assert answer.status_code == 303
    assert "4 times withdrawn." in message(browser.get(answer.headers["Location"]))
    assert heading(question) == "Withdraw the whole series?"
    refused = browser.post(way)
    assert refused.status_code == 409
    title = "This series has been withdrawn"
    again = browser.get(way)
    assert heading(refused) == heading(again) == title
    assert "4 times withdrawn. The first on" in again.text


@pytest.mark.parametrize(
    ("booked", "said"),
    [
        ("keep", "3 times withdrawn, 1 booked time stays."),
        ("cancel", "4 times withdrawn, 1 appointment cancelled."),
    ],
)
def test_booked_times_of_a_series_stay_or_go_with_notice(
    signed_in: SignIn, house: House, doctor: User, run: Run, booked: str, said: str
) -> None:
    identifier, browser = offered_series(house, doctor), signed_in(doctor)
    slot = run(Slot.find({}).first_or_none())
    appointment = run(book(slot.id, house.person(name="Grace Hopper")))
    way = f"/slots/series/{identifier}/withdraw"
    question = browser.get(way)
    assert "Grace Hopper" in question.text
    fields = hidden(question) | {"booked": booked, "propose": "1", "reason": "A congress"}
    answer = browser.post(way, fields)
    assert said in message(browser.get(answer.headers["Location"]))
    status = run(Appointment.get(appointment.id)).status
    assert status == ("booked" if booked == "keep" else "cancelled")


def test_a_reason_too_long_for_a_series_is_said_and_kept(
    signed_in: SignIn, house: House, doctor: User, run: Run
) -> None:
    way = f"/slots/series/{offered_series(house, doctor)}/withdraw"
    run(book(run(Slot.find({}).first_or_none()).id, house.person()))
    answer = signed_in(doctor).post(way, {"reason": "x" * 501})
    assert answer.status_code == 422
    assert "at most 500 characters" in answer.text
    assert "x" * 501 in answer.text


@pytest.mark.parametrize("identifier", ["0" * 24, "x", "foreign"])
def test_another_doctors_series_looks_like_none(
    signed_in: SignIn, house: House, doctor: User, identifier: str
) -> None:
    series = offered_series(house, doctor)
    way = f"/slots/series/{series if identifier == 'foreign' else identifier}/withdraw"
    browser = signed_in(house.person(Role.DOCTOR))
    assert browser.get(way).status_code == 404
    assert browser.post(way).status_code == 404


def test_the_times_that_the_message_would_name_are_shown_and_named_only_if_wanted(
    signed_in: SignIn, house: House, doctor: User, slot: Slot, run: Run
) -> None:
    house.slot(doctor, start=time(11))
    run(book(slot.id, house.person()))
    browser = signed_in(doctor)
    question = browser.get(f"/slots/{slot.id}/withdraw")
    assert "Propose the nearest free times" in question.text
    assert "11:00" in question.text
    browser.post(f"/slots/{slot.id}/withdraw", hidden(question) | {"propose": "1"})
    event = run(EventRecord.find({"kind": "appointment.cancelled"}).first_or_none())
    assert [one["wall_start"][11:] for one in event.payload["proposed"]] == ["11:00"]
