"""A foreign file that is not opened, and why; its name is the file's own, never a path."""

from wend.errors.base import WendError


class FormatRefused(WendError):
    """A foreign file that is not opened. `file` and `why` are among the values of every one of them."""

    code = "format_refused"
    hint = "Nothing was kept of it. `wend models inspect FILE` says what is in a file without importing it."

    opening = "was refused"

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"The file {file} {self.opening}: {why}.", file=file, why=why)


class FormatUnsafe(FormatRefused):
    """A file that asks for a name outside the short list of those that only describe tensors."""

    code = "format_unsafe"
    hint = (
        "Nothing of it was run. If you trust where it comes from, save its state_dict as safetensors there."
    )


class FormatDamaged(FormatRefused):
    """A file that is cut short, altered, or says of itself what is not so."""

    code = "format_damaged"
    hint = "Download or copy it again, and compare its size and hash with those its maker states."


class FormatTooLarge(FormatRefused):
    """A file that would take more bytes, memory, time or nesting than is allowed."""

    code = "format_too_large"
    hint = "If it is what it should be, raise the limit: the setting max_weights_bytes."


class FormatReaderDied(FormatDamaged):
    """A file whose reading ended in a way that no file should be able to cause."""

    code = "format_reader_died"
    hint = "Nothing of it was kept. Please report the file: this should not be possible."


class FormatUnknown(FormatRefused):
    """A file in which nothing that draws was recognised."""

    code = "format_unknown"
    hint = "docs/formats.md lists the checkpoints that open."


class FormatAmbiguous(FormatRefused):
    """A file that may mean two things, and does not say which."""

    code = "format_ambiguous"
    hint = "Say which."
    opening = "leaves a question open"


class FormatSpaceUnknown(FormatAmbiguous):
    """Numbers that may lie in z or in w."""

    code = "format_space_unknown"
    hint = "Say which: --space z or w."


class FormatAxisUnknown(FormatAmbiguous):
    """A square of numbers whose directions may be its rows or its columns."""

    code = "format_axis_unknown"
    hint = "Say which: --axis rows or columns."


class FormatUnsupported(FormatRefused):
    """A file whose kind is known, with something in it that these networks do not do."""

    code = "format_unsupported"
    hint = "docs/formats.md lists the checkpoints that open, and converters for some others."
