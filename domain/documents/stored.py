"""What all stored documents share."""

from typing import ClassVar

from beanie import Document
from pydantic import Field

from domain.ids import Id, new_id


class Stored(Document):
    """A document whose identifier is known before it is stored."""

    # A thousand of them are far below the 16 MB of one answer, so that none need ask for a second.
    is_small: ClassVar[bool] = False

    id: Id = Field(default_factory=new_id)
