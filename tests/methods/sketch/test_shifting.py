"""Owner of C5: drawings are moved by whole pixels, each its own way, grey comes in, gradients pass."""

import torch

from wend.methods.sketch.shifting import reach, shifted


def test_c5_translation_is_of_whole_pixels_and_grey_comes_in() -> None:
    assert [reach(side) for side in (16, 64, 100, 256)] == [2, 8, 13, 32]
    maps = torch.full((400, 1, 16, 16), -1.0)
    maps[:, 0, 8, 8] = 1.0
    moved = shifted(maps, torch.Generator().manual_seed(0))
    places = (moved[:, 0] == 1.0).nonzero()
    assert len(places) == 400
    off = places[:, 1:] - 8
    # Whole pixels, every one of -2 to 2 both ways, and no two axes or drawings alike.
    assert set(off[:, 0].tolist()) == set(off[:, 1].tolist()) == {-2, -1, 0, 1, 2}
    assert len({(y, x) for y, x in off.tolist()}) == 25
    for one, (dy, dx) in zip(moved[:20, 0], off[:20].tolist(), strict=True):
        kept = torch.zeros(16, 16, dtype=torch.bool)
        kept[max(dy, 0) : 16 + min(dy, 0), max(dx, 0) : 16 + min(dx, 0)] = True
        assert bool((one[~kept] == 0.0).all()), "mid-grey"
        assert bool((one[kept] != 0.0).all())


def test_c5_translation_passes_gradients() -> None:
    maps = torch.zeros(3, 1, 16, 16, requires_grad=True)
    shifted(maps, torch.Generator().manual_seed(1)).sum().backward()
    assert maps.grad is not None
    assert set(maps.grad.unique().tolist()) == {0.0, 1.0}
