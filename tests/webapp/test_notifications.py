"""What became of each message, as the desk sees it, and sending again."""

from datetime import datetime, time, timedelta
from html import unescape
from typing import Any

import pytest

from domain import clock
from domain.actions.booking import book
from domain.changing import change_many, change_one
from domain.documents import Appointment, EventRecord, Role, Slot, User
from domain.events import from_record
from domain.ids import new_id
from listeners.documents import Delivery
from listeners.fanout import Besides, fan_out
from listeners.notifications import webhooks
from tests.conftest import Run
from tests.domain.conftest import House, in_days
from tests.webapp.browsing import HTMX, Browser, announced, attributes, message
from tests.webapp.conftest import SignIn

MARK = "20261122T183325000000Z" + "a" * 24
GATEWAY = webhooks("https://gateway.example/bookwell")
REFUSAL = "550 5.1.1 no such user <here>"


@pytest.fixture
def desk(signed_in: SignIn, house: House) -> Browser:
    """A browser in which a receptionist is signed in."""
    return signed_in(house.person(Role.RECEPTIONIST, "Jo Ferrara"))


@pytest.fixture
def booked(run: Run, slot: Slot, house: House) -> Appointment:
    return run(book(slot.id, house.person(name="Grace Hopper"), reason="A rash"))


@pytest.fixture
def lost(run: Run, booked: Appointment) -> Delivery:
    """The confirmation of a booking, refused by the mail server."""
    return told(run, booked, state="parked", attempts=1, last_words=REFUSAL)


def told(run: Run, about: Appointment | Slot, besides: Besides = (), **values: Any) -> Delivery:
    """Make the messages about a booking, give them these values, and return the last one."""

    async def make() -> Delivery:
        [record] = await EventRecord.find({"subject_id": about.id}).to_list()
        made = await fan_out([from_record(record)], besides)
        at = {"settled_at": clock.now()} | values
        await change_many(Delivery, {"_id": {"$in": made}}, {"$set": at})
        found = await Delivery.get(made[-1])
        assert found is not None
        return found

    made: Delivery = run(make())
    return made


def posted(run: Run, about: Appointment | Slot) -> Delivery:
    """Return a webhook that was refused; the e-mail beside it was accepted."""
    webhook = told(run, about, GATEWAY, state="parked", attempts=1, last_words="400 Bad Request")
    mail = {"event_id": webhook.event_id, "channel": "email"}
    run(change_one(Delivery, mail, {"$set": {"state": "sent", "last_words": "250 OK"}}))
    return webhook


def now(run: Run, delivery: Delivery) -> Delivery:
    found: Delivery = run(Delivery.get(delivery.id))
    return found


def listed(page: Any) -> list[str]:
    return attributes(page, "data-delivery-id")


def test_a_line_says_to_whom_why_when_and_what_the_server_said(
    desk: Browser, lost: Delivery, booked: Appointment
) -> None:
    page = desk.get("/notifications")
    text = unescape(page.text)
    assert listed(page) == [str(lost.id)]
    for words in (booked.patient_email, "Grace Hopper", booked.reference, REFUSAL, "1 attempt"):
        assert words in text
    assert "<here>" not in page.text
    assert "Booking confirmed" in text
    assert f'href="/appointments/{booked.id}"' in page.text
    assert f'href="/notifications/{lost.id}' in page.text
    assert "rash" not in text


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("slot.created", "The doctor’s own time"),
        ("second_factor.added", "The recipient’s account"),
        ("appointment.created", "An appointment that is no longer kept"),
    ],
)
def test_what_is_about_no_appointment_says_so(
    desk: Browser, lost: Delivery, run: Run, kind: str, about: str
) -> None:
    strayed = {"$set": {"event_kind": kind, "subject_id": new_id()}}
    run(change_one(Delivery, {"_id": lost.id}, strayed))
    for path in ("/notifications", f"/notifications/{lost.id}"):
        assert about in unescape(desk.get(path).text)


def test_acceptance_is_not_called_delivery(desk: Browser, booked: Appointment, run: Run) -> None:
    told(run, booked, state="sent", attempts=1, last_words="250 OK")
    for path in ("/notifications", f"/appointments/{booked.id}"):
        text = desk.get(path).text.lower()
        assert "accepted by the mail server" in text
        assert "delivered" not in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "angenommen vom Mailserver"),
        ("fr", "accepté par le serveur de messagerie"),
        ("es", "aceptado por el servidor de correo"),
        ("ar", "تم القبول لدى خادم البريد"),
    ],
)
def test_acceptance_is_told_in_a_whole_sentence_of_each_language(
    desk: Browser, booked: Appointment, run: Run, language: str, words: str
) -> None:
    told(run, booked, state="sent", attempts=1)
    page = desk.get("/notifications", headers={"Accept-Language": language})
    assert words.lower() in unescape(page.text).lower()


