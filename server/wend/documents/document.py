"""Document: a picture and a timeline with a version, as saved in a file or carried by a link."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

from wend.documents.controls import MAX_CONTROLS, Control
from wend.documents.picture import Frozen, Picture
from wend.documents.timeline import Timeline
from wend.errors import InvalidMessage

VERSION = 4


def _newest(version: object) -> object:
    """Pictures of version 2 had no mixed rows and no locks, documents of version 3 no controls; they say the
    same in version 4."""
    return VERSION if version in (2, 3) else version


class Document(Frozen):
    """What a session shows and a link carries. timeline: None before the first keyframe. controls: what of a
    controller moves which slider; they change no picture."""

    version: Annotated[Literal[4], BeforeValidator(_newest)] = 4
    picture: Picture
    timeline: Timeline | None = None
    controls: Annotated[tuple[Control, ...], Field(max_length=MAX_CONTROLS)] = ()

    @model_validator(mode="after")
    def _one_control_a_slider(self) -> Self:
        sliders = [control.slider for control in self.controls]
        if len(set(sliders)) < len(sliders):
            raise ValueError("controls move a slider twice")
        return self


class _First(Frozen):
    """A document of version 1: a picture alone."""

    version: Literal[1]
    picture: Picture


class _Versioned(BaseModel):
    """What tells a document from a bare picture, and its version."""

    version: int


def parse_document(text: str | bytes) -> Document:
    """The one gate every foreign document passes, from its JSON. Raises: InvalidMessage.

    Older versions are migrated here; a newer one is refused with its number.
    """
    try:
        version = _Versioned.model_validate_json(text, strict=True).version
        if version > VERSION:
            raise InvalidMessage(f"it was written by a newer Wend (version {version})", "version")
        if version == 1:
            return Document(picture=_First.model_validate_json(text, strict=True).picture)
        return Document.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise _explained(error) from error


def parse_picture(text: str | bytes) -> Picture:
    """A picture, bare or inside a document, from its JSON. Raises: InvalidMessage."""
    try:
        _Versioned.model_validate_json(text, strict=True)
    except ValidationError:
        try:
            return Picture.model_validate_json(text, strict=True)
        except ValidationError as error:
            raise _explained(error) from error
    return parse_document(text).picture


def _explained(error: ValidationError) -> InvalidMessage:
    first = error.errors(include_url=False, include_input=False)[0]
    return InvalidMessage(first["msg"], ".".join(str(part) for part in first["loc"]))
