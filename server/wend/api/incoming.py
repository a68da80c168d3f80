"""Incoming: one text of the socket becomes one message, or an error that says what is wrong with it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from wend.api import problems
from wend.errors import InvalidMessage, MessageTooLarge, WendError
from wend.protocol.base import Revision, ViewId
from wend.protocol.messages import ClientMessage, Problem

# Strict: "1" is no number and 1.0 no revision. JSON's lists still become tuples.
_ADAPTER: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)


class _Address(BaseModel):
    """View and revision of a message that is otherwise wrong: the page learns what will not be answered."""

    model_config = ConfigDict(extra="ignore", strict=True)

    view: ViewId = 0
    revision: Annotated[Revision | None, Field()] = None


def parse(text: str, limit_bytes: int) -> ClientMessage:
    """Read a message. Raises: MessageTooLarge, InvalidMessage."""
    check_size(text, limit_bytes)
    try:
        return _ADAPTER.validate_json(text, strict=True)
    except ValidationError as error:
        raise problems.invalid_message(error) from error


def check_size(text: str, limit_bytes: int) -> None:
    """Raises: MessageTooLarge. Characters are counted first: there are never fewer bytes."""
    if len(text) > limit_bytes or len(text.encode("utf-8", "surrogatepass")) > limit_bytes:
        raise MessageTooLarge(limit_bytes)


def refusal(text: str, error: WendError) -> Problem:
    """The answer to a text that was refused, with the revision it had, if that can be read."""
    if isinstance(error, InvalidMessage):
        try:
            address = _Address.model_validate_json(text)
        except ValidationError:
            return problems.message(error)
        if address.revision is not None:
            return problems.message(error, address.view, address.revision)
    return problems.message(error)
