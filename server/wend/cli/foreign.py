"""Foreign files: the sandbox of a command, with the limits of the settings."""

from dataclasses import replace

from wend.formats.limits import DEFAULT_LIMITS
from wend.formats.sandbox import Sandbox
from wend.settings import Settings


def open_sandbox(settings: Settings) -> Sandbox:
    """To be closed by whoever opens it."""
    return Sandbox(replace(DEFAULT_LIMITS, file_bytes=settings.max_weights_bytes))