def test_states_and_recipients_narrow_the_list(
    desk: Browser, house: House, doctor: User, lost: Delivery, run: Run
) -> None:
    other = run(book(house.slot(doctor, start=time(10)).id, house.person()))
    waiting = told(run, other, state="pending")
    for query, expected in {
        "": [waiting, lost],
        "?state=parked": [lost],
        "?state=sent": [],
        f"?q={lost.recipient}": [lost],
        "?q=hopper": [lost],
        f"?q={waiting.recipient}&state=parked": [],
        "?q=nobody": [],
    }.items():
        page = desk.get(f"/notifications{query}")
        assert page.status_code == 200
        assert listed(page) == [str(one.id) for one in expected], query


def test_who_searches_the_messages_hears_how_many_there_are(desk: Browser, lost: Delivery) -> None:
    for query, heard in {"hopper": "1 message", "nobody": "No messages here"}.items():
        assert announced(desk.get(f"/notifications?q={query}", headers=HTMX)) == heard


def test_the_tabs_count(desk: Browser, lost: Delivery) -> None:
    page = desk.get("/notifications?state=parked")
    assert 'aria-current="page">Not sent <span class="trace-tabs__number">1</span>' in page.text


@pytest.mark.parametrize(
    ("before", "after", "header"),
    [
        ("?q=gra", "?q=grace", "HX-Replace-Url"),
        ("?q=gra&after=x", "?q=grace", "HX-Replace-Url"),
        ("", "?q=g", "HX-Push-Url"),
        ("?q=gra", "?state=parked&q=gra", "HX-Push-Url"),
        ("?q=gra&state=parked", "?state=parked&q=gra", "HX-Replace-Url"),
        ("?q=gra", f"?q=gra&after={MARK}", "HX-Push-Url"),
    ],
)
def test_a_name_that_is_typed_letter_by_letter_is_one_step_back(
    desk: Browser, before: str, after: str, header: str
) -> None:
    shown = HTMX | {"HX-Current-URL": f"http://localhost/notifications{before}"}
    answer = desk.get(f"/notifications{after}", headers=shown)
    told_to = {name: one for name, one in answer.headers.items() if name.startswith("HX-")}
    assert told_to == {header: f"/notifications{after}"}


