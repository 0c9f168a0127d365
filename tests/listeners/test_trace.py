"""What pages learn of deliveries, and sending them again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import clock
from domain.changing import change_one
from domain.errors import Conflict, Invalid, NotFound
from domain.ids import new_id
from domain.queries.remembering import forget
from listeners.documents import Delivery, DeliveryState
from listeners.fanout import Besides, fan_out
from listeners.notifications import webhooks
from listeners.trace import Trace
from tests.conftest import Run
from tests.domain.commands import recorded_commands
from tests.domain.conftest import frozen
from tests.listeners.conftest import Notify
from tests.listeners.facts import appointment, created, moved, store
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

TRACE = Trace()
GATEWAY = webhooks("https://gateway.example/bookwell")
WRONG, RIGHT = "mira@wrong.example", "mira@example.org"


def told(run: Run, *events: Any, besides: Besides = (), **values: Any) -> list[Delivery]:
    """Make the deliveries of some events, then give them these values."""
    run(store(*events))
    ids = run(fan_out(events, besides))
    for delivery_id in ids:
        run(change_one(Delivery, {"_id": delivery_id}, {"$set": values or {"attempts": 0}}))
    return [run(TRACE.one(delivery_id)) for delivery_id in ids]


def parked(run: Run, *events: Any, **values: Any) -> list[Delivery]:
    state = {"state": "parked", "attempts": 3, "last_words": "550 no such user"}
    return told(run, *events, **{**state, **values})


def listed(run: Run, **asked: Any) -> tuple[list[Delivery], str | None]:
    question = {"state": None, "recipients": None, "before": None, "size": 50, **asked}
    found: tuple[list[Delivery], str | None] = run(TRACE.newest(**question))
    return found


@pytest.mark.parametrize("narrowed", [{}, {"state": "parked"}, {"recipients": [RIGHT]}])
def test_pages_are_newest_first_and_neither_repeat_nor_skip(
    run: Run, narrowed: dict[str, Any]
) -> None:
    made = []
    for number in range(11):
        at = clock.now() - timedelta(days=number // 2 * 40)  # pairs of the very same moment
        made += parked(run, created(appointment()), created_at=at, due_at=at)
    seen: list[Delivery] = []
    mark: str | None = None
    while True:
        rows, mark = listed(run, size=3, before=mark, **narrowed)
        seen += rows
        if mark is None:
            break
    assert sorted(one.id for one in seen) == sorted(one.id for one in made)
    assert [one.created_at for one in seen] == sorted(
        (one.created_at for one in seen), reverse=True
    )


def test_what_is_tried_again_much_later_is_listed_too_and_in_few_questions(run: Run) -> None:
    now = clock.now()
    waits = [timedelta(days=400), timedelta(days=3), timedelta(hours=5), timedelta(0)]
    made = [
        one
        for wait in waits
        for one in told(run, created(appointment()), state="failed", due_at=now + wait)
    ]
    seen: list[Delivery] = []
    mark: str | None = None
    with recorded_commands() as sent:
        for _ in made:
            rows, mark = listed(run, state="failed", size=1, before=mark)
            seen += rows

    assert [one.id for one in seen] == [one.id for one in made]
    assert len(sent) < 60


def test_few_of_many_to_one_address_are_found_in_portions(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.newest._PORTION", 3)
    at = [clock.now() - timedelta(days=number // 4) for number in range(20)]  # four of a moment
    made = [one for moment in at for one in told(run, created(appointment()), created_at=moment)]
    rare = [made[6], made[7], made[18]]
    for one in rare:
        run(change_one(Delivery, {"_id": one.id}, {"$set": {"state": "parked"}}))

    with recorded_commands() as sent:
        rows, mark = listed(run, recipients=[RIGHT], state="parked")

    assert {one.id for one in rows} == {one.id for one in rare}
    assert mark is None
    assert [one.created_at for one in rows] == sorted(
        (one.created_at for one in rare), reverse=True
    )
    asked = [command for name, command in sent if name == "find" and "limit" in command]
    assert asked
    assert {command["limit"] for command in asked} == {3}


def test_a_state_and_a_recipient_narrow_the_list(run: Run) -> None:
    [lost] = parked(run, created(appointment(patient_email=WRONG)))
    [waiting] = told(run, created(appointment()))
    assert [one.id for one in listed(run, state="parked")[0]] == [lost.id]
    assert [one.id for one in listed(run, recipients=[RIGHT])[0]] == [waiting.id]
    assert listed(run, recipients=[RIGHT], state="parked")[0] == []
    assert listed(run, recipients=[])[0] == []


def test_what_cannot_be_read_is_left_out_and_all_else_is_shown(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    facts = appointment()
    change = moved(facts)
    made = parked(run, created(facts), change, created(appointment()), created_at=clock.now())
    spoilt, *others = made
    run(change_one(Delivery, {"_id": spoilt.id}, {"$unset": {"message": ""}}))
    expected = {one.id for one in others}

    for asked in ({}, {"state": "parked"}, {"recipients": [RIGHT]}):
        rows, mark = listed(run, size=2, **asked)
        assert ({one.id for one in rows}, mark) == (expected, None)
    with pytest.raises(NotFound):
        run(TRACE.one(spoilt.id))
    told_of_it = [one.id for one in run(TRACE.of_subject(facts.appointment_id))]
    assert told_of_it == [others[0].id]
    resting = run(TRACE.resting([facts.appointment_id]))
    assert resting[facts.appointment_id].id == others[0].id
    assert str(spoilt.id) in caplog.text
    assert run(TRACE.resend_parked("Jo Ferrara")) == 2


@pytest.mark.parametrize(
    "mark", ["x", "20261122T183325000000Z", "00010101T000000000000Z" + "a" * 24]
)
def test_a_mark_of_no_page_is_refused(run: Run, mark: str) -> None:
    with pytest.raises(Invalid):
        listed(run, before=mark)


def test_states_are_counted_up_to_a_bound(run: Run) -> None:
    parked(run, created(), created(), created())
    told(run, created())
    counts = run(TRACE.counts(2))
    assert counts == {"pending": 1, "sending": 0, "failed": 0, "parked": 2}


def test_an_appointment_knows_what_was_told_about_it(run: Run) -> None:
    facts = appointment()
    first = created(facts)
    later = replace(moved(facts), occurred_at=first.occurred_at + timedelta(seconds=1))
    told(run, later)
    lost, webhook = parked(run, first, besides=GATEWAY)
    told(run, created())
    about = run(TRACE.of_subject(facts.appointment_id))
    assert {one.id for one in about[:2]} == {lost.id, webhook.id}
    assert [one.event_kind for one in about[2:]] == ["appointment.moved"]
    resting = run(TRACE.resting([facts.appointment_id, new_id()]))
    assert {key: one.id for key, one in resting.items()} == {facts.appointment_id: lost.id}
    assert run(TRACE.resting([])) == {}


def test_what_rests_about_a_long_list_is_found_by_the_shorter_question(run: Run) -> None:
    lists = [appointment() for _ in range(30)]
    subjects = [one.appointment_id for one in lists]

    def resting() -> tuple[set[Any], list[str]]:
        with recorded_commands() as sent:
            found = run(TRACE.resting(subjects))
        [asked] = [list(command["filter"]) for name, command in sent if name == "find"]
        return {one.id for one in found.values()}, asked

    told(run, *map(created, lists))
    [lost] = parked(run, created(lists[0]), created(appointment()))[:1]
    assert resting() == ({lost.id}, ["state"])
    [later] = told(run, created(lists[1]), state="failed")
    assert resting() == ({lost.id, later.id}, ["state"])
    parked(run, *(created(appointment()) for _ in range(20)))
    forget()  # how many there are
    assert resting() == ({lost.id, later.id}, ["subject_id"])


def test_what_rests_is_read_once_for_all_long_lists_of_a_second(run: Run) -> None:
    lists = [[appointment() for _ in range(30)] for _ in range(2)]
    first, second = (one[3] for one in lists)
    now = clock.now()

    def resting(number: int) -> set[Any]:
        subjects = [one.appointment_id for one in lists[number]]
        return set(run(TRACE.resting(subjects, kept=True)))

    with frozen(now):
        assert resting(0) == set()
        parked(run, created(first), created(second))
        with recorded_commands() as sent:
            assert resting(0) == resting(1) == set()
        assert not sent
    with frozen(now + timedelta(seconds=1)):
        assert resting(0) == {first.appointment_id}
        assert resting(1) == {second.appointment_id}


def test_a_parked_message_is_sent_again_to_the_right_address(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    mail_server.refuse(WRONG)
    notifier = notifying()
    facts = appointment(patient_email=WRONG)
    [lost] = told(run, created(facts))
    eventually(lambda: run(TRACE.one(lost.id)).state == "parked")
    run(TRACE.resend(lost.id, RIGHT, "Jo Ferrara"))
    notifier.join()
    now = run(TRACE.one(lost.id))
    assert (now.state, now.recipient) == (DeliveryState.SENT, RIGHT)
    assert [one.state for one in now.history] == ["parked", "pending", "sent"]
    assert now.history[0].words.startswith("550")
    assert "Jo Ferrara" in now.history[1].words
    [mail] = mail_server.received
    assert mail.recipients == (RIGHT,)


def test_of_several_parked_about_one_appointment_the_newest_is_what_is_read(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    facts = appointment(patient_email=WRONG)
    first = created(facts)
    later = replace(moved(facts), occurred_at=first.occurred_at + timedelta(seconds=1))
    lost, newer = parked(run, first, later)
    run(TRACE.resend(lost.id, RIGHT, "Jo Ferrara"))
    notifying().join()
    assert run(TRACE.one(lost.id)).state == "superseded"
    assert run(TRACE.one(newer.id)).state == "sent"
    assert len(mail_server.received) == 1


def test_a_webhook_goes_to_where_it_went_before_or_nowhere(run: Run) -> None:
    mail, webhook = parked(run, created(), besides=GATEWAY)
    [other] = parked(run, created())
    with pytest.raises(Invalid):
        run(TRACE.resend(webhook.id, RIGHT, "Jo Ferrara"))
    assert run(TRACE.one(webhook.id)) == webhook
    run(TRACE.resend(webhook.id, "gateway.example", "Jo Ferrara"))
    now = run(TRACE.one(webhook.id))
    assert (now.state, now.recipient) == ("pending", "gateway.example")
    assert [run(TRACE.one(one.id)) for one in (mail, other)] == [mail, other]


@pytest.mark.parametrize("state", ["pending", "sending", "sent", "superseded"])
def test_what_is_on_its_way_or_settled_is_not_sent_again(run: Run, state: str) -> None:
    [delivery] = told(run, created(), state=state)
    with pytest.raises(Conflict):
        run(TRACE.resend(delivery.id, delivery.recipient, "Jo Ferrara"))
    assert run(TRACE.one(delivery.id)) == delivery


def test_an_unknown_message_is_not_sent_again(run: Run) -> None:
    with pytest.raises(NotFound):
        run(TRACE.resend(new_id(), RIGHT, "Jo Ferrara"))


def test_one_event_is_never_told_twice_to_one_address(run: Run) -> None:
    [lost] = parked(run, created(appointment(patient_email=WRONG)))
    twin = lost.model_copy(update={"id": new_id(), "recipient": RIGHT})
    run(twin.insert())
    with pytest.raises(Conflict):
        run(TRACE.resend(lost.id, RIGHT, "Jo Ferrara"))


def test_everything_parked_is_sent_again(
    run: Run, notifying: Notify, mail_server: MailServer
) -> None:
    parked(run, *(created(appointment(patient_email=f"p{n}@example.org")) for n in range(5)))
    assert run(TRACE.resend_parked("Jo Ferrara")) == 5
    assert run(TRACE.resend_parked("Jo Ferrara")) == 0
    notifying().join()
    assert len(mail_server.received) == 5
