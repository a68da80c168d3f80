"""The bank of samples: whoever asks, every sample is what its own seed draws."""

from pathlib import Path

import torch

from tests.methods.sketch.toys import small_bench
from tests.methods.steer_bench import CPU
from wend.measure.slices import finish
from wend.methods.drawing_board.map_bank import MapBank
from wend.methods.sketch.extractor import open_extractor

COUNT = 12


@torch.no_grad()
def test_two_who_take_turns_bring_every_sample_once(tmp_path: Path) -> None:
    bench = small_bench(tmp_path)
    generator = bench.shelf.store.load("small", CPU)
    extractor = open_extractor("edges", bench, "small")
    alone, shared = (MapBank(extractor, COUNT) for _ in range(2))
    finish(alone.grow(generator))
    one, other = shared.grow(generator), shared.grow(generator)
    while not shared.is_whole:
        next(one, None)
        next(other, None)
    finish(shared.grow(generator))
    assert (len(shared), shared.usual, shared.width) == (COUNT, alone.usual, alone.width)
    for place in range(COUNT):
        assert torch.equal(shared.picture(place), alone.picture(place))
        assert torch.equal(shared.map(place), alone.map(place))
    assert not torch.equal(alone.picture(0), alone.picture(4)), "or nothing was shown"
