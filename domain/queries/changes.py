"""When anything, or a doctor's times, last changed, as far as the processes of this machine know.

What is kept of it (`remembering.py`) counts no longer once this has changed: at once in all web
processes of a machine, whichever of them has changed it. Other machines do not see it.
"""

import mmap
import secrets

from domain.events import Event, event_published
from domain.ids import Id

# Doctors who share a place by chance are read once more than they need be.
_PLACES = 4096
_ANYTHING = _PLACES
# Memory of nobody else's that is shared with whoever is forked from here on.
_marks = memoryview(mmap.mmap(-1, 8 * (_PLACES + 1))).cast("Q")


def last_change(doctor_id: Id, *_of_them: object) -> int:
    """Return a mark that is another one after each change; take it before reading."""
    return _marks[_place(doctor_id)]


def last_event(*_of_anything: object) -> int:
    """Return a mark that is another one after each event, whatever it is about."""
    return _marks[_ANYTHING]


def note_change(doctor_id: Id) -> None:
    """Let nobody be told any more what was read of a doctor's times so far."""
    _renew(_place(doctor_id))


def _place(doctor_id: Id) -> int:
    return int.from_bytes(doctor_id.binary[-4:]) % _PLACES


def _renew(place: int) -> None:
    # Not one more than before: two processes at once would make the same of it.
    _marks[place] = secrets.randbits(64)


def _note(_kind: type[Event], event: Event) -> None:
    for doctor_id in event.doctor_ids:
        note_change(doctor_id)
    _renew(_ANYTHING)


event_published.connect(_note)
