"""The reception's list for spreadsheets and paper."""

import csv
import io
import re
from datetime import time
from html import unescape

import pytest

from domain.actions.attendance import mark
from domain.actions.booking import book
from domain.actions.cancelling import cancel
from domain.changing import change_one
from domain.documents import Appointment, AppointmentStatus, Role, User
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import Browser


def the_day() -> str:
    """Return the day of most slots: asked for anew, as a run may go on past midnight."""
    return f"date={in_days(7)}"


HOSTILE = '=HYPERLINK("http://evil.example")\r\n+1'


@pytest.fixture
def day(house: House, doctor: User) -> list[Appointment]:
    """Three appointments of one day."""
    rows = []
    for hour, name in ((9, "Grace Hopper"), (10, "=Alan"), (11, "Ada King")):
        slot = house.slot(doctor, start=time(hour))
        rows.append(house.run(book(slot.id, house.person(name=name), reason=HOSTILE)))
    return rows


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_a_spreadsheet_holds_what_is_filtered_in_the_practices_time(
    desk: Browser, day: list[Appointment], doctor: User, run: Run
) -> None:
    run(mark(day[2].id, AppointmentStatus.MISSED, doctor))
    answer = desk.get(f"/desk.csv?{the_day()}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="desk-{in_days(7)}.csv"'
    rows = rows_of(answer.text)
    assert [row["Reference"] for row in rows] == [one.reference for one in day]
    assert [row["Start"] for row in rows] == ["09:00", "10:00", "11:00"]
    assert (rows[0]["Date"], rows[0]["End"]) == (str(in_days(7)), "09:30")
    assert rows[0]["Time zone"].startswith("Europe/Berlin (UTC+0")
    assert rows[0]["E-mail"] == day[0].patient_email
    assert rows[2]["Status"] == "missed"
    for narrower, expected in {"status=missed": [day[2]], "q=hopper": [day[0]], "q=x": []}.items():
        found = rows_of(desk.get(f"/desk.csv?{the_day()}&{narrower}").text)
        assert [row["Reference"] for row in found] == [one.reference for one in expected]


def test_nothing_that_people_typed_is_computed(desk: Browser, day: list[Appointment]) -> None:
    for row in rows_of(desk.get(f"/desk.csv?{the_day()}").text):
        assert not [one for one in row.values() if one.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert row["Reason"].startswith("'=HYPERLINK")


def test_all_pages_of_the_list_are_in_the_file_and_on_paper(
    desk: Browser, house: House, doctor: User, run: Run
) -> None:
    for number in range(53):
        slot = house.slot(doctor, start=time(8 + number // 12, number % 12 * 5), minutes=5)
        run(book(slot.id, house.person()))
    assert len(rows_of(desk.get(f"/desk.csv?{the_day()}").text)) == 53
    paper = desk.get(f"/desk/print?{the_day()}&doctor={doctor.id}").text
    assert paper.count("<tr><td>") == 53
    assert "53 appointments" in paper
    assert doctor.name in paper.split("<title>")[1].split("</title>")[0]


def test_paper_says_who_when_and_why(desk: Browser, day: list[Appointment]) -> None:
    paper = desk.get(f"/desk/print?{the_day()}").text
    for words in ("Grace Hopper", "09:00", "HYPERLINK", day[0].reference, "Booked"):
        assert words in paper


def test_paper_is_headed_by_its_days_with_the_year_and_by_what_narrows_them(
    desk: Browser, day: list[Appointment], doctor: User
) -> None:
    year = in_days(7).year
    for until, captions in (("", 0), (f"&until={in_days(8)}", 1)):
        paper = desk.get(f"/desk/print?{the_day()}{until}&doctor={doctor.id}&q=grace").text
        [heading] = re.findall("<h1>(.*?)</h1>", paper)
        assert heading.startswith("Appointments, ")
        assert heading.count(str(year)) == 1 + captions
        assert f'<p class="lead">{doctor.name} · Search: “grace”</p>' in unescape(paper)
        assert paper.count("<caption>") == captions
    assert '<p class="lead">' not in desk.get(f"/desk/print?{the_day()}").text


def test_paper_strikes_what_is_cancelled(
    desk: Browser, day: list[Appointment], run: Run, house: House
) -> None:
    run(cancel(day[1].id, house.person(Role.RECEPTIONIST), reason="ill"))
    paper = desk.get(f"/desk/print?{the_day()}").text
    [struck] = re.findall(r'<tr class="paper__cancelled">.*?</tr>', paper, re.DOTALL)
    assert day[1].reference in struck
    assert re.search(r">\d appointments?, plus 1 cancelled. Times are in", paper)
    only = desk.get(f"/desk/print?{the_day()}&status=cancelled").text
    assert ">1 cancelled. Times are in" in only


def test_a_reference_on_paper_keeps_its_halves_in_order_where_a_language_runs_the_other_way(
    desk: Browser, day: list[Appointment], run: Run
) -> None:
    run(change_one(Appointment, {"_id": day[0].id}, {"$set": {"reference": "982-XZ3"}}))
    paper = desk.get(f"/desk/print?{the_day()}", headers={"Accept-Language": "ar"})
    assert '<bdi dir="ltr">982-XZ3</bdi>' in paper.text


@pytest.mark.parametrize("hour", [0, 9])
def test_paper_keeps_the_practices_time_and_names_it_wherever_its_reader_is(
    desk: Browser, house: House, doctor: User, run: Run, hour: int
) -> None:
    run(book(house.slot(doctor, start=time(hour)).id, house.person()))
    at_home = desk.get(f"/desk/print?{the_day()}").text
    desk.client.set_cookie("timezone", "America/New_York")
    abroad = desk.get(f"/desk/print?{the_day()}").text
    for paper in (abroad, at_home):
        assert f">{hour:02}:00</time>" in paper
        assert "Times are in Berlin time." in paper
    assert re.findall("<caption.*?</caption>", abroad) == re.findall(
        "<caption.*?</caption>", at_home
    )


@pytest.mark.parametrize("path", ["/desk.csv", "/desk/print"])
def test_what_cannot_be_asked_is_said(desk: Browser, path: str) -> None:
    for query in ("date=x", "doctor=x", "date=2026-12-02&until=2026-12-01"):
        answer = desk.get(f"{path}?{query}")
        assert answer.status_code == 422
        assert "Content-Disposition" not in answer.headers
