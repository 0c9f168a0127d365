"""What each operation costs at least, and how close the app is to it.

    python -m bench.floors                       # each operation of the comparison with its peers

The least is an empty Flask view on our event loop, plus the same database commands sent by the bare
driver, plus a bare Jinja template of as many rows; to sign in, the password's hash besides. Nobody
is signed in there, nothing is checked, decided or translated. What the app spends beyond it, is the
app's. The messages that follow from a change are in neither column; what a session, a form token
and a form cost in Flask and Flask-WTF is said below it. Listening to the commands is in both
columns.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment

# Before any client is made, all of which are listened to.
from bench.replay import Command, recorded, replay, undo  # isort: skip
from bench.bare_form import bare_form
from bench.clinic import Filled, filled_clinic
from bench.empty_view import empty_view
from bench.paths import Figures, Path, measured, paths

# Rows that an answer shows.
_ROWS = {
    "week": 40,
    "day": 50,
    "first page": 50,
    "last page": 50,
    "day anew": 50,
    "first anew": 50,
    "last anew": 50,
    "book": 1,
    "cancel": 1,
    "offer": 1,
    "withdraw": 1,
    "sign in": 0,
}
# What is the least of an operation beside its view: no sign-in goes without hashing the password.
_BESIDES = {"sign in": "its hash alone"}
_TEMPLATE = """<!doctype html><title>{{ title }}</title><main><h1>{{ title }}</h1><ul>
{% for row in rows %}<li id="{{ row.id }}" class="{{ row.status }}"><a href="{{ row.href }}">
{{ row.clock }}</a> <span>{{ row.name }}</span> <span>{{ row.words }}</span></li>
{% endfor %}</ul></main>"""


@dataclass
class Least:
    """Milliseconds of CPU: of the app for each part, of the database for the commands."""

    view: float
    commands: float
    template: float
    database: float

    @property
    def app(self) -> float:
        """What the app needs at least."""
        return self.view + self.commands + self.template


def bare_template(rows: int) -> Path:
    """Return the rendering of a list."""
    template = Environment(autoescape=True).from_string(_TEMPLATE)
    shown = [
        {
            "id": f"row-{number}",
            "status": "booked",
            "href": f"/appointments/{number}",
            "clock": "09:30",
            "name": f"Patient Number {number}",
            "words": "General practice",
        }
        for number in range(rows)
    ]

    def render(_: int) -> tuple[int, bytes]:
        return 200, template.render(title="List", rows=shown).encode()

    return render


def bare_commands(clinic: Filled, path: Path, calls: int, rounds: int) -> Figures:
    """Return the cost of an operation's commands alone, sent again as they were."""
    kept: list[list[Command]] = []
    for number in range(calls):
        with recorded() as commands:
            path(number)
        kept.append(commands)

    def again(number: int) -> tuple[int, bytes]:
        clinic.loop.run(replay(kept[number % calls]))
        return 200, b""

    found = []
    for _ in range(rounds):
        for commands in reversed(kept):
            undo(commands)
        found.append(measured(clinic, again, calls, 1))
    return min(found, key=lambda one: one.app + one.database)


def compared(
    clinic: Filled, name: str, known: Mapping[str, Path], calls: int, rounds: int
) -> tuple[Least, Figures]:
    """Return an operation's least and its own cost."""
    path = known[name]
    for number in range(0 if name in ("book", "cancel", "offer", "withdraw") else 5):
        path(number)
    if name == "withdraw":
        # What may be withdrawn is looked for now, and not while the commands are recorded.
        clinic.offered.append(clinic.offered_slot())
    commands = bare_commands(clinic, path, calls, rounds)
    besides = known.get(_BESIDES.get(name, ""))
    least = Least(
        view=measured(clinic, empty_view(clinic), 200, rounds).app
        + (measured(clinic, besides, calls, rounds).app if besides else 0),
        commands=commands.app,
        template=measured(clinic, bare_template(_ROWS[name]), 200, rounds).app,
        database=commands.database,
    )
    return least, measured(clinic, path, calls, rounds)


def times(own: float, least: float) -> str:
    """Return how many times the least something takes, if the clock saw the least at all."""
    return f"{own / least:6.1f}" if least else "     -"


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--slots", type=int, default=4000)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(
        "ms of CPU      view + commands + template = least     app  times    least database  times"
    )
    with filled_clinic(options.slots) as clinic:
        known = paths(clinic)
        for name in _ROWS:
            least, own = compared(clinic, name, known, options.calls, options.rounds)
            print(
                f"{name:13} {least.view:5.2f} {least.commands:10.2f} {least.template:10.2f} "
                f"{least.app:7.2f} {own.app:7.2f} {times(own.app, least.app)} "
                f"{least.database:8.2f} {own.database:8.2f} {times(own.database, least.database)}"
            )
        form = measured(clinic, bare_form(clinic), 200, options.rounds).app
        print(f"a form, by Flask and Flask-WTF alone: {form:.2f}")


if __name__ == "__main__":
    main()
