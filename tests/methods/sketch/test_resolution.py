"""Owner of C6: large pictures are drawn at 256 px, and drawings get the blur that comes of it."""

import torch
import torch.nn.functional as F
from torch import Tensor

from tests.methods.steer_bench import CPU
from wend.methods.sketch.fitted import middle, square_of_labels
from wend.methods.sketch.map_spec import MapSpec
from wend.methods.sketch.pose_maps import PoseMaps
from wend.methods.sketch.resolution import as_seen, halvings, seen_small
from wend.perception.sizes import resize


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


def test_c6_points_are_looked_for_at_256_too() -> None:
    seen: list[int] = []

    def locate(images: Tensor) -> Tensor:
        seen.append(images.shape[-1])
        return torch.full((len(images), 1, 2), 0.5)

    pose = PoseMaps(locate, ("head",), MapSpec(512, "pose", "Pose", CPU))
    assert tuple(pose.maps(torch.zeros(1, 3, 512, 512)).shape) == (1, 3, 512, 512)
    assert seen == [256]


def test_shares_of_labels_are_those_of_all_labels_at_once() -> None:
    labels = torch.randint(0, 5, (90, 120), generator=torch.Generator().manual_seed(0))
    shares = square_of_labels(labels, 32, 6)
    whole = F.one_hot(middle(labels), 6).permute(2, 0, 1).float()
    assert torch.allclose(shares, resize(whole[None], 32, 32)[0], atol=1e-6)
    assert torch.allclose(shares.sum(0), torch.ones(32, 32), atol=1e-5)
