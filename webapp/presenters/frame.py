"""What stands around every page: the same for all pages of a kind that somebody opens."""

from dataclasses import dataclass

from flask import g, request

from domain import clinic
from domain.clinic import Clinic
from domain.documents import User
from webapp.presenters.reader import Reader, reader


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Whose page it is, of which practice, and in whose words; `endpoint` names its kind."""

    clinic: Clinic
    reader: Reader
    user: User | None
    endpoint: str | None

    @property
    def key(self) -> tuple[object, ...] | None:
        """All that a page's head, header and footer say, but for its token; None where more is.

        The way back to an address that opens with a token, which is never kept, is such a thing.
        """
        if request.view_args and request.view_args.get("token"):
            return None
        user = self.user
        who = (user.role, user.name) if user else ()
        return (self.clinic, *self.reader.key, self.endpoint, *who)


def frame() -> Frame:
    """Return what stands around the page that this request asks for."""
    return Frame(
        clinic=clinic.current(),
        reader=reader(),
        user=g.get("user"),
        endpoint=request.endpoint,
    )
