"""Plain words: what an error is called at a terminal, where nobody has sent a message or asked a route."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

import typer

from wend.errors import (
    FormatRefused,
    InvalidMessage,
    InvalidParams,
    InvalidPicture,
    InvalidSetting,
    WendError,
)

T = TypeVar("T")

STANDARD_STREAM = "-"

_HINTS: dict[type[WendError], str] = {
    InvalidMessage: "Nothing was changed.",
    InvalidParams: "The command's --help lists its options with their bounds and units.",
    InvalidPicture: "`wend models show MODEL` tells what a model has.",
    InvalidSetting: "The command's --help lists its options.",
}
_SAVE_AGAIN = "Save it again from the page (Timeline, Export, Save document)."


def in_plain_words(error: WendError) -> tuple[str, str]:
    """Sentence and hint of an error for somebody who typed a command."""
    sentence = error.sentence
    if isinstance(error, FormatRefused) and error.values.get("why") == "it is not there":
        return f"There is no file {error.values['file']}.", "Check its name and folder."
    if isinstance(error, InvalidParams):
        what = "argument" if str(error.values["field"]).isupper() else "option"
        sentence = sentence.replace("The parameter", f"The {what}", 1)
    return sentence, _HINTS.get(type(error), error.hint)


def tell_and_exit(sentence: str, hint: str) -> NoReturn:
    """To standard error, then out with code 1. Raises: Exit."""
    print(f"{sentence}\n{hint}", file=sys.stderr)
    raise typer.Exit(1)


def read_document(name: str, limit_bytes: int, parse: Callable[[bytes], T]) -> T:
    """What `parse` makes of a file of at most `limit_bytes`, or of standard input for '-'.

    Raises: Exit, after a sentence on what is wrong with it.
    """
    data = _read(name, limit_bytes)
    try:
        return parse(data)
    except InvalidMessage as error:
        if not _is_json(data):
            tell_and_exit(f"{name} cannot be read: it is not the JSON of a document.", _SAVE_AGAIN)
        why, where = str(error.values["why"]), str(error.values["where"])
        if "newer Wend" in why:
            tell_and_exit(f"{name} cannot be read: {why}.", "Update Wend, or save it with this version.")
        what = "a part of it is missing" if why == "Field required" else why.lower()
        tell_and_exit(f"{name} cannot be read: {what}, at {where or 'its start'}.", _SAVE_AGAIN)


def _read(name: str, limit_bytes: int) -> bytes:
    if name == STANDARD_STREAM:
        data = sys.stdin.buffer.read(limit_bytes + 1)
    else:
        try:
            with Path(name).open("rb") as file:
                data = file.read(limit_bytes + 1)
        except OSError as error:
            tell_and_exit(f"{name} cannot be read: {_say(error)}.", "Check its name and folder.")
    if len(data) > limit_bytes:
        tell_and_exit(
            f"{name} is too large for a document: over {limit_bytes} bytes.",
            "WEND_MAX_BODY_BYTES sets how much is read.",
        )
    return data


def _say(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True
