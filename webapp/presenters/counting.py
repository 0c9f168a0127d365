"""How many of a status there are, in words that agree with the number."""

from collections.abc import Mapping

from flask_babel import ngettext

_ALWAYS = ("booked", "open")
_ORDER = ("booked", "arrived", "completed", "missed", "open")


def counted(status: str, number: int, said: str = "") -> str:
    """Return "9 booked"; `said`: the number in another dress, such as "<strong>9</strong>"."""
    shown = said or number
    match status:
        case "booked":
            return ngettext("%(number)s booked", "%(number)s booked", number, number=shown)
        case "arrived":
            return ngettext("%(number)s arrived", "%(number)s arrived", number, number=shown)
        case "completed":
            return ngettext("%(number)s completed", "%(number)s completed", number, number=shown)
        case "missed":
            return ngettext("%(number)s missed", "%(number)s missed", number, number=shown)
        case "cancelled":
            return ngettext("%(number)s cancelled", "%(number)s cancelled", number, number=shown)
    return ngettext("%(number)s free", "%(number)s free", number, number=shown)


def standing_words(counts: Mapping[str, int]) -> list[str]:
    """Return where the times of some days stand: "9 booked", "3 completed", "75 free"."""
    named = [status for status in _ORDER if counts.get(status) or status in _ALWAYS]
    return [counted(status, counts.get(status, 0)) for status in named]
