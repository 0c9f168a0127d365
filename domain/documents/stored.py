"""What all stored documents share."""

from beanie import Document
from pydantic import Field

from domain.ids import Id, new_id


class Stored(Document):
    """A document whose identifier is known before it is stored."""

    id: Id = Field(default_factory=new_id)
