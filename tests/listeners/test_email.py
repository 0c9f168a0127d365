"""The e-mail channel: headers, connections, certificates, folders."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import clock
from domain.ids import new_id
from hosting.settings import read_settings
from listeners.channels import NotNow, Refused
from listeners.channels.email import EmailChannel, mail_host
from listeners.config import NotifierConfig
from listeners.documents import Delivery
from tests.listeners.conftest import Configure
from tests.listeners.facts import appointment, created
from tests.support.smtp import MailServer

HEADERS = {
    "subject", "from", "to", "date", "message-id", "x-event-id", "x-event-kind",
    "auto-submitted", "mime-version", "content-type", "x-peer", "x-mailfrom", "x-rcptto",
}  # fmt: skip


def delivery(recipient: str = "mira@example.org") -> Delivery:
    """Return a delivery that was claimed just now."""
    now = clock.now()
    return Delivery.model_construct(
        id=new_id(),
        event_id=new_id(),
        event_kind="appointment.created",
        occurred_at=now,
        subject_id=new_id(),
        channel="email",
        recipient=recipient,
        message="appointment_created",
        due_at=now + timedelta(seconds=NotifierConfig.lease),
        created_at=now,
    )


@pytest.fixture
def channel(configured: Configure) -> Iterator[EmailChannel]:
    made = EmailChannel(configured())
    yield made
    made.rest()


def test_the_servers_words_of_acceptance_are_returned(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    assert channel.send(delivery(), created()) == "250 OK queued"


def test_the_message_says_what_caused_it_and_comes_from_the_clinic(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    sent = delivery()

    channel.send(sent, created())

    (mail,) = mail_server.received
    assert mail.message_id == f"<{sent.id}@book.example.org>"
    assert mail.message["X-Event-Id"] == str(sent.event_id)
    assert mail.message["X-Event-Kind"] == "appointment.created"
    assert mail.message["From"] == "Bookwell Clinic <clinic@example.org>"
    assert (mail.sender, mail.recipients) == ("clinic@example.org", ("mira@example.org",))
    assert mail.message.get_content_type() == "multipart/mixed"


@pytest.mark.parametrize("quotes", ["", '"'])
@pytest.mark.parametrize(
    "name",
    [
        "Praxis Weber, Berlin",
        "Praxis Müller; Köln",
        "Dr: Weber (Berlin)",
        "Weber @ Mitte",
        "A, " * 40,
    ],
)
def test_the_clinics_name_may_hold_what_means_something_in_headers(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    configured: Configure,
    mail_server: MailServer,
    name: str,
    quotes: str,
) -> None:
    name = name.strip()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAIL_FROM", f"{quotes}{name}{quotes} <praxis@example.org>")
    channel = EmailChannel(configured(mail_from=read_settings().sender))

    channel.send(delivery(), created())

    channel.rest()
    (mail,) = mail_server.received
    (sender,) = mail.message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, mail.sender)
    assert mail.sender == "praxis@example.org"


def test_the_message_is_seven_bit_so_that_any_server_can_pass_it_on(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    channel.send(delivery(), created(appointment(patient_name="Łukasz 🦊 Žák")))

    (mail,) = mail_server.received
    assert mail.raw.isascii()
    assert "Łukasz 🦊 Žák" in mail.message.get_body(("plain",)).get_content()
    assert max(len(line) for line in mail.raw.splitlines()) < 998


def test_one_connection_carries_many_messages(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    for _ in range(10):
        channel.send(delivery(), created())

    assert len(mail_server.received) == 10
    assert mail_server.connections == 1


def test_a_connection_that_went_stale_is_replaced_without_a_failure(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    channel.send(delivery(), created())
    mail_server.cut_connections()

    channel.send(delivery(), created())

    assert len(mail_server.received) == 2
    assert mail_server.connections == 2


def test_a_server_that_wants_a_new_connection_gets_one(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    channel.send(delivery(), created())
    mail_server.refuse_next_sender("421 4.7.0 too many messages in this connection")

    channel.send(delivery(), created())

    assert len(mail_server.received) == 2


def test_a_resting_thread_keeps_no_connection(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    channel.send(delivery(), created())
    channel.rest()
    channel.send(delivery(), created())

    assert mail_server.connections == 2


def test_a_refused_recipient_leaves_the_connection_usable(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    mail_server.refuse("gone@example.org")

    with pytest.raises(Refused, match="550"):
        channel.send(delivery("gone@example.org"), created())
    channel.send(delivery(), created())

    assert len(mail_server.received) == 1


def test_a_temporarily_refused_recipient_may_be_tried_again(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    mail_server.refuse("full@example.org", "452 4.2.2 mailbox full")

    with pytest.raises(NotNow, match="452"):
        channel.send(delivery("full@example.org"), created())


def test_a_refused_sender_is_the_operators_trouble_and_not_the_recipients(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    mail_server.refuse_next_sender("550 5.7.1 sender not allowed")

    with pytest.raises(NotNow, match=r"^not let in: 550 5\.7\.1 sender not allowed$"):
        channel.send(delivery(), created())


def test_a_server_that_is_down_is_trouble_that_passes(
    channel: EmailChannel, mail_server: MailServer
) -> None:
    mail_server.stop()

    with pytest.raises(NotNow, match=r"^no answer: Connection refused$"):
        channel.send(delivery(), created())


@pytest.mark.parametrize("address", ["zoë@example.org", "no address at all", ""])
def test_an_address_that_mail_cannot_reach_is_an_error(
    channel: EmailChannel, mail_server: MailServer, address: str
) -> None:
    with pytest.raises(Refused):
        channel.send(delivery(address), created())

    assert mail_server.received == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.text(max_size=60), breaks=st.sampled_from(["\r\n", "\n", "\r", "\u2028", "\x0b"]))
def test_no_name_adds_a_header(
    channel: EmailChannel, mail_server: MailServer, name: str, breaks: str
) -> None:
    hostile = f"{name}{breaks}Bcc: all@example.org{breaks}{breaks}<b>body</b>"
    mail_server.received.clear()

    channel.send(delivery(), created(appointment(doctor_name=hostile, patient_name=hostile)))

    (mail,) = mail_server.received
    assert {header.lower() for header in mail.message} <= HEADERS
    assert mail.recipients == ("mira@example.org",)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[MailServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = MailServer(tls=context).start()
    yield server
    server.close()


def encrypted(configured: Configure, server: MailServer) -> EmailChannel:
    return EmailChannel(configured(mail_port=server.port, mail_use_tls=True))


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(
    configured: Configure, tls_server: MailServer
) -> None:
    channel = encrypted(configured, tls_server)

    for _ in range(2):
        with pytest.raises(NotNow, match="CERTIFICATE_VERIFY_FAILED"):
            channel.send(delivery(), created())
    assert tls_server.received == []


def test_a_certificate_that_is_vouched_for_is_accepted(
    configured: Configure,
    tls_server: MailServer,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    channel = encrypted(configured, tls_server)

    channel.send(delivery(), created())
    channel.rest()

    assert len(tls_server.received) == 1


def test_a_server_without_encryption_gets_no_mail_where_it_is_required(
    configured: Configure, mail_server: MailServer
) -> None:
    channel = EmailChannel(configured(mail_use_tls=True))

    with pytest.raises(NotNow, match="STARTTLS"):
        channel.send(delivery(), created())
    assert mail_server.received == []


def read(path: Path) -> Any:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def test_without_a_mail_server_each_message_is_one_file(configured: Configure) -> None:
    config = configured(mail_server=None)
    channel = EmailChannel(config)
    sent = delivery()

    channel.send(sent, created())
    channel.send(delivery(), created())

    first, _ = sorted(config.mail_folder.glob("*.eml"))
    assert first.name == f"{sent.id.generation_time:%Y%m%dT%H%M%SZ}-{sent.id}.eml"
    assert first.stat().st_mode & 0o077 == 0
    message = read(first)
    assert message["To"] == "mira@example.org"
    assert "Your appointment is booked" in message.get_body(("plain",)).get_content()
    assert not message.defects


def test_a_message_that_is_written_again_is_still_one_file(configured: Configure) -> None:
    config = configured(mail_server=None)
    channel, sent = EmailChannel(config), delivery()

    channel.send(sent, created())
    channel.send(sent, created())

    assert len(list(config.mail_folder.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_trouble_that_passes(
    configured: Configure, tmp_path: Path
) -> None:
    (tmp_path / "mail").write_text("in the way")

    with pytest.raises(NotNow):
        EmailChannel(configured(mail_server=None)).send(delivery(), created())


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://book.example.org/x", "book.example.org"),
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("http://[::1]:8000", "[IPv6:::1]"),
        ("https://praxis-müller.example", "xn--praxis-mller-klb.example"),
    ],
)
def test_the_public_address_gives_the_host_of_message_ids(url: str, host: str) -> None:
    assert mail_host(url) == host
