"""Single: float32 on devices of one kind in place of float64, everywhere else nothing changes.

There is no Apple device here: `meta`, which computes nothing, and the CPU stand for one.
"""

import numpy as np
import torch

from wend.generators.single import Single, make_do
from wend.latents.factor import FactorWalk, MonotoneCurve

META = torch.device("meta")


def test_what_is_asked_for_in_float64_there_is_float32() -> None:
    wide = torch.ones(2, dtype=torch.float64)
    with Single("meta"):
        there = torch.ones(2, device=META)
        made = (
            there.double(),
            there.to(torch.float64),
            there.to(dtype=torch.float64),
            there.to(META, torch.float64),
            there.sum(dtype=torch.float64),
            wide.to(META),
            wide.to(device="meta"),
            wide.to(there),
            torch.zeros(2, dtype=torch.float64, device="meta"),
            torch.as_tensor(np.ones(2), device=META),
            torch.tensor([1.0, 2.0], dtype=torch.float64, device=META),
        )
        assert all((one.dtype, one.device) == (torch.float32, META) for one in made)
        assert torch.arange(2, device=META).dtype == torch.int64
        # The CPU keeps it.
        assert wide.double().dtype == torch.ones(2).double().dtype == torch.float64
        assert torch.as_tensor(np.ones(2)).dtype == torch.zeros(2, dtype=torch.float64).dtype == torch.float64
        assert wide.sum(dtype=torch.float64).dtype == torch.float64
    assert torch.ones(2, device=META).double().dtype == torch.float64


def test_a_factor_moves_as_far_in_float32() -> None:
    rng = torch.Generator().manual_seed(0)
    move = torch.randn(5, generator=rng)
    read, curve = move / move.square().sum(), MonotoneCurve.identity()
    walk = FactorWalk(read, move, torch.zeros(5), curve, "w", (0, 3), (-3.0, 3.0))
    ws = torch.randn(2, 3, 5, generator=rng)
    wanted = walk.apply(ws, 0.7)
    with Single("cpu"):
        assert torch.ones(1).double().dtype == torch.float32
        assert torch.allclose(walk.apply(ws, 0.7), wanted, atol=1e-5)


def test_other_devices_are_left_alone() -> None:
    make_do(torch.device("cpu"))
    assert torch.ones(1).double().dtype == torch.float64
