"""The app with points at which it can be made to kill all of its own processes.

Run as `python -m tests.faults.crashing`, it is `python run.py`. CRASH_ORDER names a file; once that
holds the name of a step, the first process to come to that step dies there with all the others.
NOTIFIER is a JSON object of values that replace the notifier's. MUTATION=unrecorded leaves the
outbox out.
"""

import json
import os
import signal
import smtplib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import domain.actions.booking
import domain.outbox
import listeners.fanout
import listeners.sweeper
import run

BEFORE_THE_TRANSACTION = "before the transaction"
AFTER_THE_CLAIM = "after the slot is claimed"
AFTER_THE_COMMIT = "after the commit"
AFTER_A_DELIVERY = "after the delivery is stored"
AFTER_THE_FAN_OUT = "after the event is noted as handled"
BEFORE_THE_MAIL = "before the mail is sent"
INSIDE_THE_MAIL = "in the middle of the mail"
AFTER_THE_ACCEPTANCE = "after the mail server accepted"
STEPS = (
    BEFORE_THE_TRANSACTION,
    AFTER_THE_CLAIM,
    AFTER_THE_COMMIT,
    AFTER_A_DELIVERY,
    AFTER_THE_FAN_OUT,
    BEFORE_THE_MAIL,
    INSIDE_THE_MAIL,
    AFTER_THE_ACCEPTANCE,
)


def is_ordered(step: str) -> bool:
    """Tell whether this step is the one to die at."""
    try:
        return Path(os.environ["CRASH_ORDER"]).read_text() == step
    except FileNotFoundError:
        return False


def die_if_ordered(step: str) -> None:
    """Kill this process and its whole group if that was ordered for this step."""
    if is_ordered(step):
        Path(os.environ["CRASH_ORDER"]).unlink()
        os.killpg(0, signal.SIGKILL)


def dying_before(step: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function, sync or async, that dies before it begins."""

    @wraps(original)
    def either(*args: Any, **options: Any) -> Any:
        die_if_ordered(step)
        return original(*args, **options)

    return either


def dying_after(step: str, original: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    """Return a coroutine function that dies when it is done."""

    @wraps(original)
    async def all_of_it(*args: Any, **options: Any) -> Any:
        result = await original(*args, **options)
        die_if_ordered(step)
        return result

    return all_of_it


def dying_once_true(step: str, original: Callable[..., bool]) -> Callable[..., bool]:
    """Return a function that dies when it has said yes."""

    @wraps(original)
    def either(*args: Any, **options: Any) -> bool:
        said = original(*args, **options)
        if said:
            die_if_ordered(step)
        return said

    return either


def dying_inside_or_after(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return smtplib's DATA command that dies halfway through a message or after its answer."""

    def data(self: smtplib.SMTP, message: Any) -> Any:
        if is_ordered(INSIDE_THE_MAIL):
            self.putcmd("data")
            self.getreply()
            self.send(message[: len(message) // 2])
            die_if_ordered(INSIDE_THE_MAIL)
        answer = original(self, message)
        die_if_ordered(AFTER_THE_ACCEPTANCE)
        return answer

    return data


def install() -> None:
    """Put the points, and what the environment asks for, into the app's modules."""
    booking, outbox = domain.actions.booking, domain.outbox
    fanout, sweeper = listeners.fanout, listeners.sweeper
    booking.transact = dying_before(BEFORE_THE_TRANSACTION, booking.transact)
    booking.claim = dying_once_true(AFTER_THE_CLAIM, booking.claim)
    outbox.publish = dying_before(AFTER_THE_COMMIT, outbox.publish)
    fanout.store_new = dying_after(AFTER_A_DELIVERY, fanout.store_new)
    sweeper.fan_out = dying_after(AFTER_THE_FAN_OUT, sweeper.fan_out)
    smtplib.SMTP.sendmail = dying_before(BEFORE_THE_MAIL, smtplib.SMTP.sendmail)
    smtplib.SMTP.data = dying_inside_or_after(smtplib.SMTP.data)
    if os.environ.get("MUTATION") == "unrecorded":
        outbox.Transaction.finish = lambda transaction: transaction.events
    configured = run._notifier_config
    values = json.loads(os.environ.get("NOTIFIER", "{}"))
    run._notifier_config = lambda settings: replace(configured(settings), **values)


if __name__ == "__main__":
    install()
    run.bookwell()
