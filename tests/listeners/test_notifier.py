"""From a published event to an accepted message, and what may go wrong between."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from domain.events import Event, publish
from hosting.loop import LoopThread
from listeners.documents import Delivery, DeliveryState
from tests.conftest import Run
from tests.listeners.conftest import Notify
from tests.listeners.facts import (
    appointment,
    cancelled,
    created,
    in_order,
    moved,
    one_of_each,
    store,
)
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

Tell = Callable[..., None]
UNHEARD = "the message was sent and may have been accepted; no answer"


@pytest.fixture
def tell(run: Run, loop: LoopThread) -> Tell:
    """Store events and publish them on the event loop, as actions do after the commit."""

    async def commit(events: tuple[Event, ...]) -> None:
        await store(*events)
        for event in events:
            publish(event)

    return lambda *events: run(commit(events))


def only_delivery(run: Run, event: Event) -> Delivery:
    (delivery,) = run(Delivery.find({"event_id": event.id}).to_list())
    assert isinstance(delivery, Delivery)
    return delivery


def in_state(run: Run, event: Event, state: DeliveryState) -> bool:
    return bool(run(Delivery.find({"event_id": event.id, "state": state}).count()))


def test_a_published_event_is_mailed_at_once(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    notifying(sweep_every=600.0).join()
    event = created()

    tell(event)

    eventually(lambda: mail_server.received_by("mira@example.org"))
    eventually(lambda: in_state(run, event, DeliveryState.SENT))
    assert only_delivery(run, event).last_words == "250 OK queued"


def test_what_was_published_here_is_told_without_being_read_again(
    notifying: Notify, mail_server: MailServer, run: Run
) -> None:
    notifying(sweep_every=600.0).join()
    event = created()

    async def publish_what_cannot_be_read() -> None:
        publish(event)

    run(publish_what_cannot_be_read())

    eventually(lambda: in_state(run, event, DeliveryState.SENT))


def claimed_twice(run: Run, event: Event) -> bool:
    return bool(run(Delivery.find({"event_id": event.id, "fence": {"$gte": 2}}).count()))


@pytest.mark.parametrize("event", one_of_each(), ids=lambda event: event.kind)
def test_every_kind_of_event_reaches_its_recipient(
    notifying: Notify, mail_server: MailServer, tell: Tell, event: Event
) -> None:
    notifier = notifying()

    tell(event)
    notifier.join()

    (mail,) = mail_server.received
    assert mail.message["X-Event-Kind"] == event.kind
    assert mail.message["X-Event-Id"] == str(event.id)
    assert mail.message.get_body(("plain",)) is not None
    assert mail.message.get_body(("html",)) is not None


def test_the_same_event_a_hundred_times_is_one_message(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    notifier = notifying()
    event = created()
    tell(event)

    async def again() -> None:
        for _ in range(99):
            publish(event)

    run(again())
    notifier.join()

    assert len(mail_server.received) == 1


def test_an_address_that_is_refused_for_good_is_parked_while_others_flow(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    mail_server.refuse("gone@example.org")
    notifier = notifying(workers=1)
    gone = created(appointment(patient_email="gone@example.org"))
    others = [created() for _ in range(5)]

    tell(gone, *others)
    notifier.join()

    assert len(mail_server.received_by("mira@example.org")) == 5
    parked = only_delivery(run, gone)
    assert (parked.state, parked.attempts) == (DeliveryState.PARKED, 1)
    assert parked.last_words == "550 5.1.1 no such user"


def test_a_message_that_is_refused_for_good_is_parked(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    mail_server.answer("554 5.7.1 looks like spam")
    notifier = notifying()
    event = created()

    tell(event)
    notifier.join()

    assert only_delivery(run, event).state is DeliveryState.PARKED


def test_a_temporary_refusal_is_tried_again_until_it_works(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    mail_server.answer("451 4.7.1 greylisted")
    notifier = notifying()
    event = created()

    tell(event)
    eventually(lambda: mail_server.attempts >= 3)
    mail_server.accept()
    notifier.join()

    assert len(mail_server.received) == 1
    history = only_delivery(run, event).history
    assert [attempt.words for attempt in history[:2]] == ["451 4.7.1 greylisted"] * 2
    assert history[-1].state is DeliveryState.SENT


def test_the_pauses_between_tries_grow(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    mail_server.answer("451 later")
    notifier = notifying(retry_first=0.05, retry_cap=60.0, retry_for=0.5, sweep_every=0.01)
    event = created()

    tell(event)
    notifier.join()

    history = only_delivery(run, event).history
    times = [attempt.at for attempt in history]
    pauses = [(b - a).total_seconds() for a, b in pairwise(times)]
    assert len(pauses) == 4
    assert all(pause >= 0.05 * 2**tries / 2 for tries, pause in enumerate(pauses))


@pytest.mark.parametrize(("cap", "tries"), [(0.1, 15), (0.4, 6)])
def test_a_message_is_parked_after_the_same_time_however_long_the_pauses(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run, cap: float, tries: int
) -> None:
    mail_server.answer("451 later")
    notifier = notifying(retry_first=0.1, retry_cap=cap, retry_for=1.0)
    event = created()

    tell(event)
    notifier.join()

    delivery = only_delivery(run, event)
    assert (delivery.state, delivery.attempts) == (DeliveryState.PARKED, tries)


def test_a_dropped_connection_is_tried_again(
    notifying: Notify, mail_server: MailServer, tell: Tell
) -> None:
    mail_server.drop(times=1)
    notifier = notifying(unheard_pause=600.0)

    tell(created())
    notifier.join()

    assert (mail_server.attempts, len(mail_server.received)) == (2, 1)


def test_a_message_that_is_sent_and_not_answered_is_tried_once_more_after_a_long_pause(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    mail_server.hang(times=1)
    notifier = notifying(answer_timeout=1.0, unheard_pause=1.5)
    event = created()

    tell(event)
    notifier.join()

    told = only_delivery(run, event)
    first, second = told.history
    assert (first.state, second.state) == (DeliveryState.FAILED, DeliveryState.SENT)
    assert (second.at - first.at).total_seconds() >= 1.5
    assert first.words == f"{UNHEARD}: Connection unexpectedly closed: timed out"


def test_a_server_that_takes_its_time_over_a_message_is_waited_for(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    mail_server.slow(3.0)
    notifier = notifying(mail_timeout=2.0)
    event = created()

    tell(event)
    notifier.join()

    assert only_delivery(run, event).state is DeliveryState.SENT
    assert (mail_server.attempts, len(mail_server.received)) == (1, 1)


def test_a_server_that_hangs_up_on_what_it_accepts_is_tried_ever_more_rarely_and_not_for_days(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    mail_server.drop_after_accepting()
    notifier = notifying(cut_limit=4, retry_first=0.1, retry_cap=0.1)
    event = created()

    tell(event)
    notifier.join()

    (message_id,) = {mail.message_id for mail in mail_server.received}
    assert message_id.endswith("@book.example.org>")
    told = only_delivery(run, event)
    assert (told.state, told.attempts, told.cut) == (DeliveryState.PARKED, 5, 5)
    third, fourth, fifth = (one.at for one in told.history[2:])
    assert (fourth - third).total_seconds() >= 0.2
    assert (fifth - fourth).total_seconds() >= 0.4
    assert told.last_words == f"{UNHEARD}: Connection unexpectedly closed"


def test_everything_arrives_once_after_the_mail_server_was_killed_and_restarted(
    notifying: Notify, mail_server: MailServer, tell: Tell
) -> None:
    notifier = notifying(workers=4)
    events = [created() for _ in range(60)]

    tell(*events[:20])
    mail_server.stop()
    tell(*events[20:40])
    mail_server.start()
    tell(*events[40:])
    notifier.join()

    told = {mail.message["X-Event-Id"] for mail in mail_server.received}
    assert told == {str(event.id) for event in events}
    ids = [mail.message_id for mail in mail_server.received]
    assert len(set(ids)) == 60


def test_after_an_outage_the_patient_reads_only_the_truth(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    mail_server.stop()
    notifier = notifying()
    facts = appointment()
    change = moved(facts)
    booked, changed, ended = in_order(created(facts), change, cancelled(change.appointment))

    for event in (booked, changed, ended):
        tell(event)
    eventually(lambda: in_state(run, ended, DeliveryState.FAILED))
    mail_server.start()
    notifier.join()

    kinds = [mail.message["X-Event-Kind"] for mail in mail_server.received]
    assert kinds == ["appointment.cancelled"]
    assert only_delivery(run, booked).state is DeliveryState.SUPERSEDED
    assert only_delivery(run, changed).state is DeliveryState.SUPERSEDED


def test_messages_about_one_appointment_arrive_in_order(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    notifier = notifying(workers=4)
    mail_server.hang()
    facts = appointment()
    booked, ended = in_order(created(facts), cancelled(facts))

    tell(booked)
    eventually(lambda: mail_server.attempts == 1)

    tell(ended)
    eventually(lambda: claimed_twice(run, ended))
    mail_server.accept()
    notifier.join()

    kinds = [mail.message["X-Event-Kind"] for mail in mail_server.received]
    assert kinds == ["appointment.created", "appointment.cancelled"]


def test_a_poison_message_is_parked_and_the_rest_flows(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    notifier = notifying(workers=1)
    poison = created(appointment(zone="Nowhere/At_All"))

    tell(poison, created())
    notifier.join()

    assert only_delivery(run, poison).state is DeliveryState.PARKED
    assert len(mail_server.received) == 1


def test_two_notifiers_share_the_work_and_double_nothing(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    first, second = notifying(), notifying()
    events = [created() for _ in range(80)]

    tell(*events)
    first.join()
    second.join()

    assert len(mail_server.received) == 80
    assert len({mail.message_id for mail in mail_server.received}) == 80
    assert run(Delivery.find({"state": DeliveryState.SENT, "attempts": 1}).count()) == 80


def test_stopping_finishes_what_is_being_sent(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    mail_server.slow(0.3)
    notifier = notifying()
    event = created()
    tell(event)
    eventually(lambda: mail_server.attempts == 1)

    notifier.stop(10.0)

    assert only_delivery(run, event).state is DeliveryState.SENT


def test_stopping_hands_back_what_does_not_finish(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    mail_server.hang()
    notifier = notifying(workers=2, unheard_pause=600.0)
    events = [created() for _ in range(10)]
    tell(*events)
    eventually(lambda: mail_server.attempts == 2)
    eventually(lambda: run(Delivery.count()) == 10)

    notifier.stop(0.1)

    assert run(Delivery.find({"state": DeliveryState.PENDING}).count()) == 8
    broken_off = run(Delivery.find({"state": DeliveryState.FAILED}).to_list())
    assert [(one.cut, one.last_words[: len(UNHEARD)]) for one in broken_off] == [(1, UNHEARD)] * 2
    mail_server.accept()
    notifying().join()
    assert len({mail.message_id for mail in mail_server.received}) == 10


def test_a_stopped_notifier_hears_nothing(
    notifying: Notify, mail_server: MailServer, tell: Tell, run: Run
) -> None:
    notifier = notifying()
    notifier.stop()

    tell(created())

    assert run(Delivery.count()) == 0


def test_logs_name_nobody(
    notifying: Notify, mail_server: MailServer, tell: Tell, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="listeners")
    mail_server.refuse("mira@example.org", "550 <mira@example.org> no such user")
    notifier = notifying()

    tell(created(), created(appointment(wall_start="mira@example.org")))
    notifier.join()

    assert "cannot be built" in caplog.text
    assert "refused" in caplog.text
    assert "mira" not in caplog.text.lower()
