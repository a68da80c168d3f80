"""A file that would run a command is refused, wherever the command hides, and nothing runs."""

from pathlib import Path

import pytest

from tests.formats.foreign_pickle import dumps
from tests.formats.traps import command, run_plainly, traps
from wend.errors import FormatRefused, FormatUnsafe
from wend.formats.sandbox import Sandbox

NAMES = tuple(traps(Path("marker")))


def test_the_command_is_real(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    run_plainly(dumps([command(marker)]))
    assert marker.exists()


@pytest.mark.parametrize("trap", NAMES)
def test_a_trap_is_refused_and_nothing_runs(trap: str, tmp_path: Path, sandbox: Sandbox) -> None:
    marker, path = tmp_path / "marker", tmp_path / "stranger.pt"
    path.write_bytes(traps(marker)[trap])
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FormatUnsafe) as refused, sandbox.read(path):
        pass
    assert refused.value.values["file"] == "stranger.pt"
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("trap", ["plain", "in a torch zip", "nested in a storage", "in a state"])
def test_what_was_asked_for_is_named(trap: str, tmp_path: Path, sandbox: Sandbox) -> None:
    path = tmp_path / "stranger.pt"
    path.write_bytes(traps(tmp_path / "marker")[trap])
    with pytest.raises(FormatRefused, match=r"posix\.system"), sandbox.read(path):
        pass
