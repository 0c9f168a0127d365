"""What stands around every page: the same for all pages of a kind that somebody opens."""

from dataclasses import dataclass

from flask import g, request

from domain import clinic
from domain.clinic import Clinic
from domain.documents import User
from webapp.presenters.reader import Reader, reader


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What head and footer say: of which practice, and in whose words."""

    clinic: Clinic
    reader: Reader
    is_signed_in: bool

    @property
    def key(self) -> tuple[object, ...] | None:
        """All that they say, but for a token; None where more is said.

        The way back to an address that opens with a token, which is never kept, is such a thing.
        """
        if request.view_args and request.view_args.get("token"):
            return None
        return (self.clinic, *self.reader.key, self.is_signed_in)


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the navigation says: whose page it is, and which kind of page by its `endpoint`."""

    user: User | None
    endpoint: str | None

    @property
    def key(self) -> tuple[object, ...]:
        """All that it says, but for a token."""
        who = (self.user.role, self.user.name) if self.user else ()
        return (reader().language, self.endpoint, *who)


def frame() -> Frame:
    """Return what stands around the page that this request asks for."""
    is_signed_in = g.get("user") is not None
    return Frame(clinic=clinic.current(), reader=reader(), is_signed_in=is_signed_in)


def header() -> Header:
    """Return what leads on from it."""
    return Header(user=g.get("user"), endpoint=request.endpoint)
