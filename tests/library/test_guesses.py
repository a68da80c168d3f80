"""Guesses: who knows a setting that a file lacks says it, and gets another model of the same file."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import typer

from tests.formats.conftest import SMALL as LIMITS
from wend.cli.foreign import guesses_of
from wend.errors import FormatDamaged, InvalidSetting
from wend.formats.sandbox import Sandbox
from wend.library.imports import import_file


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as found:
        yield found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A DCGAN whose last kernel is of 1 px: 8 px without padding, 4 px with 2."""
    state = {"main.0.weight": torch.ones(3, 4, 4, 4), "main.3.weight": torch.ones(4, 4, 4, 4)}
    for layer in ("main.1", "main.4"):
        state |= {
            f"{layer}.{part}": torch.ones(4) for part in ("weight", "bias", "running_mean", "running_var")
        }
    file = io.BytesIO()
    torch.save({**state, "main.6.weight": torch.ones(4, 1, 1, 1)}, file)
    path = tmp_path / "mine.pth"
    path.write_bytes(file.getvalue())
    return path


def test_a_guess_is_corrected(path: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    guessed = import_file(sandbox, path, tmp_path / "models")
    known = import_file(sandbox, path, tmp_path / "models", said={"last_padding": "0"})
    assert (guessed.card.resolution, known.card.resolution) == (4, 8)
    assert known.card.id == "mine-2"
    assert known.card.source is not None
    assert known.card.source.notes[-1] == "last_padding is 0, as was said; 2 was guessed"


def test_what_was_told_is_not_taken_for_the_guess(path: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    known = import_file(sandbox, path, tmp_path / "models", said={"last_padding": "0"})
    guessed = import_file(sandbox, path, tmp_path / "models")
    assert (known.card.resolution, guessed.card.resolution) == (8, 4)
    again = import_file(sandbox, path, tmp_path / "models", said={"last_padding": "0"})
    assert again.card.id == known.card.id


def test_what_is_no_guess_stays(path: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="'widths' is in the file; guessed was last_padding"):
        import_file(sandbox, path, tmp_path / "models", said={"widths": "4"})
    with pytest.raises(InvalidSetting, match="is a number, not 'much'"):
        import_file(sandbox, path, tmp_path / "models", said={"last_padding": "much"})
    with pytest.raises(FormatDamaged, match="padding 7"):
        import_file(sandbox, path, tmp_path / "models", said={"last_padding": "7"})


def test_how_it_is_typed() -> None:
    assert guesses_of(["last_padding = 0", "slope=0.2"]) == {"last_padding": "0", "slope": "0.2"}
    with pytest.raises(typer.BadParameter):
        guesses_of(["last_padding"])