@pytest.mark.parametrize("query", ["state=$ne", "q=%00", "after=x", "state=x&q=%00&after=y"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_question_that_cannot_be_right_is_said(
    desk: Browser, lost: Delivery, query: str, headers: dict[str, str]
) -> None:
    page = desk.get(f"/notifications?{query}", headers=headers)
    assert page.status_code == 422
    assert 'role="alert"' in page.text


def test_pages_go_on_where_the_last_one_ended(desk: Browser, lost: Delivery, run: Run) -> None:
    copies = [
        lost.model_copy(update={"id": new_id(), "event_id": new_id(), "created_at": _ago(n)})
        for n in range(1, 40)
    ]
    run(Delivery.insert_many(copies))
    first = desk.get("/notifications")
    [older] = [unescape(link) for link in attributes(first, "href") if "after=" in link]
    second = desk.get(older)
    expected = [str(lost.id), *(str(one.id) for one in copies)]
    assert listed(first) + listed(second) == expected
    heard = [announced(desk.get(link, headers=HTMX)) for link in ("/notifications", older)]
    assert heard == ["25 messages on this page", "15 messages on this page"]


def test_a_wrong_address_is_put_right_and_the_message_sent_again(
    desk: Browser, lost: Delivery, booked: Appointment, run: Run
) -> None:
    page = desk.get(f"/notifications/{lost.id}")
    assert f'value="{lost.recipient}"' in page.text
    answer = desk.post(f"/notifications/{lost.id}/resend", {"email": "Grace@Right.example"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/notifications/{lost.id}")
    assert "on its way" in message(desk.get(answer.headers["Location"]))
    sent = now(run, lost)
    assert (sent.state, sent.recipient, sent.attempts) == ("pending", "grace@right.example", 0)
    assert "Jo Ferrara" in sent.history[-1].words
    assert run(User.get(booked.patient_id)).email == "grace@right.example"
    assert run(Appointment.get(booked.id)).patient_email == "grace@right.example"


def test_a_message_is_sent_again_to_the_same_address(
    desk: Browser, lost: Delivery, run: Run
) -> None:
    answer = desk.htmx(f"/notifications/{lost.id}/resend", {"email": lost.recipient})
    assert answer.status_code == 200
    assert attributes(answer, "data-state") == ["pending"]
    assert "on its way" in message(answer) or "on its way" in answer.text
    assert now(run, lost).recipient == lost.recipient
    assert run(EventRecord.find({"kind": "patient.address_changed"}).count()) == 0


def test_what_else_that_patient_was_not_told_goes_to_the_right_address_too(
    desk: Browser, house: House, doctor: User, lost: Delivery, booked: Appointment, run: Run
) -> None:
    patient = run(User.get(booked.patient_id))
    other = told(run, run(book(house.slot(doctor, start=time(10)).id, patient)), state="pending")
    # Of somebody who has registered with the address since.
    stranger = told(
        run,
        run(book(house.slot(doctor, start=time(11)).id, house.person())),
        state="pending",
        recipient=lost.recipient,
    )
    paged = lost.model_copy(update={"id": new_id(), "channel": "pager"})
    run(paged.insert())
    desk.post(f"/notifications/{lost.id}/resend", {"email": "grace@right.example"})
    assert now(run, other).recipient == "grace@right.example"
    assert [now(run, one) for one in (stranger, paged)] == [stranger, paged]


@pytest.mark.parametrize("typed", [{}, {"email": "grace@right.example"}])
def test_a_webhook_is_sent_again_to_where_it_went_before_and_no_other_message_is_touched(
    desk: Browser,
    house: House,
    doctor: User,
    booked: Appointment,
    run: Run,
    typed: dict[str, str],
) -> None:
    webhook = posted(run, booked)
    other = posted(run, run(book(house.slot(doctor, start=time(10)).id, house.person())))
    page = desk.get(f"/notifications/{webhook.id}")
    assert "Send again" in page.text
    assert 'name="email"' not in page.text
    assert "gateway.example, another system" in page.text
    answer = desk.post(f"/notifications/{webhook.id}/resend", typed)
    assert answer.status_code == 303
    again = now(run, webhook)
    assert (again.state, again.recipient) == ("pending", "gateway.example")
    assert now(run, other) == other
    assert run(User.get(booked.patient_id)).email == booked.patient_email


def test_a_webhook_about_a_doctors_time_is_sent_again(desk: Browser, slot: Slot, run: Run) -> None:
    webhook = posted(run, slot)
    answer = desk.htmx(f"/notifications/{webhook.id}/resend")
    assert (answer.status_code, attributes(answer, "data-state")) == (200, ["pending"])


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_address_that_cannot_be_is_refused_beside_its_field(
    desk: Browser, house: House, lost: Delivery, run: Run, headers: dict[str, str]
) -> None:
    taken = house.person().email
    for typed in ("", "nobody", taken):
        answer = desk.post(f"/notifications/{lost.id}/resend", {"email": typed}, headers=headers)
        assert answer.status_code == 422
        assert 'id="resend-email-error"' in answer.text
        assert f'value="{typed}"' in answer.text
    assert now(run, lost) == lost


def test_what_is_on_its_way_is_not_sent_twice(desk: Browser, lost: Delivery, run: Run) -> None:
    desk.post(f"/notifications/{lost.id}/resend", {"email": lost.recipient})
    again = desk.post(f"/notifications/{lost.id}/resend", {"email": lost.recipient})
    assert again.status_code == 409
    assert len(now(run, lost).history) == 1


def test_everything_given_up_is_sent_again_after_a_question(
    desk: Browser, lost: Delivery, run: Run
) -> None:
    assert "One message was" in desk.get("/notifications/resend").text
    assert now(run, lost).state == "parked"
    answer = desk.post("/notifications/resend")
    assert answer.status_code == 303
    assert "1 message is on the way again." in message(desk.get("/notifications"))
    assert now(run, lost).state == "pending"
    assert "There is nothing to send again" in desk.get("/notifications/resend").text


def test_an_open_page_refreshes_only_what_became_of_it(desk: Browser, lost: Delivery) -> None:
    answer = desk.get(f"/notifications/{lost.id}", headers={**HTMX, "HX-Target": "outcome"})
    assert attributes(answer, "data-state") == ["parked"]
    assert "<h1" not in answer.text
    assert 'id="messages"' not in answer.text


def test_an_open_page_is_left_alone_until_something_became_of_the_message(
    desk: Browser, booked: Appointment, run: Run
) -> None:
    sending = told(run, booked, state="sending", attempts=1)
    [again] = attributes(desk.get(f"/notifications/{sending.id}"), "hx-get")
    asked = {**HTMX, "HX-Target": "outcome"}
    assert desk.get(again, headers=asked).status_code == 204
    run(change_one(Delivery, {"_id": sending.id}, {"$set": {"state": "sent"}}))
    assert attributes(desk.get(again, headers=asked), "data-state") == ["sent"]


def test_unknown_messages_are_not_found(desk: Browser) -> None:
    for path in (f"/notifications/{new_id()}", "/notifications/xyz"):
        assert desk.get(path).status_code == 404
        assert desk.post(f"{path}/resend", {"email": "a@example.org"}).status_code == 404


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"cut": 1}, "sent without an answer, and may have arrived; given up on"),
        ({"unheard": 1}, "sent without an answer, and may have arrived; given up on"),
        ({"state": "superseded"}, "not sent, because it was no longer true"),
    ],
)
def test_a_message_is_not_said_to_be_unsent_or_replaced_when_it_may_not_be(
    desk: Browser,
    lost: Delivery,
    booked: Appointment,
    run: Run,
    found: dict[str, object],
    words: str,
) -> None:
    run(change_one(Delivery, {"_id": lost.id}, {"$set": found}))
    assert words in unescape(desk.get(f"/appointments/{booked.id}").text)


