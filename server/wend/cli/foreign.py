"""Foreign files: the sandbox of a command, with the limits of the settings, and what people say of a file."""

from dataclasses import replace

import typer

from wend.formats.directions import Axis, Space
from wend.formats.limits import DEFAULT_LIMITS
from wend.formats.sandbox import Sandbox
from wend.settings import Settings


def open_sandbox(settings: Settings) -> Sandbox:
    """To be closed by whoever opens it."""
    return Sandbox(replace(DEFAULT_LIMITS, file_bytes=settings.max_weights_bytes))


def space_of(text: str | None) -> Space | None:
    """What --space says. Raises: BadParameter."""
    match text:
        case None | "z" | "w":
            return text
        case _:
            raise typer.BadParameter(f"{text!r} is neither z nor w", param_hint="--space")


def axis_of(text: str | None) -> Axis | None:
    """What --axis says. Raises: BadParameter."""
    match text:
        case None | "rows" | "columns":
            return text
        case _:
            raise typer.BadParameter(f"{text!r} is neither rows nor columns", param_hint="--axis")


def guesses_of(texts: list[str] | None) -> dict[str, str]:
    """What --guess says, NAME=VALUE each. Raises: BadParameter."""
    found: dict[str, str] = {}
    for text in texts or ():
        name, is_said, value = text.partition("=")
        if not is_said:
            raise typer.BadParameter(f"{text!r} is no NAME=VALUE", param_hint="--guess")
        found[name.strip()] = value.strip()
    return found
