"""Logging: one line per happening on standard error, and no name or address of a person in it."""

import logging

from gunicorn import glogging

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def start_logging(level: str) -> None:
    """Send every module's log to standard error."""
    logging.basicConfig(level=level, format=_FORMAT, force=True)
    for driver in ("pymongo", "motor", "asyncio"):
        # At DEBUG the driver writes out whole commands, with what people entered.
        logging.getLogger(driver).setLevel(max(logging.INFO, logging.getLogger().level))


class ServerLog(glogging.Logger):  # type: ignore[misc]
    """Gunicorn's log in the format of ours, without request lines."""

    error_fmt = _FORMAT
    datefmt = None

    def setup(self, cfg: object) -> None:
        """Set the log up as gunicorn does, with our filter."""
        super().setup(cfg)
        self.error_log.addFilter(_without_request_line)


def _without_request_line(record: logging.LogRecord) -> bool:
    """Cut what a client sent out of the two messages in which gunicorn quotes it."""
    if str(record.msg).startswith("Invalid request from"):
        record.msg, record.args = "a malformed request was refused", ()
    elif str(record.msg).startswith("Error handling request"):
        record.msg, record.args = "error handling a request", ()
    return True