@pytest.mark.parametrize("found", [{"cut": 1}, {"unheard": 1}])
def test_nobody_is_told_that_a_message_was_not_sent_that_may_have_arrived(
    desk: Browser, lost: Delivery, booked: Appointment, run: Run, found: dict[str, int]
) -> None:
    day = f"/desk?date={booked.starts_at:%Y-%m-%d}"
    assert "Not told" in desk.get(day).text
    tried = {"at": clock.now(), "state": "parked", "words": REFUSAL}
    run(change_one(Delivery, {"_id": lost.id}, {"$set": {**found, "history": [tried]}}))
    assert "Perhaps told" in desk.get(day).text
    page = desk.get(f"/notifications/{lost.id}").text
    assert page.count("Perhaps sent") == 2  # as its state, and of its last attempt
    assert "Not sent:" not in page


def test_the_timeline_tells_staff_what_the_server_said_and_patients_what_it_means(
    signed_in: SignIn, house: House, doctor: User, lost: Delivery, booked: Appointment, run: Run
) -> None:
    path = f"/appointments/{booked.id}"
    desk_sees = unescape(signed_in(house.person(Role.RECEPTIONIST)).get(path).text)
    assert f"E-mail to {lost.recipient}: not sent, given up on" in desk_sees
    assert REFUSAL in desk_sees
    assert f'href="/notifications/{lost.id}"' in desk_sees
    doctor_sees = unescape(signed_in(doctor).get(path).text)
    assert REFUSAL in doctor_sees
    assert "/notifications" not in doctor_sees
    patient_sees = unescape(signed_in(run(User.get(booked.patient_id))).get(path).text)
    assert "E-mail to you: not sent." in patient_sees
    assert "550 5.1.1" not in patient_sees
    assert "/notifications" not in patient_sees


def test_the_timeline_tells_staff_alone_of_webhooks(
    desk: Browser, signed_in: SignIn, booked: Appointment, run: Run
) -> None:
    posted(run, booked)
    path = f"/appointments/{booked.id}"
    assert "Webhook to gateway.example: not sent" in unescape(desk.get(path).text)
    patient_sees = signed_in(run(User.get(booked.patient_id))).get(path).text
    assert "E-mail to you: sent." in patient_sees
    assert "gateway" not in patient_sees


def test_the_timeline_tells_staff_that_the_address_was_changed(
    desk: Browser, signed_in: SignIn, lost: Delivery, booked: Appointment, run: Run
) -> None:
    desk.post(f"/notifications/{lost.id}/resend", {"email": "grace@right.example"})
    text = desk.get(f"/appointments/{booked.id}").text
    assert f"address changed from {lost.recipient} to grace@right.example" in unescape(text)
    patient = run(User.get(booked.patient_id))
    assert "address changed" not in signed_in(patient).get(f"/appointments/{booked.id}").text


def test_the_desks_list_marks_whom_no_message_reached(
    desk: Browser, lost: Delivery, booked: Appointment
) -> None:
    page = desk.get(f"/desk?date={in_days(7)}")
    assert "Not told" in page.text
    assert f"href=/notifications/{lost.id}>" in page.text
    changed = desk.post(
        "/desk/mark", {"arrived": booked.reference, "date": str(in_days(7))}, headers=HTMX
    )
    assert "Not told" in changed.text


def test_the_desks_list_is_quiet_about_what_was_accepted(
    desk: Browser, booked: Appointment, run: Run
) -> None:
    posted(run, booked)
    assert "/notifications/" not in desk.get(f"/desk?date={in_days(7)}").text


def test_staff_are_warned_while_the_mail_server_takes_nothing(
    desk: Browser, signed_in: SignIn, doctor: User, booked: Appointment, run: Run
) -> None:
    told(run, booked, state="failed", last_words="timed out", created_at=_ago(5))
    for browser, path in (
        (desk, "/desk"),
        (desk, "/notifications"),
        (signed_in(doctor), "/calendar"),
    ):
        assert "The mail server has taken no messages since" in browser.get(path).text
    assert (
        "mail server" not in signed_in(run(User.get(booked.patient_id))).get("/appointments").text
    )


def _ago(minutes: int) -> datetime:
    return clock.now() - timedelta(minutes=minutes)
