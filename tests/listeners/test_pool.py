"""Threads that work through ids, and whoever waits for one of them."""

import threading
from collections.abc import Sequence

from domain.ids import Id, new_id
from listeners.pool import Pool


def test_whoever_asks_for_an_id_that_is_being_seen_to_waits_though_others_give_up() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(_ids: Sequence[Id]) -> None:
        begun.set()
        go_on.wait(20)

    pool = Pool(1, 10, batch=1, work=work, rest=lambda: None, on_room=lambda: None)
    pool.start()
    one = new_id()
    first = pool.see_to(one)
    assert begun.wait(20)
    second, third = pool.see_to(one), pool.see_to(one)
    assert second.cancel()
    assert not third.done()
    go_on.set()
    assert first.result(20) is None
    assert third.result(20) is None
    assert pool.stop(20)
