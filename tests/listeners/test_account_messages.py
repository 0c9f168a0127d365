"""What people are told about their accounts."""

from datetime import timedelta
from typing import Any

import pytest

from domain import clock, links
from domain.events import (
    Actor,
    EmailConfirmationRequested,
    PasswordChanged,
    PasswordResetRequested,
    SecondFactorAdded,
    SecondFactorRemoved,
)
from domain.ids import new_id
from listeners.notifications import NOTIFICATIONS
from listeners.rendering import render

URL = "https://book.example.org"
NOBODY = Actor(id=None, role="anonymous")


def about(kind: type, **facts: object) -> Any:
    return kind(
        actor=NOBODY, person_id=new_id(), name="Mira <b>", email="mira@example.org", **facts
    )


@pytest.mark.parametrize("language", ["", "de", "fr", "es", "ar"])
@pytest.mark.parametrize("kind", [PasswordChanged, SecondFactorAdded, SecondFactorRemoved])
def test_changes_are_told_with_a_way_to_act(kind: type, language: str) -> None:
    event = about(kind, person_language=language)
    [notification] = NOTIFICATIONS[kind]
    rendered = render(notification.message, event, URL, event.email)
    assert notification.to(event) == "mira@example.org"
    for part in (rendered.text, rendered.html):
        assert f"{URL}/forgot" in part
    assert "Mira &lt;b&gt;" in rendered.html
    assert rendered.subject
    assert "\n" not in rendered.subject


def test_a_link_to_a_new_password_says_how_long_it_holds_and_nothing_that_is_stored() -> None:
    until = clock.now() + timedelta(minutes=45)
    event = about(PasswordResetRequested, nonce=links.new_nonce(), expires_at=until)
    rendered = render("password_reset_requested", event, f"{URL}/", event.email)
    token = links.reset_token(event.nonce)
    for part in (rendered.text, rendered.html):
        assert f"{URL}/reset/{token}" in part
        assert "45 minutes" in part
        assert event.nonce not in part


@pytest.mark.parametrize("language", ["", "de", "fr", "es", "ar"])
@pytest.mark.parametrize("known", [True, False])
def test_who_registers_is_written_a_link_and_nothing_that_a_stranger_typed(
    language: str, known: bool
) -> None:
    event = about(
        EmailConfirmationRequested,
        person_language=language,
        nonce=links.dated_nonce(clock.now()),
        known=known,
    )
    [notification] = NOTIFICATIONS[EmailConfirmationRequested]
    rendered = render(notification.message, event, URL, event.email)
    token = links.confirm_token(event.person_id, event.nonce, event.email)
    for part in (rendered.text, rendered.html):
        assert f"{URL}/confirm/{token}" in part
        assert (f"{URL}/forgot" in part) == known
        assert "Mira" not in part
        assert event.nonce not in part
    assert "Mira" not in rendered.subject
