"""What each hot path costs: CPU of app and database for one request.

    python -m bench.paths                        # each path, the least of some rounds
    python -m bench.paths --only week,book --profile

The app runs in this process and is asked through WSGI; the database is a process of its own.
Messages are not sent: this is the cost of the answer alone. Commands are not counted here, as that
costs the app a twentieth more; `bench.calls` counts them.
"""

import argparse
import cProfile
import io
import pstats
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from urllib.parse import urlencode

from argon2 import PasswordHasher

from bench.clinic import Filled, filled_clinic
from bench.filling import PASSWORD
from tests.domain.commands import recorded_commands

_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


@dataclass
class Figures:
    """What one request took, in milliseconds, and commands where somebody listens to them."""

    app: float
    database: float
    commands: float
    wall: float
    body: int


@dataclass
class Visitor:
    """A signed-in browser that speaks WSGI."""

    clinic: Filled
    cookie: str
    token: str = field(default="")

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Send one request as htmx does when it posts; return status and body."""
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET" if body is None else "POST",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookie,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body or b""),
            "wsgi.errors": io.StringIO(),
        }
        if body is not None:
            environ |= {
                "CONTENT_TYPE": "application/x-www-form-urlencoded",
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_HX_REQUEST": "true",
            }
        told: list[str] = []
        answer = self.clinic.app.wsgi_app(environ, lambda status, *_: told.append(status))
        try:
            return int(told[0][:3]), b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()

    def ask_anew(self, path: str) -> tuple[int, bytes]:
        """Ask as a browser does that has just sent a form: it is given nothing that was kept."""
        just_now = Visitor(self.clinic, f"{self.cookie}; changed={time.time():.0f}")
        return just_now.ask(path)

    def post(self, path: str, fields: str = "") -> tuple[int, bytes]:
        """Send a form."""
        if not self.token:
            found = _TOKEN.search(self.ask("/account")[1])
            assert found
            self.token = found[1].decode()
        return self.ask(path, f"csrf_token={self.token}&{fields}".encode())


Path = Callable[[int], tuple[int, bytes]]


def paths(clinic: Filled) -> dict[str, Path]:
    """Return what is measured, by name; each takes the number of the call."""
    patient = Visitor(clinic, clinic.session(clinic.patients[0]))
    stranger = Visitor(clinic, "")
    desk = Visitor(clinic, clinic.session(clinic.desk))
    doctor = Visitor(clinic, clinic.session(clinic.doctors[1]))
    outside = Visitor(clinic, *clinic.at_the_door())
    stored, hasher = clinic.patients[-1].password_hash or "", PasswordHasher()
    password = urlencode({"email": clinic.patients[-1].email, "password": PASSWORD})
    week = f"/doctors/{clinic.doctors[0].id}?date={clinic.week}"
    day, span = f"/desk?date={clinic.list_day}", f"/desk?{clinic.span}"
    last = f"{span}&after={clinic.deep_mark}"
    booked: list[str] = []

    def book(_: int) -> tuple[int, bytes]:
        slot = clinic.open_slots.pop()
        status, body = patient.post(f"/slots/{slot}/book", "reason=")
        found = re.search(rb'data-appointment-id="([0-9a-f]{24})"', body)
        booked.append(found[1].decode() if found else "")
        return status, body

    def cancel(_: int) -> tuple[int, bytes]:
        return patient.post(f"/appointments/{booked.pop()}/cancel", "reason=")

    return {
        "bare view": lambda _: stranger.ask("/healthz"),
        "week": lambda _: patient.ask(week),
        "week of a stranger": lambda _: stranger.ask(week),
        "doctors": lambda _: patient.ask("/"),
        "week anew": lambda _: patient.ask_anew(week),
        "doctors anew": lambda _: patient.ask_anew("/"),
        "day": lambda _: desk.ask(day),
        "first page": lambda _: desk.ask(span),
        "last page": lambda _: desk.ask(last),
        "day anew": lambda _: desk.ask_anew(day),
        "first anew": lambda _: desk.ask_anew(span),
        "last anew": lambda _: desk.ask_anew(last),
        "slot": lambda _: patient.ask(f"/slots/{clinic.open_slots[0]}"),
        "mine": lambda _: patient.ask("/appointments"),
        "calendar": lambda _: doctor.ask(f"/calendar?date={clinic.week}"),
        "book": book,
        "cancel": cancel,
        "offer": lambda _: doctor.post("/slots", clinic.next_window()),
        "withdraw": lambda _: doctor.post(f"/slots/{clinic.offered_slot()}/withdraw", "notify=1"),
        "sign in": lambda _: outside.post("/login", password),
        "its hash alone": lambda _: (200 if hasher.verify(stored, PASSWORD) else 500, b""),
    }


def measured(clinic: Filled, path: Path, calls: int, rounds: int) -> Figures:
    """Return the least of some rounds: other work on the machine only ever adds."""
    found: list[Figures] = []
    for one in range(rounds):
        with recorded_commands() as sent:
            wall, app, database = time.perf_counter(), time.process_time(), clinic.database_cpu()
            size = 0
            for number in range(one * calls, (one + 1) * calls):
                status, body = path(number)
                size = len(body)
                assert status < 400, (status, body[:600])
            each = 1000 / calls
            found.append(
                Figures(
                    app=(time.process_time() - app) * each,
                    database=(clinic.database_cpu() - database) * each,
                    commands=len(sent) / calls,
                    wall=(time.perf_counter() - wall) * each,
                    body=size,
                )
            )
    return Figures(
        app=min(one.app for one in found),
        database=min(one.database for one in found),
        commands=min(one.commands for one in found),
        wall=min(one.wall for one in found),
        body=found[-1].body,
    )


@contextmanager
def _profiled(clinic: Filled) -> Iterator[None]:
    """Print what took the time, on this thread and on that of the event loop."""
    here, there = cProfile.Profile(), cProfile.Profile()
    clinic.loop.run(_call(there.enable))
    here.enable()
    yield
    here.disable()
    clinic.loop.run(_call(there.disable))
    stats = pstats.Stats(here)
    stats.add(there)
    stats.sort_stats("tottime").print_stats(50)
    stats.sort_stats("cumtime").print_stats(90)


async def _call(act: Callable[[], None]) -> None:
    act()


def main() -> None:
    """Measure, and print a table."""
    options = _options()
    with filled_clinic(options.slots) as clinic:
        wanted = options.only.split(",") if options.only else None
        print(f"{options.slots} slots of the past")
        print("path               app ms  database ms  wall ms   bytes")
        for name, path in paths(clinic).items():
            if wanted and name not in wanted:
                continue
            if name not in ("book", "cancel", "offer", "withdraw"):
                for number in range(5):
                    path(number)
            with _profiled(clinic) if options.profile else nullcontext():
                one = measured(clinic, path, options.calls, options.rounds)
            print(f"{name:18} {one.app:6.2f} {one.database:12.2f} {one.wall:8.1f} {one.body:7}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--slots", type=int, default=4000)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
