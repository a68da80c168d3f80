"""A command of `wend` as a user gives it, in this process: what it says, and how it ends."""

from dataclasses import dataclass

import pytest

from wend.cli import run


@dataclass(frozen=True)
class Ended:
    """Its exit status, and what it wrote."""

    status: int
    stdout: str
    stderr: str


def wend(capsys: pytest.CaptureFixture[str], *words: str) -> Ended:
    """Run it to its end. What it does not tell as an exit is raised here, as a user would see its stack."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        run(words)
    out, err = capsys.readouterr()
    assert isinstance(ended.value.code, int | None)
    return Ended(ended.value.code or 0, out, err)
