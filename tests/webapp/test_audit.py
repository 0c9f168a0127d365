"""Who saw and changed whose data is on record, and readable by administrators alone."""

import re
from datetime import time

import pytest
from flask import Flask

from domain import clock, events
from domain.actions.booking import book
from domain.actions.closing import close_days
from domain.actions.offering import offer_series
from domain.documents import Appointment, AuditEntry, Role, User
from domain.series import SeriesPlan
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import HTMX, Browser, attributes, opened
from tests.webapp.conftest import SignIn
from webapp.access import ACCESS

NAME, REASON = "Quilla Featherby", "quilla reason"
# The parts of the app that show patients to staff.
SHOWING = (
    {"appointments", "calendar", "calendar_file", "moving", "manage"}
    | {"offering", "withdrawing", "notifications", "patients", "audit"}
    | {"desk", "desk_rows", "desk_export", "desk_changes", "desk_away", "desk_booking"}
)  # fmt: skip
BY_NOBODY = frozenset(
    {
        "appointment.reminder",
        "appointment.reprojected",
        "password.reset_requested",
        "password.reset_unknown",
    }
)


@pytest.fixture
def watched(house: House) -> User:
    return house.person(name=NAME)


@pytest.fixture
def visit(run: Run, house: House, doctor: User, watched: User) -> Appointment:
    return run(book(house.slot(doctor, start=time(15)).id, watched, reason=REASON))


def entries(run: Run, what: str = "") -> list[AuditEntry]:
    found = run(AuditEntry.find({}).sort("+_id").to_list())
    return [entry for entry in found if entry.what.startswith(what)]


@pytest.mark.parametrize("role", [Role.DOCTOR, Role.RECEPTIONIST, Role.ADMIN])
def test_every_page_that_shows_a_patient_to_staff_is_on_record(
    app: Flask,
    run: Run,
    house: House,
    signed_in: SignIn,
    doctor: User,
    watched: User,
    visit: Appointment,
    role: Role,
) -> None:
    viewer = doctor if role is Role.DOCTOR else house.person(role)
    browser, day = signed_in(viewer), in_days(7).isoformat()
    values = {"appointment_id": visit.id, "slot_id": visit.slot_id, "doctor_id": doctor.id}
    asked = f"?date={day}&until={day}&q=quilla&slot_id={visit.slot_id}&patient_id={watched.id}"
    showed = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.arguments <= set(values):
            continue
        _, path = rule.build({name: values[name] for name in rule.arguments}) or ("", "")
        before = len(entries(run))
        for address in (f"{path}{asked}", f"{path}?date={day}"):
            answer = opened(browser, address)
            if answer.status_code == 200 and "Featherby" in answer.text:
                showed.append(rule.endpoint)
                noted = entries(run, "seen:")[-1]
                assert len(entries(run)) > before, f"{rule.endpoint} showed it and noted nothing"
                assert noted.what == f"seen:{rule.endpoint}"
                assert noted.actor_id == viewer.id
                assert watched.id in noted.people
    print(role.value, sorted(set(showed)))
    assert "appointments.show" in showed


def test_what_patients_see_of_themselves_is_nobodys_business(
    run: Run, signed_in: SignIn, watched: User, visit: Appointment
) -> None:
    before = len(entries(run))
    opened(signed_in(watched), "/appointments")
    opened(signed_in(watched), f"/appointments/{visit.id}")
    assert len(entries(run)) == before


def test_an_open_page_that_is_told_nothing_new_has_shown_nobody(
    run: Run, house: House, signed_in: SignIn, visit: Appointment
) -> None:
    desk = signed_in(house.person(Role.RECEPTIONIST))
    move, day = f"/appointments/{visit.id}/move", in_days(7)
    tag = opened(desk, move).headers["ETag"]
    [seen] = attributes(opened(desk, f"/desk?date={day}"), "data-seen")
    changes = f"/desk/changes?date={day}&seen="
    assert opened(desk, f"{changes}0").status_code == 200
    before = len(entries(run))
    assert opened(desk, move, {**HTMX, "If-None-Match": tag}).status_code == 304
    assert opened(desk, f"{changes}{seen}", HTMX).status_code == 204
    assert len(entries(run)) == before


