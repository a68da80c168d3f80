"""Owner of C6: large pictures are drawn at 256 px, and drawings get the blur that comes of it."""

import torch
from torch import Tensor

from wend.methods.sketch.resolution import as_seen, halvings, seen_small


def test_c6_a_large_picture_is_drawn_at_256() -> None:
    assert [halvings(side) for side in (64, 256, 512, 1024)] == [0, 0, 1, 2]
    seen: list[int] = []

    def look(images: Tensor) -> Tensor:
        seen.append(images.shape[-1])
        return images[:, :1]

    images = torch.rand(1, 3, 1024, 1024, generator=torch.Generator().manual_seed(0))
    maps = seen_small(images, look)
    assert (seen, tuple(maps.shape)) == ([256], (1, 1, 1024, 1024))
    # Both sides are equally blurred: what a network says that says what it sees is the drawing's own way.
    assert torch.equal(maps, as_seen(images[:, :1]))
    small = images[:, :, :64, :64]
    assert torch.equal(as_seen(small), small)
