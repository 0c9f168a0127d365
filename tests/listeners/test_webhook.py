"""Events are posted, signed, to an address of the clinic's."""

import hashlib
import hmac
import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from domain import clock
from domain.events import Event, PasswordChanged, publish
from domain.ids import new_id
from listeners.documents import Delivery, DeliveryState
from listeners.trace import Trace
from tests.conftest import Run
from tests.listeners.conftest import Notify
from tests.listeners.facts import (
    PATIENT,
    appointment,
    cancelled,
    created,
    in_order,
    marked,
    moved,
    one_of_each,
    store,
)
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

SECRET = "a secret that both sides know"


@dataclass
class Posted:
    headers: "Message[str, str]"
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Gateway:
    """An HTTP server that answers as it is told: a status, or None for no answer at all.

    `pauses`: how long it keeps those waiting who connect, before it takes part in encryption.
    `stutter`: how long it takes over each of some words before it answers. `most_at_once`: how many
    posts waited for an answer together.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pauses: list[float] = []
        self.stutter = 0.0
        self.status: int | None = 204
        self.posted: list[Posted] = []
        self.answered = 0
        self.most_at_once = 0
        self.released = threading.Event()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def setup(self) -> None:
                if gateway.pauses:
                    time.sleep(gateway.pauses.pop())
                if tls is not None:
                    self.request = tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self) -> None:
                super().finish()
                self.request.close()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.posted.append(Posted(self.headers, body))
                waiting = len(gateway.posted) - gateway.answered
                gateway.most_at_once = max(gateway.most_at_once, waiting)
                if gateway.status is None:
                    gateway.released.wait(20)
                    return
                gateway.think(self)
                gateway.answered += 1
                self.send_response(gateway.status)
                self.send_header("Location", f"{gateway.url}/elsewhere")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}/bookwell?from=clinic"
        # Told to end, it looks up only so often, in seconds.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def think(self, handler: BaseHTTPRequestHandler) -> None:
        """Say more than once that the answer is to come."""
        for _ in range(3 if self.stutter else 0):
            handler.send_response_only(HTTPStatus.CONTINUE)
            handler.end_headers()
            time.sleep(self.stutter)

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    yield server
    server.close()


@pytest.fixture
def posting(notifying: Notify, gateway: Gateway) -> Callable[..., Any]:
    """Start a notifier that posts to the gateway."""
    return lambda **changes: notifying(webhook_url=gateway.url, webhook_secret=SECRET, **changes)


@pytest.fixture
def tell(run: Run) -> Callable[..., None]:
    async def commit(events: tuple[Event, ...]) -> None:
        await store(*events)
        for event in events:
            publish(event)

    return lambda *events: run(commit(events))


def webhook_of(run: Run, event: Event) -> Delivery:
    (found,) = run(Delivery.find({"event_id": event.id, "channel": "webhook"}).to_list())
    assert isinstance(found, Delivery)
    return found


def test_what_is_posted_is_signed_with_its_time(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None], run: Run
) -> None:
    notifier = posting()
    event = created()

    tell(event)
    notifier.join()

    (posted,) = gateway.posted
    timestamp = posted.headers["X-Bookwell-Timestamp"]
    signed = timestamp.encode() + b"." + posted.body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert posted.headers["X-Bookwell-Signature"] == f"sha256={expected}"
    assert abs(int(timestamp) - clock.now().timestamp()) < 60
    delivery = webhook_of(run, event)
    assert posted.headers["X-Bookwell-Delivery"] == str(delivery.id)
    assert (delivery.state, delivery.last_words) == (DeliveryState.SENT, "204 No Content")


@pytest.mark.parametrize("event", one_of_each(), ids=lambda event: event.kind)
def test_every_kind_is_posted_and_names_nobody(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None], event: Event
) -> None:
    notifier = posting()

    tell(event)
    notifier.join()

    (posted,) = gateway.posted
    assert posted.content["kind"] == posted.headers["X-Event-Kind"] == event.kind
    assert posted.content["subject_id"] == str(event.subject_id)
    text = posted.body.decode().lower()
    for private in ("mira", "weber", "@", "dermatology", "ill", "away"):
        assert private not in text


def test_an_appointment_is_told_with_its_times_and_what_it_was(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None]
) -> None:
    notifier = posting()
    facts = appointment()

    tell(moved(facts))
    notifier.join()

    content = gateway.posted[0].content
    assert content["appointment"]["starts_at"] == "2026-12-02T13:30:00+00:00"
    assert content["appointment"]["patient_id"] == str(facts.patient_id)
    assert content["previous"]["wall_start"] == "2026-12-01T14:30"


@pytest.mark.parametrize("status", [500, 503, 429, 404, 302])
def test_what_may_pass_is_tried_again(
    posting: Callable[..., Any],
    gateway: Gateway,
    tell: Callable[..., None],
    run: Run,
    status: int,
) -> None:
    gateway.status = status
    notifier = posting()
    event = created()

    tell(event)
    eventually(lambda: len(gateway.posted) >= 2)
    gateway.status = 200
    notifier.join()

    delivery = webhook_of(run, event)
    assert delivery.state is DeliveryState.SENT
    assert delivery.history[0].words.startswith(str(status))
    assert len({one.headers["X-Bookwell-Delivery"] for one in gateway.posted}) == 1


@pytest.mark.parametrize("status", [400, 410, 422])
def test_what_is_refused_for_good_is_parked_until_a_person_sends_it_again(
    posting: Callable[..., Any],
    gateway: Gateway,
    tell: Callable[..., None],
    run: Run,
    status: int,
) -> None:
    gateway.status = status
    notifier = posting()
    event = created()

    tell(event)
    notifier.join()

    delivery = webhook_of(run, event)
    assert (delivery.state, delivery.attempts) == (DeliveryState.PARKED, 1)
    gateway.status = 200
    run(Trace().resend(delivery.id, delivery.recipient, "Jo Ferrara"))
    notifier.join()
    assert webhook_of(run, event).state is DeliveryState.SENT


def test_a_gateway_that_never_answers_is_tried_again(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None], run: Run
) -> None:
    gateway.status = None
    notifier = posting(mail_timeout=0.2)
    event = created()

    tell(event)
    eventually(lambda: len(gateway.posted) >= 2)
    gateway.status = 200
    gateway.released.set()
    notifier.join()

    assert webhook_of(run, event).state is DeliveryState.SENT


def test_a_gateway_that_never_answers_holds_up_one_thread_once_and_no_mail(
    posting: Callable[..., Any],
    gateway: Gateway,
    mail_server: MailServer,
    tell: Callable[..., None],
    run: Run,
) -> None:
    gateway.status = None
    posting(workers=1, mail_timeout=1.2, respite=60.0)
    events = [created() for _ in range(10)]

    tell(*events)

    eventually(lambda: len(mail_server.received) == len(events))
    not_tried = {"channel": "webhook", "last_words": re.compile("^not tried")}
    eventually(lambda: run(Delivery.find(not_tried).count()) == len(events))
    assert len(gateway.posted) == 1


def test_a_gateway_that_is_slow_has_half_of_the_threads_and_the_mails_have_the_others(
    posting: Callable[..., Any],
    gateway: Gateway,
    mail_server: MailServer,
    tell: Callable[..., None],
    run: Run,
) -> None:
    gateway.stutter = 0.6
    notifier = posting(workers=2)
    tell(created())
    notifier.join()
    events = [created() for _ in range(10)]

    tell(*events)

    eventually(lambda: len(mail_server.received) == 1 + len(events))
    assert gateway.most_at_once == 1
    gateway.stutter = 0.0
    notifier.join()
    assert {webhook_of(run, event).state for event in events} == {DeliveryState.SENT}


def test_a_gateway_that_is_quick_is_posted_to_by_every_thread(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None]
) -> None:
    gateway.stutter = 0.02
    notifier = posting(workers=2)

    tell(*[created() for _ in range(20)])
    notifier.join()

    assert gateway.most_at_once == 2


def test_what_was_not_tried_takes_no_place_among_the_attempts(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None], run: Run
) -> None:
    gateway.status = None
    posting(workers=1, mail_timeout=1.2, respite=60.0)
    events = [created() for _ in range(5)]

    tell(*events)

    put_off = {"last_words": re.compile("^not tried"), "attempts": {"$gt": 2}}
    eventually(lambda: run(Delivery.find(put_off).count()) == len(events))
    kept = [attempt.words for event in events for attempt in webhook_of(run, event).history]
    assert kept == ["no answer: timed out"]


def test_after_a_respite_a_gateway_that_answers_again_is_posted_everything(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None], run: Run
) -> None:
    gateway.status = None
    notifier = posting(workers=1, mail_timeout=1.2, respite=0.3)
    events = [created() for _ in range(5)]
    tell(*events)
    eventually(lambda: run(Delivery.find({"last_words": re.compile("^not tried")}).count()))

    gateway.status = 204
    notifier.join()

    assert {webhook_of(run, event).state for event in events} == {DeliveryState.SENT}


def test_a_gateway_that_takes_its_time_to_say_no_is_asked_about_the_next_message(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None], run: Run
) -> None:
    gateway.status, gateway.stutter = 503, 0.4
    notifier = posting(workers=1, respite=60.0)
    events = [created() for _ in range(2)]

    tell(*events)
    eventually(lambda: len({one.headers["X-Event-Id"] for one in gateway.posted}) == 2)
    gateway.status, gateway.stutter = 204, 0.0
    notifier.join()

    words = {attempt.words for event in events for attempt in webhook_of(run, event).history}
    assert words == {"503 Service Unavailable", "204 No Content"}


def test_an_answer_that_comes_bit_by_bit_is_not_awaited_for_ever(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None], run: Run
) -> None:
    # Each bit comes in time, all of them together do not.
    gateway.stutter = 0.7
    notifier = posting(mail_timeout=0.9, retry_for=0.0)
    event = created()

    tell(event)
    notifier.join()

    delivery = webhook_of(run, event)
    assert (delivery.state, delivery.last_words) == (DeliveryState.PARKED, "no answer: timed out")


def test_an_ipv6_address_without_a_port_is_tried(
    notifying: Notify, tell: Callable[..., None], run: Run
) -> None:
    nobody = "http://[100::abcd]/bookwell"  # the network discards what goes there
    notifier = notifying(webhook_url=nobody, webhook_secret=SECRET, mail_timeout=0.2, retry_for=0.0)
    event = created()

    tell(event)
    notifier.join()

    assert webhook_of(run, event).last_words.startswith("no answer: ")


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """A gateway with a certificate that is vouched for."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = Gateway(context)
    yield server
    server.close()


