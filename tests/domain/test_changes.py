"""When a doctor's times last changed, as all processes of a machine know."""

import os

from domain.ids import new_id
from domain.queries.changes import last_change, note_change


def test_what_a_forked_process_changes_is_known_at_once() -> None:
    changed, other = new_id(), new_id()
    before = last_change(changed), last_change(other)
    child = os.fork()
    if not child:
        note_change(changed)
        os._exit(0)
    os.waitpid(child, 0)
    assert last_change(changed) != before[0]
    assert last_change(other) == before[1]
