"""What becomes of a message that was not accepted: tried again, parked, or handed back."""

import logging
import math
import threading
from datetime import timedelta

from domain import clock
from listeners import deliveries
from listeners.backoff import retry_delay, waited_before
from listeners.channels import NotNow, NotTried, Refused, Unheard
from listeners.config import NotifierConfig
from listeners.deliveries import Claim
from listeners.noting import Note
from listeners.trouble import described

log = logging.getLogger(__name__)


class Setbacks:
    """Decides on the note to make after a try; `ending` is set when this process must end."""

    def __init__(self, config: NotifierConfig, ending: threading.Event) -> None:
        self._config = config
        self._ending = ending

    def note(self, claim: Claim, error: Exception) -> Note:
        """Return what is to be noted of a try that ended with an error."""
        match error:
            case NotNow():
                return self._trouble(claim, error)
            case Unheard():
                return self._silence(claim, error)
            case Refused():
                log.warning("delivery %s refused, parked", claim.id)
                return _parked(claim, str(error))
            case _:
                words = described(error)
                log.error("delivery %s cannot be built, parked: %s", claim.id, words)
                return _parked(claim, words)

    def _trouble(self, claim: Claim, error: NotNow) -> Note:
        words = str(error)
        if self._ending.is_set():
            return back(claim)
        if self._was_last(claim):
            return _parked(claim, words)
        pause = retry_delay(
            claim.attempt, first=self._config.retry_first, cap=self._config.retry_cap
        )
        if isinstance(error, NotTried):
            return lambda: deliveries.not_tried(claim, words, clock.now() + pause)
        log.info("delivery %s failed, attempt %d", claim.id, claim.attempt)
        return lambda: deliveries.failed(claim, words, clock.now() + pause)

    def _silence(self, claim: Claim, error: Unheard) -> Note:
        """Let it be tried again: rather doubled than lost, and not doubled for days.

        A server that says nothing for long has most likely accepted it: one further copy goes, and
        none after it, however that ends. One that hangs up most likely has not, nor has one from
        which we broke away as the process ends.
        """
        words, told = str(error), claim.delivery
        was_cut = error.is_cut or self._ending.is_set()
        is_enough = told.unheard or (was_cut and told.cut >= self._config.cut_limit)
        if is_enough or self._was_last(claim):
            log.warning("delivery %s sent and not answered once more, parked", claim.id)
            return lambda: deliveries.unheard(claim, words, None, is_cut=was_cut)
        pause = timedelta(seconds=self._config.unheard_pause)
        if was_cut:
            pause = retry_delay(told.cut + 1, first=self._config.retry_first, cap=math.inf)
        log.warning("delivery %s sent and not answered, attempt %d", claim.id, claim.attempt)
        return lambda: deliveries.unheard(claim, words, clock.now() + pause, is_cut=was_cut)

    def _was_last(self, claim: Claim) -> bool:
        first, cap = self._config.retry_first, self._config.retry_cap
        # Not since it was stored: there may have been nobody to try it.
        waited = waited_before(claim.attempt, first=first, cap=cap)
        if waited.total_seconds() < self._config.retry_for:
            return False
        log.warning("delivery %s parked after %d attempts", claim.id, claim.attempt)
        return True


def back(claim: Claim) -> Note:
    """Return a claim unsent."""
    return lambda: deliveries.handed_back(claim, clock.now())


def _parked(claim: Claim, words: str) -> Note:
    return lambda: deliveries.parked(claim, words)
