"""When a doctor's times last changed, as far as this process and those forked with it know.

What is kept of them (`remembering.py`) counts no longer once this has changed: at once in all web
processes of a machine, whichever of them has changed it. Other machines do not see it.
"""

import mmap
import secrets

from domain.events import Event, event_published
from domain.ids import Id

# Doctors who share a place by chance are read once more than they need be.
_PLACES = 4096
# Memory of nobody else's that is shared with whoever is forked from here on.
_marks = memoryview(mmap.mmap(-1, 8 * _PLACES)).cast("Q")


def last_change(doctor_id: Id, *_of_them: object) -> int:
    """Return a mark that is another one after each change; take it before reading."""
    return _marks[_place(doctor_id)]


def note_change(doctor_id: Id) -> None:
    """Let nobody be told any more what was read of a doctor's times so far."""
    # Not one more than before: two processes at once would make the same of it.
    _marks[_place(doctor_id)] = secrets.randbits(64)


def _place(doctor_id: Id) -> int:
    return int.from_bytes(doctor_id.binary[-4:]) % _PLACES


def _note(_kind: type[Event], event: Event) -> None:
    for doctor_id in event.doctor_ids:
        note_change(doctor_id)


event_published.connect(_note)
