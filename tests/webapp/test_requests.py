"""Whatever is sent, the answer is a clear one and nothing is written."""

import io

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from domain.documents import Appointment, Slot, SlotStatus, User
from tests.conftest import Run
from tests.webapp.browsing import Browser
from tests.webapp.conftest import SignIn

MALFORMED = [
    "0123456789abcdef0123456",
    "0123456789abcdef012345678",
    "0123456789ABCDEF01234567",
    "%00",
    "%F0%9F%98%80",
    "%7B%22$ne%22:null%7D",
    "..%2f..%2fetc%2fpasswd",
]
UNKNOWN = "0123456789abcdef01234567"


@pytest.mark.parametrize("malformed", MALFORMED)
@pytest.mark.parametrize("folder", ["doctors", "slots", "appointments"])
def test_a_malformed_id_is_as_unknown_as_a_missing_one(
    signed_in: SignIn, patient: User, folder: str, malformed: str
) -> None:
    browser = signed_in(patient)
    missing, broken = browser.get(f"/{folder}/{UNKNOWN}"), browser.get(f"/{folder}/{malformed}")
    assert (missing.status_code, broken.status_code) == (404, 404)
    assert _words(broken.text) == _words(missing.text)


def test_a_huge_body_is_refused(browser: Browser) -> None:
    body = io.BytesIO(b"email=" + b"x" * 100_000_000)
    assert (
        browser.client.post(
            "/login",
            input_stream=body,
            content_length=100_000_006,
            content_type="application/x-www-form-urlencoded",
        ).status_code
        == 413
    )


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_does_not_say_how_long_it_is_is_refused_and_not_cut_off(
    signed_in: SignIn, patient: User, slot: Slot, run: Run, kind: str
) -> None:
    browser = signed_in(patient)
    fields = {"csrf_token": browser.token(), "reason": "Knee", "more": "x" * 300_000}
    sent = EnvironBuilder(method="POST", data=fields, content_type=kind).get_environ()
    answer = browser.client.post(
        f"/slots/{slot.id}/book",
        input_stream=sent["wsgi.input"],
        content_type=sent["CONTENT_TYPE"],
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
    assert run(Appointment.count()) == 0


def test_ten_thousand_fields_are_refused(browser: Browser) -> None:
    body = "&".join(f"f{number}=x" for number in range(10_000))
    kind = "application/x-www-form-urlencoded"
    assert browser.client.post("/login", data=body, content_type=kind).status_code == 413


def test_ten_thousand_parts_are_refused(browser: Browser) -> None:
    part = '--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n'
    for many in (4_000, 10_000):
        kind = "multipart/form-data; boundary=b"
        answer = browser.client.post("/login", data=part * many + "--b--", content_type=kind)
        assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/?q=%00",
        "/?q=%7B%22$ne%22:null%7D",
        "/?q[$ne]=",
        "/?q=(((",
        "/?q=" + "x" * 5000,
        "/?q=%ff%fe",
    ],
)
def test_no_search_is_an_error(browser: Browser, doctor: User, path: str) -> None:
    assert browser.get(path).status_code == 200


@pytest.mark.parametrize("day", ["", "0001-01-01", "9999-12-31", "2026-13-01", "%00", "x" * 5000])
def test_no_date_is_an_error(browser: Browser, slot: Slot, day: str) -> None:
    assert browser.get(f"/doctors/{slot.doctor_id}?date={day}").status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"email": '{"$ne": null}', "password": '{"$ne": null}'},
        {"email[$ne]": "", "password[$ne]": ""},
        {"email": "\x00", "password": "\x00"},
        {"email": "😀" * 5000, "password": "😀" * 5000},
        {},
    ],
)
def test_no_operator_signs_anybody_in(
    browser: Browser, patient: User, fields: dict[str, str]
) -> None:
    answer = browser.post("/login", fields)
    assert answer.status_code == 422
    assert browser.get("/appointments").status_code == 303


def test_json_is_no_form(browser: Browser, patient: User) -> None:
    answer = browser.client.post("/login", json={"email": {"$ne": None}})
    assert answer.status_code == 400


@pytest.mark.parametrize("reason", ["\x00", "x" * 501, "a\x07b", "\x85"])
def test_a_reason_that_cannot_be_stored_is_refused_beside_its_field(
    signed_in: SignIn, patient: User, slot: Slot, run: Run, reason: str
) -> None:
    answer = signed_in(patient).post(f"/slots/{slot.id}/book", {"reason": reason})
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text
    assert run(Slot.get(slot.id)).status is SlotStatus.OPEN
    assert run(Appointment.count()) == 0


@pytest.mark.parametrize(
    "reason",
    ["😀", "<script>alert(1)</script>", "=HYPERLINK(1)", "a\r\nBcc: b@example.org", '"><b>'],
)
def test_a_strange_reason_is_shown_as_typed_and_nothing_else(
    signed_in: SignIn, patient: User, slot: Slot, reason: str
) -> None:
    browser = signed_in(patient)
    answer = browser.post(f"/slots/{slot.id}/book", {"reason": reason})
    page = browser.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert '"><b>' not in page.text


def test_an_unknown_address_is_a_page_with_a_way_on(browser: Browser) -> None:
    answer = browser.get("/nothing/here")
    assert answer.status_code == 404
    assert "<h1>" in answer.text
    assert 'href="/"' in answer.text


def test_a_wrong_method_says_which_are_right(browser: Browser) -> None:
    answer = browser.client.delete("/login")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_health_needs_nobody(app: Flask) -> None:
    browser = Browser(app)
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/readyz").status_code == 200


def _words(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]
