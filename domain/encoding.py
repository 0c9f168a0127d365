"""How documents and values are stored, without the queries that Beanie builds around them."""

from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from beanie import Document, PydanticObjectId
from beanie.odm.utils.encoder import Encoder

_AS_STORED = {bool, int, float, str, type(None), datetime, PydanticObjectId}


def stored_form(document: Document) -> dict[str, Any]:
    """Return what is stored of a document."""
    kind: Any = type(document)
    names = _stored_names(kind)
    return {names[name]: encoded(kind, value) for name, value in document if name in names}


@cache
def _stored_names(kind: type[Any]) -> dict[str, str]:
    """Return under which name each field of a class of documents is stored."""
    fields = kind.model_fields.items()
    return {name: field.alias or name for name, field in fields if name != "revision_id"}


def encoded(document: type[Document], value: Any) -> Any:
    """Return how a value in a filter, a change or a document of a class is stored."""
    kind = type(value)
    if kind in _AS_STORED:
        return value
    if isinstance(value, Enum):
        return value.value
    if kind is dict:
        return {key: encoded(document, one) for key, one in value.items()}
    if kind is list:
        return [one if type(one) in _AS_STORED else encoded(document, one) for one in value]
    return Encoder(custom_encoders=document.get_settings().bson_encoders).encode(value)
