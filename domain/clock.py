"""The one place that asks what time it is."""

from datetime import UTC, datetime, timedelta

RESOLUTION = timedelta(milliseconds=1)


def now() -> datetime:
    """Return this moment as aware UTC, cut to milliseconds as MongoDB stores it."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
