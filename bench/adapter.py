"""Bookwell as the comparing harness sees it: how to start, fill, sign in to and use it.

The harness (a folder with `run.py` and `benchlib`) loads this file and compares any number of
booking servers on one machine; `bench/README.md` has the commands.
"""

import datetime as dt
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchlib.adapter import Base, MongoAudit, Outcome, Spec  # type: ignore[import-not-found]
from benchlib.http import Session  # type: ignore[import-not-found]
from benchlib.procs import Proc, free_port, secantus, wait_port  # type: ignore[import-not-found]
from bson import ObjectId

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_APPOINTMENT = re.compile(r'data-appointment-id="([0-9a-f]{24})"')
_ROW = b"<tr data-appointment-id"
_HTMX = {"HX-Request": "true"}
_REPOSITORY = Path(__file__).resolve().parents[1]
_REFUSALS = {409: "conflict", 422: "conflict", 404: "gone", 302: "denied", 303: "denied"}


def outcome(answer: Any, ok: tuple[int, ...] = (200,), handle: Any = None) -> Any:
    """Return what became of an operation."""
    if answer.status in ok:
        return Outcome(ok=True, handle=handle)
    kind = _REFUSALS.get(answer.status, "error")
    return Outcome(ok=False, kind=kind, detail=f"{answer.status} {answer.text[:200]}")


