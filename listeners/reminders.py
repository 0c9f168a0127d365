"""Reminders that have fallen due."""

import logging

from domain.actions.reminding import remind_due

log = logging.getLogger(__name__)


async def remind() -> None:
    """Record what is due; each of them is recorded once, whoever looks."""
    if recorded := await remind_due():
        log.info("%d reminders recorded", recorded)
