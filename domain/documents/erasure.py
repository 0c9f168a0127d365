"""A person who was erased, by id alone, and whether traces are still to be removed."""

from datetime import datetime

from domain.documents.stored import Stored
from domain.indexes import ascending


class Erasure(Stored):
    """`id` is the person's. `open` while events and messages still hold what was theirs."""

    erased_at: datetime
    open: bool = True

    class Settings:
        """Where erasures are noted."""

        name = "erasures"
        indexes = [ascending("open", "erased_at", name="erasures_open", where={"open": True})]