def test_a_page_that_was_refused_is_not_one_that_was_seen(
    run: Run, house: House, signed_in: SignIn, visit: Appointment
) -> None:
    other = signed_in(house.person(Role.DOCTOR))
    before = len(entries(run))
    assert opened(other, f"/appointments/{visit.id}").status_code == 404
    assert len(entries(run)) == before


def test_changes_are_on_record_with_whoever_made_them(
    run: Run, house: House, signed_in: SignIn, watched: User, visit: Appointment
) -> None:
    desk = house.person(Role.RECEPTIONIST)
    signed_in(desk).post(f"/appointments/{visit.id}/cancel", {"reason": "quilla why"})
    [created] = entries(run, "appointment.created")
    [cancelled] = entries(run, "appointment.cancelled")
    assert (created.actor_id, created.people) == (watched.id, [watched.id])
    assert (cancelled.actor_id, cancelled.subjects) == (desk.id, [visit.id])


def test_the_log_holds_neither_names_nor_typed_words(
    run: Run, house: House, signed_in: SignIn, visit: Appointment
) -> None:
    desk = signed_in(house.person(Role.RECEPTIONIST))
    opened(desk, f"/desk?q=quilla&date={in_days(7)}")
    opened(desk, f"/appointments/{visit.id}")
    everything = " ".join(entry.model_dump_json() for entry in entries(run))
    assert "uilla" not in everything
    assert "@" not in everything


def test_an_administrator_reads_who_saw_a_patient(
    run: Run, house: House, signed_in: SignIn, watched: User, visit: Appointment
) -> None:
    desk = house.person(Role.RECEPTIONIST, "Nosy Parker")
    opened(signed_in(desk), f"/appointments/{visit.id}")
    office = signed_in(house.person(Role.ADMIN))
    answer = office.post("/audit", {"email": watched.email.upper(), "side": "person"})
    assert (answer.status_code, answer.location) == (303, f"/audit?person={watched.id}")
    page = office.get(f"/audit?person={watched.id}&doing=seen")
    assert re.search(r"Nosy Parker.*?Saw an appointment", page.text, re.S)
    assert "Booked an appointment" not in page.text
    by_actor = office.get(f"/audit?actor={desk.id}")
    assert by_actor.text.count('data-what="seen:appointments.show"') == 1


def test_what_was_done_is_text_and_the_appointment_a_link_of_its_own(
    run: Run, house: House, signed_in: SignIn, watched: User, visit: Appointment
) -> None:
    opened(signed_in(house.person(Role.RECEPTIONIST)), f"/appointments/{visit.id}")
    people = [watched.id, house.person().id]
    joined = AuditEntry(
        at=clock.now(), actor_id=watched.id, actor_role="patient", what="accounts.joined",
        subjects=[watched.id], people=people,
    )  # fmt: skip
    run(joined.insert())
    page = signed_in(house.person(Role.ADMIN)).get("/audit").text
    assert '<p class="audit__what">Saw an appointment</p>' in page
    words = re.findall(r'href="/appointments/(\w+)">([^<]+)<', page)
    assert words == [(str(visit.id), "See the appointment")] * 2, "seen and booked; not joined"


def test_the_log_says_the_year_of_what_it_keeps_for_years(
    house: House, signed_in: SignIn, visit: Appointment
) -> None:
    page = signed_in(house.person(Role.ADMIN)).get("/audit").text
    moments = re.findall(r"<time [^>]*>([^<]+)</time>", page)
    assert moments
    assert all(f" {clock.now().year}," in moment for moment in moments)


def test_the_log_says_which_times_were_offered_or_taken(
    run: Run, house: House, signed_in: SignIn, doctor: User
) -> None:
    first, last, desk = in_days(7), in_days(8), house.person(Role.RECEPTIONIST)
    plan = SeriesPlan(
        weekdays=frozenset(range(7)),
        from_date=first,
        until_date=last,
        start=time(9),
        end=time(11),
        minutes=30,
    )
    run(offer_series(doctor, plan))
    run(close_days(doctor.id, first, first, desk, cancelling=[], reason="Ill"))
    page = signed_in(house.person(Role.ADMIN)).get("/audit").text
    closed, offered = re.findall(r'data-what="slots.*?</li>', page, re.S)
    day, day_after = (f"{one:%A} {one.day} {one:%B} {one.year}" for one in (first, last))
    words = re.sub(r"<[^>]+>|,", "", offered)
    assert f"{day} to {day_after} 8 times" in words
    assert doctor.name in closed
    assert day in closed.replace(",", "")