class Adapter(MongoAudit, Base):  # type: ignore[misc]
    """Bookwell on a database of its own. Options: workers, threads, repo, python."""

    name = "bookwell"
    ops = (
        "slots_page",
        "appts_day",
        "appts_all",
        "appts_deep",
        "book",
        "cancel",
        "slot_create",
        "slot_delete",
        "login",
    )
    emails_per_booking = 1
    emails_per_cancel = 1
    SLOTS, APPTS = "slots", "appointments"
    F = {
        "slot_doctor": "doctor_id",
        "slot_start": "starts_at",
        "slot_end": "ends_at",
        "slot_status": "status",
        "appt_slot": "slot_id",
        "appt_status": "status",
        "appt_doctor": "doctor_id",
    }
    OPEN, BOOKED_SLOT = "open", "booked"
    ACTIVE = ("booked", "arrived", "completed", "missed")

    app = None

    def start(self) -> None:
        """Start a database; the app follows once it is filled."""
        self.repo = Path(self.opts.get("repo", str(_REPOSITORY)))
        self.python = self.opts.get("python", str(self.repo / ".venv/bin/python"))
        port, self.port = free_port(), free_port()
        server = self.opts.get("secantus_python", self.python)
        self.dbp = secantus(self.workdir, port, server, sync=self.opts.get("sync", "1") == "1")
        self.mongo_uri = f"mongodb://127.0.0.1:{port}/bench?replicaSet=secantus"
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.env = {**os.environ, **self._settings()}

    def _settings(self) -> dict[str, str]:
        return {
            "MONGODB_URI": self.mongo_uri,
            "MONGODB_DATABASE": "bench",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(self.sink.smtp_port),
            "SECRET_KEY": "only for measuring, where nobody signs anything that counts",
            "DATA_DIR": str(self.workdir / "data"),
            "PORT": str(self.port),
            "DEMO": "0",
            "CLINIC_TIMEZONE": "UTC",
            "BOOKING_HORIZON": "P2000D",
            "REMINDERS": "none",
            "RETRY_FIRST": "PT1S",
            "RETRY_CAP": "PT2S",
            "LOG_LEVEL": "WARNING",
            "WEB_PROCESSES": self.opts.get("workers", "2"),
            "WEB_THREADS": self.opts.get("threads", "8"),
        }

    def start_app(self) -> None:
        """Serve; also what follows a crash."""
        log = self.workdir / "app.log"
        self.app = Proc([self.python, "run.py"], log, env=self.env, cwd=self.repo)
        wait_port(self.port, 60, self.app)

    def stop(self) -> None:
        """End app and database."""
        self._close_db()
        for process in (self.app, getattr(self, "dbp", None)):
            if process:
                process.stop()

    def groups(self) -> dict[str, list[int]]:
        """Return the processes whose cost counts."""
        return {"app": [self.app.pid] if self.app else [], "db": [self.dbp.pid]}

    def seed(self, spec: Any) -> str:
        """Fill an empty database with the calendar that every target holds, and serve it."""
        self.spec: Spec = spec
        if self.app:
            self.app.stop()
        told = json.dumps({"doctors": spec.doctors, "patients": spec.patients, "seed": spec.seed})
        lines = (f"{doc}\t{start}\t{end}\t{state}" for doc, start, end, state in spec.calendar())
        done = subprocess.run(
            [self.python, "-m", "bench.seed", spec.password],
            cwd=self.repo,
            env=self.env,
            input="\n".join([told, *lines]),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        self.start_app()
        self._look_up(spec)
        return done.stdout.strip()

    def _look_up(self, spec: Any) -> None:
        self.ids = {one["email"]: str(one["_id"]) for one in self.db.users.find({}, {"email": 1})}
        ahead = {"starts_at": {"$gte": spec.start_of(spec.pool_monday, 0)}}
        # One doctor after the other: nobody can be booked with two of them at the same time.
        free = self.db.slots.find(ahead, {"_id": 1}).sort([("doctor_id", 1), ("starts_at", 1)])
        self._pool = iter([str(one["_id"]) for one in free])
        rows = self.db.appointments.find({}, {"starts_at": 1})
        order = sorted((row["starts_at"], row["_id"]) for row in rows)
        self.first = order[0][0].date() if order else spec.list_day
        starts_at, last = order[(len(order) - 1) // 50 * 50 - 1]
        self.deep_mark = f"{starts_at:%Y%m%dT%H%M%SZ}{last}"
        self.span = f"date={self.first}&until={spec.create_monday}"

    async def login(self, c: Any, role: str, i: int) -> Any:
        """Sign in, and open a page whose token the later forms carry."""
        session = Session()
        page = await c.get("/login", session)
        form = {
            "csrf_token": _token(page),
            "email": self.spec.email(role, i),
            "password": self.spec.password,
        }
        answer = await c.post("/login", session, form=form)
        if answer.status != 303:
            raise RuntimeError(f"login failed: {answer.status} {answer.text[:500]}")
        session.csrf = _token(await c.get("/account", session))
        session.extra = {"role": role, "i": i}
        return session

    async def login_op(self, c: Any, _session: Any, i: int) -> Any:
        """Sign in on a fresh session."""
        return Outcome(ok=(await self.login(c, "patient", i % self.spec.patients)) is not None)

    async def slots_page(self, c: Any, s: Any, _i: int) -> Any:
        """Read a doctor's week of 40 free times."""
        doctor = self.ids[self.spec.email("doctor", 0)]
        answer = await c.get(f"/doctors/{doctor}?date={self.spec.target_week}", s)
        return self._with(answer, b"data-slot-id", 40)

    async def appts_day(self, c: Any, s: Any, _i: int) -> Any:
        """Read the first 50 appointments of a day."""
        return self._with(await c.get(f"/desk?date={self.spec.list_day}", s), _ROW, 50)

    async def appts_all(self, c: Any, s: Any, _i: int) -> Any:
        """Read the first page of all appointments there ever were."""
        return self._with(await c.get(f"/desk?{self.span}", s), _ROW, 50)

    async def appts_deep(self, c: Any, s: Any, _i: int) -> Any:
        """Read the last page of all."""
        answer = await c.get(f"/desk?{self.span}&after={self.deep_mark}", s)
        return self._with(answer, _ROW, 1)

    def _with(self, answer: Any, sign: bytes, count: int) -> Any:
        """Return the outcome of a page that must show so many of something, at least."""
        if answer.status == 200 and answer.body.count(sign) < count:
            return Outcome(
                ok=False, kind="error", detail=f"{answer.body.count(sign)} of {count} shown"
            )
        return outcome(answer)

    def pool_slots(self, n: int) -> list[str]:
        """Return open slots that nobody was given yet."""
        found = [one for _, one in zip(range(n), self._pool, strict=False)]
        if len(found) < n:
            raise RuntimeError("slot pool used up: raise --pool")
        return found

    def slot_key(self, slot: str) -> ObjectId:
        """Return how the database knows a slot."""
        return ObjectId(slot)

    async def book(self, c: Any, s: Any, slot: str) -> Any:
        """Book as htmx does."""
        answer = await self._post(c, s, f"/slots/{slot}/book", reason="")
        found = _APPOINTMENT.search(answer.text)
        return outcome(answer, handle=found and found[1])

    async def cancel(self, c: Any, s: Any, appointment: str) -> Any:
        """Cancel as the desk does; the answer is the appointment as it is now, with its history."""
        path = f"/appointments/{appointment}/cancel"
        return outcome(await self._post(c, s, path, reason="The doctor is away."))

    async def slot_create(self, c: Any, s: Any, window: tuple[dt.datetime, dt.datetime]) -> Any:
        """Offer a time as htmx does; the answer shows it in its week."""
        start, end = window
        minutes = int((end - start).total_seconds()) // 60
        answer = await self._post(
            c, s, "/slots", date=f"{start:%Y-%m-%d}", start=f"{start:%H:%M}", minutes=str(minutes)
        )
        shown = rf'data-slot-id="([0-9a-f]{{24}})"[^>]*data-starts-at="{start:%Y-%m-%dT%H:%M:%SZ}"'
        found = re.search(shown, answer.text)
        return outcome(answer, handle=found and found[1])

    async def slot_delete(self, c: Any, s: Any, slot: str) -> Any:
        """Withdraw a time."""
        return outcome(await self._post(c, s, f"/slots/{slot}/withdraw", notify="1"))

    async def _post(self, c: Any, s: Any, path: str, **fields: str) -> Any:
        return await c.post(path, s, form={"csrf_token": s.csrf, **fields}, headers=_HTMX)


def _token(page: Any) -> str:
    found = _TOKEN.search(page.text)
    if found is None:
        raise RuntimeError(f"no token on a page: {page.status} {page.text[:300]}")
    return found[1]


if __name__ == "__main__":
    sys.exit("The harness loads this file: see bench/README.md.")
