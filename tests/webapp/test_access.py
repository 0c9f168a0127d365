"""Who may do what, route by route."""

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import Rule

from domain.documents import Role
from tests.conftest import Run
from tests.domain.conftest import House
from tests.webapp.browsing import Browser
from tests.webapp.conftest import Build, SignIn

PATIENT, DOCTOR = {Role.PATIENT}, {Role.DOCTOR}
DESK, ADMIN = {Role.RECEPTIONIST, Role.ADMIN}, {Role.ADMIN}
EVERYONE, ALL = set(Role), {None, *Role}

WHO_MAY: dict[tuple[str, str], set[Role | None]] = {
    ("GET", "/static/<path:filename>"): ALL,
    ("GET", "/healthz"): ALL,
    ("GET", "/readyz"): ALL,
    ("GET", "/robots.txt"): ALL,
    ("GET", "/metrics"): ALL,
    ("GET", "/"): ALL,
    ("GET", "/doctors/<doctor_id>"): ALL,
    ("GET", "/slots/<slot_id>"): ALL,
    ("POST", "/slots/<slot_id>/book"): PATIENT,
    ("GET", "/appointments"): PATIENT,
    ("GET", "/appointments/<appointment_id>"): EVERYONE,
    ("GET", "/appointments/<appointment_id>/calendar.ics"): EVERYONE,
    ("POST", "/appointments/<appointment_id>/cancel"): EVERYONE,
    ("POST", "/appointments/<appointment_id>/restore"): EVERYONE,
    ("GET", "/appointments/<appointment_id>/move"): PATIENT | DESK,
    ("POST", "/appointments/<appointment_id>/move"): PATIENT | DESK,
    ("POST", "/appointments/<appointment_id>/status"): DOCTOR | DESK,
    ("GET", "/calendar"): DOCTOR,
    ("GET", "/calendar/day"): DOCTOR,
    ("GET", "/calendar/month"): DOCTOR,
    ("GET", "/slots/offer"): DOCTOR,
    ("GET", "/slots/series"): DOCTOR,
    ("POST", "/slots/series/preview"): DOCTOR,
    ("GET", "/slots/series/<series_id>/withdraw"): DOCTOR,
    ("POST", "/slots/series/<series_id>/withdraw"): DOCTOR,
    ("POST", "/slots"): DOCTOR,
    ("POST", "/slots/series"): DOCTOR,
    ("GET", "/slots/<slot_id>/withdraw"): DOCTOR,
    ("POST", "/slots/<slot_id>/withdraw"): DOCTOR,
    ("GET", "/desk"): DESK,
    ("GET", "/desk.csv"): DESK,
    ("GET", "/desk/away"): DESK,
    ("POST", "/desk/away"): DESK,
    ("POST", "/desk/away/undo"): DESK,
    ("GET", "/desk/book"): DESK,
    ("POST", "/desk/book"): DESK,
    ("GET", "/desk/book/patient"): DESK,
    ("POST", "/desk/book/patient"): DESK,
    ("GET", "/desk/changes"): DESK,
    ("GET", "/desk/print"): DESK,
    ("GET", "/desk/<reference:reference>"): DESK,
    ("POST", "/desk/mark"): DESK,
    ("POST", "/desk/cancel"): DESK,
    ("POST", "/desk/restore"): DESK,
    ("GET", "/notifications"): DESK,
    ("GET", "/notifications/<delivery_id>"): DESK,
    ("POST", "/notifications/<delivery_id>/resend"): DESK,
    ("GET", "/notifications/resend"): DESK,
    ("POST", "/notifications/resend"): DESK,
    ("GET", "/login"): ALL,
    ("POST", "/login"): ALL,
    ("GET", "/register"): ALL,
    ("POST", "/register"): ALL,
    ("POST", "/logout"): ALL,
    ("GET", "/manage/<token>"): ALL,
    ("POST", "/manage/<token>"): ALL,
    ("GET", "/forgot"): ALL,
    ("POST", "/forgot"): ALL,
    ("GET", "/reset/<token>"): ALL,
    ("POST", "/reset/<token>"): ALL,
    ("GET", "/confirm/<token>"): ALL,
    ("POST", "/confirm/<token>"): ALL,
    ("POST", "/account/confirmation"): PATIENT,
    ("GET", "/patients"): ADMIN,
    ("POST", "/patients"): ADMIN,
    ("GET", "/patients/<patient_id>/erase"): ADMIN,
    ("POST", "/patients/<patient_id>/erase"): ADMIN,
    ("GET", "/account"): EVERYONE,
    ("POST", "/account"): EVERYONE,
    ("POST", "/language"): ALL,
    ("POST", "/account/sessions/<handle>/end"): EVERYONE,
    ("POST", "/logout-everywhere"): EVERYONE,
    ("GET", "/resume"): EVERYONE,
    ("GET", "/login/code"): ALL,
    ("POST", "/login/code"): ALL,
    ("GET", "/account/second-factor"): EVERYONE,
    ("POST", "/account/second-factor"): EVERYONE,
    ("POST", "/account/second-factor/remove"): EVERYONE,
    ("GET", "/account/particulars"): EVERYONE,
    ("POST", "/account/particulars"): EVERYONE,
    ("GET", "/account/password"): EVERYONE,
    ("POST", "/account/password"): EVERYONE,
    ("GET", "/account/data.json"): EVERYONE,
    ("GET", "/account/erase"): PATIENT,
    ("POST", "/account/erase"): PATIENT,
    ("GET", "/people"): ADMIN,
    ("GET", "/people/add"): ADMIN,
    ("POST", "/people/add"): ADMIN,
    ("GET", "/people/<person_id>"): ADMIN,
    ("POST", "/people/<person_id>"): ADMIN,
    ("POST", "/people/<person_id>/deactivate"): ADMIN,
    ("POST", "/people/<person_id>/reactivate"): ADMIN,
    ("GET", "/audit"): ADMIN,
    ("POST", "/audit"): ADMIN,
    ("GET", "/styleguide"): ALL,
    ("GET", "/mail"): ADMIN,
    ("GET", "/mail/<name>"): ADMIN,
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Whoever has not given a password first is sent to where it is asked for.
LEADS_ON = {"/login/code"}
UNKNOWN, NO_REFERENCE = "0123456789abcdef01234567", "AAA-AAA"


@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_every_route_admits_whom_the_table_names(
    app: Flask, house: House, signed_in: SignIn, browser: Browser, role: Role | None
) -> None:
    if role is not None:
        browser = signed_in(house.person(role))
    for rule in app.url_map.iter_rules():
        for method in METHODS:
            status = _visit(browser, rule, method).status_code
            assert status in _expected(app, rule, method, role), (method, rule.rule, status)


def test_every_route_is_in_the_table(app: Flask) -> None:
    served = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) & set(METHODS)
    }
    assert served <= set(WHO_MAY)


def test_a_view_that_nobody_listed_is_closed(build: Build, house: House, run: Run) -> None:
    app = build()
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    admin = Browser(app).as_person(house.person(Role.ADMIN), run)
    assert admin.get("/forgotten").status_code == 403
    assert Browser(app).get("/forgotten").status_code == 303


def _visit(browser: Browser, rule: Rule, method: str) -> object:
    return browser.client.open(_path(rule), method=method)


def _path(rule: Rule) -> str:
    values = {name: NO_REFERENCE if name == "reference" else UNKNOWN for name in rule.arguments}
    _, path = rule.build(values) or ("", "")
    return path


def _expected(app: Flask, rule: Rule, method: str, role: Role | None) -> set[int]:
    try:
        found, _ = app.url_map.bind("localhost").match(_path(rule), method, return_rule=True)
    except MethodNotAllowed:
        return {405}
    allowed = WHO_MAY[method, found.rule]
    if role not in allowed:
        return {303} if role is None else {403}
    if method == "GET":
        return {303} if found.rule in LEADS_ON else {200, 404}
    return {400}
