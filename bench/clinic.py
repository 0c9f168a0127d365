"""A clinic to measure: a database of its own, filled, and the app in this process."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from bench.filling import PASSWORD, Contents, fill, starts
from domain import clinic, clock, database
from domain.documents import DOCUMENTS, Slot, User
from domain.ids import parse_id
from domain.migrations import migrate
from domain.walltime import today
from hosting.loop import LoopThread
from listeners import DOCUMENTS as LISTENER_DOCUMENTS
from listeners.trace import Trace
from tests.support.database import running_secantus
from webapp import WebConfig, create_app

ALL_DOCUMENTS = (*DOCUMENTS, *LISTENER_DOCUMENTS)
_TICK = os.sysconf("SC_CLK_TCK")
_CONTENTS = "contents.json"


@dataclass
class Filled:
    """The app, those of a clinic who use it, and what else the database holds (`Contents`)."""

    app: Flask
    loop: LoopThread
    pid: int
    doctors: list[User]
    patients: list[User]
    desk: User
    week: date
    list_day: date
    span: str
    deep_mark: str
    open_slots: list[str]
    offered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        day = today(clock.now(), clinic.current().zone) + timedelta(days=400)
        self._windows = starts(day, count(), 8, 14)

    def session(self, person: User) -> str:
        """Return the cookies of a browser in which somebody is signed in."""
        client = self.app.test_client()
        token = _token(client)
        form = {"csrf_token": token, "email": person.email, "password": PASSWORD}
        answer = client.post("/login", data=form)
        assert answer.status_code == 303, answer.text
        client.get("/account")  # which puts the secret behind form tokens into the session
        return _cookies(client)

    def at_the_door(self) -> tuple[str, str]:
        """Return cookies and form token of a browser that has the form to sign in open."""
        client = self.app.test_client()
        token = _token(client)
        return _cookies(client), token

    def next_window(self) -> str:
        """Return the fields of a form that offers a free half hour."""
        at = next(self._windows)
        return f"date={at:%Y-%m-%d}&start={at:%H:%M}&minutes=30"

    def offered_slot(self) -> str:
        """Return a slot that the second doctor offered far ahead."""
        if not self.offered:
            where = {"doctor_id": self.doctors[1].id, "status": "open"}
            ahead = {
                "$gte": clock.now() + timedelta(days=300),
                "$lt": clock.now() + timedelta(days=3000),
            }
            found = self.loop.run(Slot.find({**where, "starts_at": ahead}).to_list())
            self.offered = [str(one.id) for one in found]
        return self.offered.pop()

    def database_cpu(self) -> float:
        """Return the CPU seconds that the database has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK


def _token(client: FlaskClient) -> str:
    return client.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]


def _cookies(client: FlaskClient) -> str:
    return "; ".join(f"{one.key}={one.value}" for one in client._cookies.values())


@contextmanager
def filled_clinic(slots: int, kept: Path | None = None) -> Iterator[Filled]:
    """Yield a clinic with so many slots of the past, and some hundreds ahead.

    `kept`: a folder where filled databases stay; a copy of what it holds is measured.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kept is None:
            _fill(folder, slots)
        else:
            shutil.copytree(_kept(kept, slots), folder, dirs_exist_ok=True)
        contents = Contents(**json.loads((folder / _CONTENTS).read_text("utf-8")))
        others = _children()
        with _connected(folder, outlives_kills=True) as loop:
            (pid,) = set(_children()).difference(others)
            app = create_app(WebConfig(secret_key="measuring", testing=True), loop.run, Trace())
            yield loop.run(_opened(app, loop, pid, contents))


def _kept(parent: Path, slots: int) -> Path:
    """Return the folder of a filled database; half filled, it would have another name."""
    folder = parent / str(slots)
    if not folder.exists():
        begun = parent / f"{slots}.begun"
        shutil.rmtree(begun, ignore_errors=True)
        begun.mkdir(parents=True)
        _fill(begun, slots)
        begun.rename(folder)
    return folder


def _fill(folder: Path, slots: int) -> None:
    """Fill a database without waiting for the disk at each of its writes: an eighth of the time."""
    with _connected(folder, outlives_kills=False) as loop:
        loop.run(migrate())
        contents = loop.run(fill(slots))
        loop.run(_written_out())
    (folder / _CONTENTS).write_text(json.dumps(asdict(contents)), "utf-8")


async def _written_out() -> None:
    await User.get_motor_collection().database.client.admin.command("fsync")


@contextmanager
def _connected(folder: Path, *, outlives_kills: bool) -> Iterator[LoopThread]:
    with ExitStack() as opened:
        uri = opened.enter_context(running_secantus(folder, outlives_kills=outlives_kills))
        loop = LoopThread().start()
        opened.callback(loop.stop)
        loop.run(database.connect(uri, "bench", ALL_DOCUMENTS))
        opened.callback(database.close)
        yield loop


async def _opened(app: Flask, loop: LoopThread, pid: int, contents: Contents) -> Filled:
    return Filled(
        app=app,
        loop=loop,
        pid=pid,
        doctors=await _people(contents.doctors),
        patients=await _people(contents.patients),
        desk=(await _people([contents.desk]))[0],
        week=date.fromisoformat(contents.week),
        list_day=date.fromisoformat(contents.list_day),
        span=contents.span,
        deep_mark=contents.deep_mark,
        open_slots=contents.open_slots,
    )


async def _people(ids: list[str]) -> list[User]:
    """Return people in the order of their ids."""
    found = await User.find({"_id": {"$in": [parse_id(one) for one in ids]}}).to_list()
    return sorted(found, key=lambda one: ids.index(str(one.id)))


def _children() -> list[int]:
    tasks = Path("/proc/self/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
