"""A form that was not ours, or is too old, changes nothing and loses nothing."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from wtforms import DateField, Field, HiddenField, IntegerField, StringField, TimeField

from domain import clock
from domain.documents import Appointment, Role, Slot, User
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.browsing import HTMX, Browser, hidden, only
from tests.webapp.conftest import SignIn
from webapp.forms.base import PageForm
from webapp.forms.ids import IdsField
from webapp.forms.samples import SampleForm

WITHOUT_A_FORM = {"action", "back", "view", "closing_id", "arrived", "completed", "missed"}
TYPED = (StringField, DateField, TimeField, IntegerField)
CARRIED = (HiddenField, IdsField)


def fields_of_all_forms() -> dict[str, set[type[Field]]]:
    """Return the names of all that pages send, each with the kinds of its fields."""
    found = defaultdict(set)
    for form in all_forms(PageForm):
        for name, field in vars(form).items() if form is not SampleForm else ():
            if hasattr(field, "field_class"):
                found[name].add(field.field_class)
    return found


def all_forms(kind: type[PageForm]) -> Iterator[type[PageForm]]:
    for form in kind.__subclasses__():
        yield form
        yield from all_forms(form)


def test_a_form_without_a_token_is_shown_once_more_with_what_was_typed(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    browser = signed_in(patient)
    answer = browser.client.post(f"/slots/{slot.id}/book", data={"reason": "My “knee” & I"})
    assert answer.status_code == 400
    assert "My “knee” &amp; I" in answer.text
    assert run(Appointment.count()) == 0


def test_what_was_kept_can_be_sent_with_one_button(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    browser = signed_in(patient)
    path = f"/slots/{slot.id}/book"
    shown = browser.client.post(path, data={"reason": "Knee", "idempotency_key": "k1"})
    kept = hidden(shown)
    assert f'action="{path}"' in shown.text
    assert kept["idempotency_key"] == "k1"
    answer = browser.client.post(path, data={**kept, "reason": "Knee"})
    assert answer.status_code == 303
    assert run(only(Appointment)).reason == "Knee"


def test_a_token_of_another_session_is_refused(
    app: Flask, signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    foreign = Browser(app).token()
    answer = signed_in(patient).client.post(f"/slots/{slot.id}/book", data={"csrf_token": foreign})
    assert answer.status_code == 400
    assert run(Appointment.count()) == 0


def test_a_stale_token_is_refused(signed_in: SignIn, patient: User, slot: Slot, run: Run) -> None:
    browser = signed_in(patient)
    token = browser.token()
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        answer = browser.client.post(f"/slots/{slot.id}/book", data={"csrf_token": token})
    assert answer.status_code == 400
    assert run(Appointment.count()) == 0


@pytest.mark.parametrize("path", ["/logout", "/logout-everywhere"])
def test_signing_out_works_on_a_page_of_any_age(
    signed_in: SignIn, patient: User, path: str
) -> None:
    browser = signed_in(patient)
    token = browser.token()
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        answer = browser.client.post(path, data={"csrf_token": token})
        assert answer.status_code == 303
        assert browser.get("/appointments").status_code == 303


def test_another_browser_is_signed_out_on_a_page_of_any_age(
    signed_in: SignIn, patient: User
) -> None:
    here, there = signed_in(patient), signed_in(patient)
    token = here.token()
    (path,) = set(re.findall(r'action="(/account/sessions/[^"]+/end)"', here.get("/account").text))
    with time_machine.travel(clock.now() + timedelta(hours=13)):
        assert here.client.post(path, data={"csrf_token": token}).status_code == 303
        assert there.get("/appointments").status_code == 303
        assert here.get("/appointments").status_code == 200


@pytest.mark.parametrize("path", ["/logout", "/logout-everywhere", "/account/sessions/x/end"])
def test_nobody_is_signed_out_by_a_form_that_is_not_theirs(
    app: Flask, signed_in: SignIn, patient: User, path: str
) -> None:
    browser = signed_in(patient)
    for sent in ({}, {"csrf_token": Browser(app).token()}):
        assert browser.client.post(path, data=sent).status_code == 400
    assert browser.get("/appointments").status_code == 200


def test_a_password_is_never_shown_again(browser: Browser) -> None:
    answer = browser.client.post("/login", data={"email": "a@example.org", "password": "hunter22"})
    assert answer.status_code == 400
    assert "a@example.org" in answer.text
    assert "hunter22" not in answer.text


def test_what_was_typed_into_any_form_is_shown_with_its_label_and_the_rest_is_hidden(
    browser: Browser,
) -> None:
    fields = fields_of_all_forms()
    carried = {name for name, kinds in fields.items() if all(issubclass(k, CARRIED) for k in kinds)}
    typed = {name for name, kinds in fields.items() if any(issubclass(k, TYPED) for k in kinds)}
    sent = {name: f"<{name}>" for name in [*fields, *WITHOUT_A_FORM]}
    page = browser.client.post("/login", data=sent, headers={"Accept-Language": "de"})
    labelled = re.findall(
        r'<label for="resend-\d+">(.*?)</label>\s*<\w+ [^>]*name="(\w+)"', page.text
    )
    shown = {name: label.strip() for label, name in labelled}
    assert shown.keys() >= typed - carried
    assert not shown.keys() & (carried | WITHOUT_A_FORM)
    assert all(shown.values())
    assert (shown["current_password"], shown["role"]) == ("Bisheriges Passwort", "Rolle")
    assert hidden(page).items() >= {name: sent[name] for name in carried | WITHOUT_A_FORM}.items()


def test_no_password_of_any_form_is_shown_again(browser: Browser) -> None:
    secret = {"password", "current_password", "code"}
    page = browser.client.post("/login", data=dict.fromkeys(secret, "hunter22"))
    assert set(re.findall(r'type="password" name="(\w+)"', page.text)) == secret
    assert "hunter22" not in page.text


def test_what_another_site_typed_is_not_offered(browser: Browser) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = browser.client.post("/login", data={"email": "evil@example.org"}, headers=headers)
    assert answer.status_code == 400
    assert "evil@example.org" not in answer.text


def test_htmx_is_told_in_place_and_given_a_token_that_holds(
    signed_in: SignIn, patient: User, slot: Slot, run: Run
) -> None:
    browser, path = signed_in(patient), f"/slots/{slot.id}/book"
    answer = browser.client.post(path, data={"reason": "Knee"}, headers=HTMX)
    assert answer.status_code == 400
    assert answer.headers["HX-Retarget"] == "#messages"
    assert 'role="alert"' in answer.text
    assert f"You are signed in as {patient.name}." in answer.text
    token = json.loads(answer.headers["HX-Trigger"])["freshtoken"]
    again = {"reason": "Knee", "csrf_token": token}
    assert browser.client.post(path, data=again, headers=HTMX).status_code == 200
    assert run(only(Appointment)).reason == "Knee"


@pytest.mark.parametrize("action", ["book", "withdraw?notify=1"])
def test_nothing_changes_by_get(
    signed_in: SignIn, patient: User, slot: Slot, run: Run, action: str
) -> None:
    answer = signed_in(patient).get(f"/slots/{slot.id}/{action}")
    assert answer.status_code in (403, 404, 405)
    assert run(Slot.get(slot.id)).status == "open"


def test_whoever_asks_for_an_address_that_takes_forms_alone_hears_that(
    app: Flask, house: House, signed_in: SignIn
) -> None:
    rules = list(app.url_map.iter_rules())
    shown = {rule.rule for rule in rules if "GET" in (rule.methods or ())}
    takes_forms = [rule for rule in rules if rule.rule not in shown]
    browser = signed_in(house.person(Role.ADMIN))
    for rule in takes_forms:
        _, path = rule.build(dict.fromkeys(rule.arguments, "0123456789abcdef01234567")) or ("", "")
        assert browser.get(path).status_code == 405, path
    assert len(takes_forms) > 10