def test_each_thing_that_is_on_record_has_a_name(
    app: Flask, run: Run, house: House, signed_in: SignIn
) -> None:
    """Each view that may show patients to staff, and each thing that people do."""
    views = {f"seen:{one}" for one in ACCESS if one.split(".")[0] in SHOWING} - {
        "seen:appointments.index",  # a patient's own
        "seen:patients.index",  # an empty form
    }
    facts = [getattr(events, name) for name in events.__all__]
    kinds = {one.kind for one in facts if isinstance(one, type) and issubclass(one, events.Event)}
    done = kinds - BY_NOBODY - {""}
    actor = house.person(Role.ADMIN)
    run(
        AuditEntry.insert_many(
            [
                AuditEntry(at=clock.now(), actor_id=actor.id, actor_role="admin", what=what)
                for what in views | done
            ]
        )
    )
    path, browser = "/audit", signed_in(actor)
    while path:
        page = browser.get(path).text
        for what, words in re.findall(r'data-what="([^"]+)".*?audit__what">([^<]+)<', page, re.S):
            assert words not in {"Saw data while working", what}, what
        later = re.search(r'rel="next" href="([^"]+)"', page)
        path = later[1].replace("&amp;", "&") if later else ""


def test_the_log_is_read_page_by_page_newest_first(
    run: Run, house: House, signed_in: SignIn, visit: Appointment
) -> None:
    desk = signed_in(house.person(Role.RECEPTIONIST))
    for _ in range(35):
        opened(desk, f"/appointments/{visit.id}")
    office = signed_in(house.person(Role.ADMIN))
    first = office.get("/audit?doing=seen")
    assert first.text.count("data-what=") == 25
    later = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert later
    second = office.get(later[1].replace("&amp;", "&"))
    assert second.text.count('data-what="seen:appointments.show"') == 10
    assert "This is the first page of several." in first.text
    assert "This is the last page of several." in second.text


@pytest.mark.parametrize("asked", ["person=x", "actor=0", "doing=eaten", "before=1", "before=%00"])
def test_a_question_that_cannot_be_right_is_answered_as_such(
    house: House, signed_in: SignIn, asked: str
) -> None:
    answer = signed_in(house.person(Role.ADMIN)).get(f"/audit?{asked}")
    assert answer.status_code == 422
    assert "not known" in answer.text


def test_nobody_of_that_address_is_said_beside_the_field(house: House, signed_in: SignIn) -> None:
    office = signed_in(house.person(Role.ADMIN))
    answer = office.post("/audit", {"email": "nobody@example.org", "side": "person"})
    assert answer.status_code == 422
    assert "Nobody here has this address." in answer.text
    assert "nobody@example.org" in answer.text


def test_work_goes_on_when_the_log_cannot_be_written(
    run: Run,
    house: House,
    signed_in: SignIn,
    visit: Appointment,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = signed_in(house.person(Role.RECEPTIONIST))
    monkeypatch.setattr("domain.audit._MOST_IN_ONE", 0)  # as good an error as any
    assert opened(desk, f"/appointments/{visit.id}").status_code == 200
    assert "appointments.show could not be noted" in caplog.text
    assert NAME not in caplog.text


def test_sign_ins_and_tried_doors_leave_a_trail_of_ids(
    app: Flask,
    run: Run,
    house: House,
    signed_in: SignIn,
    visit: Appointment,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    nosy = house.person(Role.DOCTOR)
    signed_in(nosy).get(f"/appointments/{visit.id}")
    signed_in(nosy).get("/audit")
    Browser(app).post("/login", {"email": "quilla@example.org", "password": "quilla wrong"})
    trail = [one.getMessage() for one in caplog.records if one.name == "webapp.audit_trail"]
    assert f"GET appointments.show answered 404 for {nosy.id}" in trail
    assert f"GET audit.index answered 403 for {nosy.id}" in trail
    assert "POST accounts.login answered 422 for nobody" in trail
    assert "uilla" not in caplog.text
