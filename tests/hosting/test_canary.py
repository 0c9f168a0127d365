"""A patient whose name, address and reason turn up nowhere but in pages and messages to them."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pymongo import MongoClient

from tests.hosting.conftest import Visit
from tests.support.browser_form import Visitor
from tests.support.demo import MoveIn
from tests.support.redis import RedisServer
from tests.support.server import Server, running_app
from tests.support.smtp import MailServer
from tests.support.waiting import eventually

NAME, EMAIL, REASON = "Quilla Featherby", "quilla.featherby@example.org", "quillareason"
PASSWORD = "a long featherby password"
CANARIES = ("uilla", "eatherby")
DAY = "2100-01-01"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, move_in: MoveIn) -> Iterator[Server]:
    folder = move_in(tmp_path_factory.mktemp("canary"))
    with running_app(folder, DEMO="1", LOG_LEVEL="DEBUG", WEB_PROCESSES="1") as running:
        yield running


def live(server: Server, visit: Visit) -> list[tuple[str, str]]:
    """Do everything that a patient and the desk do with one, and return all addresses used."""
    addresses: list[tuple[str, str]] = []

    def watched(visitor: Visitor) -> Visitor:
        def note(answer: httpx.Response) -> None:
            addresses.append((str(answer.request.url), answer.headers.get("Location", "")))

        visitor.http.event_hooks["response"].append(note)
        return visitor

    patient = watched(visit(server.url))
    patient.get("/register")
    form = {"name": NAME, "email": EMAIL, "password": PASSWORD, "phone": ""}
    assert patient.post("/register", **form).status_code == 303
    page = patient.get("/")
    slots = re.findall(r'href="(/slots/[0-9a-f]{24})', page.text)
    patient.get(slots[0])
    booked = patient.post(f"{slots[0]}/book", reason=REASON, idempotency_key="k1")
    assert booked.status_code == 303, booked.text
    path = booked.headers["Location"].removeprefix(server.url)
    patient.get(path)
    patient.get("/appointments")
    patient.get("/account")
    patient.get(f"{path}/calendar.ics")
    patient.get(f"{path}/move")
    patient.post(f"{path}/move", slot_id=slots[3].rpartition("/")[2])
    desk = watched(visit(server.url)).sign_in("desk@example.org")
    desk.get(f"/desk?until={DAY}")
    desk.get(path)
    desk.post("/desk/book/patient", slot_id=slots[5].rpartition("/")[2], q="Quilla")
    desk.get("/notifications")
    desk.post(f"{path}/cancel", reason=REASON)
    office = watched(visit(server.url)).sign_in("admin@example.org")
    office.post("/audit", email=EMAIL, side="person")
    office.get("/audit")
    patient.http.get("/no-such-page")
    patient.http.get("/appointments/0123456789abcdef01234567")
    patient.post("/slots/0123456789abcdef01234567/book", reason=REASON)
    return addresses


def hits(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


def named_in_mail(server: Server) -> bool:
    return any(NAME in path.read_text() for path in server.mail_folder.glob("*.eml"))


def test_urls_logs_metrics_and_headers_say_nothing_of_whom_it_is_about(
    server: Server, visit: Visit
) -> None:
    addresses = live(server, visit)
    eventually(lambda: named_in_mail(server))
    metrics = visit(server.url).http.get("/metrics")
    log = server.log.read_text()
    found = {
        "URLs": hits(str(addresses)),
        "logs": hits(log),
        "metrics": hits(metrics.text),
    }
    print("canary:", {where: len(what) for where, what in found.items()}, f"{len(addresses)} URLs")
    assert found == {"URLs": [], "logs": [], "metrics": []}
    assert len(log) > 100, "the log is watched"


def test_pages_send_no_referer_that_could_tell_anything(server: Server, visit: Visit) -> None:
    answer = visit(server.url).get("/")
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")


def test_redis_holds_ids_alone(tmp_path: Path, visit: Visit, mongodb_uri: str) -> None:
    redis, mail = RedisServer(tmp_path).start(), MailServer().start()
    settings = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": "canary",
        "SECRET_KEY": "k" * 64,
        "REDIS_URL": redis.url,
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail.port),
        "DEMO": "1",
    }
    worker_folder = tmp_path / "worker"
    worker_folder.mkdir()
    try:
        with running_app(tmp_path, **settings) as server:
            live(server, visit)
            eventually(lambda: len(redis.everything()) > 100)
            written = redis.everything().decode(errors="replace")
        with MongoClient(mongodb_uri) as client:
            stored = str(list(client["canary"]["appointments"].find({"reason": {"$ne": ""}})))
            audit = str(list(client["canary"]["audit"].find({})))
            tries = str(list(client["canary"]["tries"].find({})))
    finally:
        redis.kill()
        mail.close()
    print("canary in Redis:", len(hits(written)), f"of {len(written)} bytes")
    assert hits(written) == []
    assert "quillareason" not in stored
    assert hits(audit + tries) == []
