"""Whether the keys that are set are those that this database was written with."""

from beanie import Document

from domain.sealing import ENCODERS, Confidential


class KeyMark(Document):
    """One sealed word: who can open it can open everything else."""

    id: str = "mark"  # type: ignore[assignment]
    word: Confidential

    class Settings:
        """Where the mark is kept."""

        name = "key_marks"
        bson_encoders = ENCODERS
        indexes = ()
