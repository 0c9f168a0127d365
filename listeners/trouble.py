"""Putting trouble in a log without names."""

import traceback


def described(error: BaseException) -> str:
    """Return an error's class and where it arose; its own words may hold names and addresses."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
    return f"{type(error).__name__} at {places or 'an unknown place'}"
