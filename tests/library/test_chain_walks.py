"""Chains on the shelf: written and read again as they were, bound to their frames, refused where damaged."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load, save

from wend.errors import WeightsInvalid
from wend.latents.chain import ChainWalk
from wend.library.shelf import has_width
from wend.library.walk_file import pack_family, read_family, unpack_family, write_family
from wend.library.walk_record import WalkFamily, WalkRecord

HASH = "ab" * 32


def _record(frames: int = 3) -> WalkRecord:
    rng = torch.Generator().manual_seed(0)
    return WalkRecord(
        id="manifold-012345/1",
        title="Mouth, 3 frames",
        method="manifold",
        space="w",
        unit="frames",
        layers=(1, 4),
        low=0.0,
        high=float(frames),
        psi=0.8,
        strength=0.1,
        generator_hash=HASH,
        vector=torch.zeros(0),
        unit_length=0.0,
        chain=ChainWalk(torch.randn(frames, 5, 6, generator=rng), (1, 4)),
    )


def test_a_chain_comes_back_as_it_was(tmp_path: Path) -> None:
    record = _record()
    write_family(tmp_path / "manifold-012345.safetensors", WalkFamily(HASH, (record,)))
    (read,) = read_family(tmp_path / "manifold-012345.safetensors").records
    assert read.digest == record.digest
    assert isinstance(read.walk, ChainWalk)
    assert record.chain is not None
    assert torch.equal(read.walk.displacements, record.chain.displacements)
    assert read.walk.layers == (1, 4)
    assert read.furthest == 3.0
    assert not read.is_linear
    assert has_width(read, 6, 5)
    assert not has_width(read, 6, 4)
    assert not has_width(read, 7, 5)


def test_other_frames_have_another_digest() -> None:
    assert _record().digest != _record(4).digest


def test_a_file_without_chains_says_nothing_of_them() -> None:
    """So that a version that knows of none can read it."""
    line = WalkRecord(
        **{
            **{name: getattr(_record(), name) for name in ("title", "method", "space", "unit", "layers")},
            "id": "a/1", "low": -1.0, "high": 1.0, "psi": 1.0, "strength": 0.0, "generator_hash": HASH,
            "vector": torch.eye(6)[0], "unit_length": 1.0,
        }
    )  # fmt: skip
    assert b"chain" not in pack_family(WalkFamily(HASH, (line,)))
    assert line.is_linear


@pytest.mark.parametrize(
    "damaged",
    [torch.zeros(2, 5, 6), torch.zeros(3, 30), torch.full((3, 5, 6), torch.nan)],
    ids=["too few frames", "no rows", "no numbers"],
)
def test_damaged_chains_are_refused(damaged: torch.Tensor) -> None:
    data = pack_family(WalkFamily(HASH, (_record(),)))
    size = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + size])["__metadata__"]
    assert set(load(data)) == {"0.displacements"}
    with pytest.raises(WeightsInvalid):
        unpack_family(save({"0.displacements": damaged}, metadata), "a file")
