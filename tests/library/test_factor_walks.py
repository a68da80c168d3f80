"""Factors on the shelf: written and read again with their curves, bound to them, refused where damaged."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load, save

from wend.errors import WeightsInvalid
from wend.latents.factor import KNOTS, FactorWalk, MonotoneCurve
from wend.library.factor_record import Factor
from wend.library.shelf import has_width
from wend.library.walk_file import pack_family, read_family, unpack_family, write_family
from wend.library.walk_record import WalkFamily, WalkRecord

HASH = "ab" * 32


def _record(offset: float = 0.25, seed: int = 0) -> WalkRecord:
    rng = torch.Generator().manual_seed(seed)
    curve = MonotoneCurve(torch.rand(KNOTS, generator=rng), offset)
    walk = FactorWalk.in_z(torch.randn(6, generator=rng), curve, (-2.5, 2.0))
    return WalkRecord(
        id="factor-shift-x-012345/x",
        title="Position x",
        method="factor",
        space="z",
        unit="of width",
        layers=(0, 1),
        low=-0.3,
        high=0.4,
        psi=1.0,
        strength=0.1,
        generator_hash=HASH,
        vector=torch.zeros(0),
        unit_length=0.0,
        factor=Factor(walk, "shift_x", "measured", 0.02, 180, 20, "head_x"),
    )


def test_f22_the_curve_is_saved_with_the_direction_and_what_anchors_it(tmp_path: Path) -> None:
    record = _record()
    write_family(tmp_path / "factor-shift-x-012345.safetensors", WalkFamily(HASH, (record,)))
    (read,) = read_family(tmp_path / "factor-shift-x-012345.safetensors").records
    assert read.digest == record.digest
    assert read.factor is not None
    assert record.factor is not None
    z = torch.randn(4, 6)
    assert torch.equal(read.walk.apply(z, 0.1), record.walk.apply(z, 0.1))
    assert torch.equal(read.factor.walk.value(z), record.factor.walk.value(z))
    for name in ("edit", "anchor", "rms", "kept", "rejected", "attribute", "low", "high"):
        assert getattr(read.factor, name) == getattr(record.factor, name)
    assert read.factor.walk.seen == (-2.5, 2.0)
    assert not read.is_linear
    low, high = record.factor.walk.reach
    assert read.furthest == pytest.approx(high - low)
    assert has_width(read, 6, 1)
    assert not has_width(read, 7, 1)


def test_another_curve_or_offset_has_another_digest() -> None:
    assert len({_record().digest, _record(offset=0.5).digest, _record(seed=1).digest}) == 3


@pytest.mark.parametrize(
    ("name", "damaged"),
    [
        ("slopes", torch.ones(KNOTS - 1)),
        ("slopes", torch.full((KNOTS,), -1.0)),
        ("slopes", torch.zeros(KNOTS)),
        ("move", torch.zeros(6)),
        ("read", torch.ones(7)),
        ("other", torch.ones(6)),
        ("slopes", torch.cat([torch.ones(9), torch.zeros(KNOTS - 18), torch.ones(9)])),
    ],
    ids=["too few", "falling", "flat", "no move", "another width", "a stranger", "flat where pictures are"],
)
def test_damaged_factors_are_refused(name: str, damaged: torch.Tensor) -> None:
    data = pack_family(WalkFamily(HASH, (_record(),)))
    size = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + size])["__metadata__"]
    with pytest.raises(WeightsInvalid):
        unpack_family(save({**load(data), f"0.{name}": damaged}, metadata), "a file")


def test_a_factor_that_throws_latents_away_is_refused() -> None:
    data = pack_family(WalkFamily(HASH, (_record(),)))
    size = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + size])["__metadata__"]
    tensors = load(data)
    # Their product is 1 still.
    far = {"0.read": tensors["0.read"] * 1e-20, "0.move": tensors["0.move"] * 1e20}
    with pytest.raises(WeightsInvalid, match="standard deviation"):
        unpack_family(save({**tensors, **far}, metadata), "a file")