def test_what_took_too_long_to_connect_is_put_off_before_anything_is_posted(
    notifying: Notify, encrypted: Gateway, tell: Callable[..., None], run: Run
) -> None:
    encrypted.pauses = [1.2]
    notifier = notifying(webhook_url=encrypted.url, webhook_secret=SECRET, begin_within=1.0)
    event = created()

    tell(event)
    notifier.join()

    delivery = webhook_of(run, event)
    assert len(encrypted.posted) == 1
    assert delivery.state is DeliveryState.SENT
    assert delivery.history[0].words.startswith("too slow")


def test_stopping_breaks_off_what_hangs_and_hands_it_back(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None], run: Run
) -> None:
    gateway.status = None
    notifier = posting()
    event = created()
    tell(event)
    eventually(lambda: gateway.posted)

    notifier.stop(0.1)

    delivery = webhook_of(run, event)
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 0)


def test_events_about_one_appointment_leave_in_order(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None]
) -> None:
    notifier = posting(workers=4)
    change = moved(appointment())
    for event in in_order(created(change.previous), change, cancelled(change.appointment)):
        tell(event)
        notifier.join()

    kinds = [posted.content["kind"] for posted in gateway.posted]
    assert kinds == ["appointment.created", "appointment.moved", "appointment.cancelled"]


def test_what_takes_no_news_place_waits_for_news_that_is_tried_again(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None], run: Run
) -> None:
    gateway.status = 503
    notifier = posting(retry_first=1.0, retry_cap=1.0)
    facts = appointment()
    booked, noted = in_order(created(facts), marked(facts))
    tell(booked)
    eventually(lambda: run(Delivery.find({"state": "failed", "channel": "webhook"}).count()))
    gateway.status = 204

    tell(noted)
    notifier.join()

    kinds = [posted.content["kind"] for posted in gateway.posted]
    assert kinds == ["appointment.created", "appointment.created", "appointment.marked"]


def test_nothing_about_an_account_is_posted(
    posting: Callable[..., Any], gateway: Gateway, tell: Callable[..., None]
) -> None:
    notifier = posting()
    changed = PasswordChanged(
        actor=PATIENT, person_id=new_id(), name="Mira", email="mira@example.org"
    )

    tell(changed, created())
    notifier.join()

    assert [posted.content["kind"] for posted in gateway.posted] == ["appointment.created"]
