"""How many of a status there are, in words that agree with the number."""

from flask_babel import ngettext


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


def load_words(booked: int, free: int) -> str:
    """Return what a doctor's days hold: "9 booked · 75 free"."""
    return f"{counted('booked', booked)} · {counted('free', free)}"
