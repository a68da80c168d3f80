"""Checkpoints: nested states come back as they were, damaged files are refused."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from wend.errors import CheckpointInvalid
from wend.optim.checkpoint import load_checkpoint, save_checkpoint


def test_nested_state_round_trip(tmp_path: Path) -> None:
    shared = torch.arange(6.0).reshape(2, 3)
    state: dict[str, object] = {
        "tensor": shared,
        "alias": shared,
        "nested": {0: {"exp_avg": torch.ones(2, dtype=torch.bfloat16)}, 1: {"step": 3}},
        "pair": (0.0, 0.99),
        "list": [1, "two", None, True],
        "empty": torch.zeros(0),
    }
    save_checkpoint(tmp_path / "c.safetensors", state)
    back = load_checkpoint(tmp_path / "c.safetensors")
    assert torch.equal(back["tensor"], shared)  # type: ignore[arg-type]  # states are untyped trees
    assert torch.equal(back["alias"], shared)  # type: ignore[arg-type]  # states are untyped trees
    assert back["nested"][0]["exp_avg"].dtype == torch.bfloat16  # type: ignore[index]  # untyped tree
    assert back["nested"][1] == {"step": 3}  # type: ignore[index]  # untyped tree
    assert back["pair"] == (0.0, 0.99)
    assert back["list"] == [1, "two", None, True]
    assert not list(tmp_path.glob("*.partial"))


def test_adam_state_round_trip(tmp_path: Path) -> None:
    weight = torch.nn.Parameter(torch.ones(3))
    optimizer = torch.optim.Adam([weight], lr=0.1)
    weight.square().sum().backward()
    optimizer.step()
    save_checkpoint(tmp_path / "c.safetensors", {"optimizer": optimizer.state_dict()})
    other = torch.optim.Adam([torch.nn.Parameter(torch.ones(3))], lr=0.5)
    state = load_checkpoint(tmp_path / "c.safetensors")["optimizer"]
    other.load_state_dict(state)  # type: ignore[arg-type]  # states are untyped trees
    assert other.param_groups[0]["lr"] == 0.1
    assert torch.equal(
        other.state_dict()["state"][0]["exp_avg"], optimizer.state_dict()["state"][0]["exp_avg"]
    )


def test_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"state\.thing is a PosixPath"):
        save_checkpoint(tmp_path / "c.safetensors", {"thing": tmp_path})


@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff" * 64])
def test_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointInvalid):
        load_checkpoint(path)


_REPLACE = """
import itertools, pathlib, sys, time
path, *others = map(pathlib.Path, sys.argv[1:])
partial = path.with_suffix(".partial")
for content in itertools.cycle([other.read_bytes() for other in others]):
    partial.write_bytes(content)
    partial.replace(path)
    time.sleep(0.003)
"""


def test_one_that_is_replaced_while_it_is_read_is_never_half_of_two(tmp_path: Path) -> None:
    path, others = tmp_path / "c.safetensors", [tmp_path / f"{number}" for number in range(1, 9)]
    for number, other in enumerate(others, 1):
        save_checkpoint(other, {"number": number, "rows": torch.full((512 * number,), float(number))})
    path.write_bytes(others[0].read_bytes())
    with subprocess.Popen([sys.executable, "-c", _REPLACE, path, *others]) as writer:
        try:
            changes, last = 0, 1
            while changes < 100:
                state = load_checkpoint(path)
                now, rows = state["number"], state["rows"]
                assert isinstance(now, int)
                assert torch.equal(torch.as_tensor(rows), torch.full((512 * now,), float(now)))
                changes, last = changes + (now != last), now
        finally:
            writer.kill()
