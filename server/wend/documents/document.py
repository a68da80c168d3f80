"""Document: a picture with a version, as saved in a file or carried by a link."""

from typing import Literal

from pydantic import ValidationError

from wend.documents.picture import Frozen, Picture
from wend.errors import InvalidMessage

VERSION = 1


class Document(Frozen):
    """What a session shows and a link carries."""

    version: Literal[1] = 1
    picture: Picture


def parse_document(data: object) -> Document:
    """The one gate every foreign document passes. Raises: InvalidMessage.

    Older versions are migrated here; a newer one is refused with its number.
    """
    if isinstance(data, dict) and isinstance(data.get("version"), int) and data["version"] > VERSION:
        raise InvalidMessage(f"it was written by a newer Wend (version {data['version']})", "version")
    try:
        return Document.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InvalidMessage(first["msg"], ".".join(str(p) for p in first["loc"])) from error
