"""Ids that a form carries along."""

from collections.abc import Sequence

from wtforms import Field
from wtforms.widgets import HiddenInput

from domain.ids import Id, parse_id


class IdsField(Field):  # type: ignore[misc]
    """Any number of ids: pages send them as one field, programs also as a field for each.

    A form may have few fields, and a series or a fortnight may have hundreds of appointments.
    """

    widget = HiddenInput()
    data: Sequence[str] = ()

    def process_formdata(self, sent: list[str]) -> None:
        """Take the ids apart, at spaces and commas."""
        self.data = " ".join(sent).replace(",", " ").split()

    @property
    def ids(self) -> list[Id]:
        """The ids.

        Raises:
            NotFound: one of them is malformed.
        """
        return [parse_id(one) for one in self.data or ()]
