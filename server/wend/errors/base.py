"""Base of the tree of errors."""

from typing import ClassVar


class WendError(Exception):
    """Base of the tree. `str(error)` is the sentence."""

    code: ClassVar[str] = "wend_error"
    hint: ClassVar[str] = "Try again; if it happens again, look at the server's log."

    def __init__(self, sentence: str, **values: str | float | None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values
