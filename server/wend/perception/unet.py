"""A small U-Net that gives a class per pixel and a line drawing at once."""

import torch.nn.functional as F
from torch import Tensor, nn

from wend.perception.sizes import check_images, resize, working_size

LOW, HIGH, MULTIPLE = 64, 128, 16
_WIDTHS = (32, 64, 96, 128)
DECODED = tuple(reversed(_WIDTHS))
"""Channels of what `UNet.decode` gives, coarse to fine."""


class UNet(nn.Module):
    """Works at a picture's own scale between 64 and 128 px; other sizes are brought there and back.

    Pixels enter as 2 x 2 patches and leave the same way (sub-pixel convolution, Shi et al. 2016), so
    that full resolution costs no wide layers; shortcuts add (Ronneberger et al. 2015 concatenate).
    """

    def __init__(self, labels: tuple[str, ...]) -> None:
        super().__init__()
        self.labels = labels
        first, *rest = _WIDTHS
        self.stem = nn.Conv2d(12, first, 3, padding=1)
        self.keep = nn.Conv2d(first, first, 3, padding=1)
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in zip(_WIDTHS, rest, strict=False)
        )
        self.deepen = nn.ModuleList(nn.Conv2d(b, b, 3, padding=1) for b in rest)
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in zip(_WIDTHS, rest, strict=False))
        self.join = nn.ModuleList(nn.Conv2d(a, a, 3, padding=1) for a in _WIDTHS[:-1])
        self.head = nn.Conv2d(first, 4 * (len(labels) + 1), 3, padding=1)

    def decode(self, images: Tensor) -> list[Tensor]:
        """Images [N, 3, H, W], sides multiples of 16, to features of 1/16 of their size up to 1/2.

        Channels are DECODED: what a picture shows, at every scale, before it becomes classes.
        """
        x = F.silu(self.stem(F.pixel_unshuffle(images, 2)))
        x = x + F.silu(self.keep(x))
        skips: list[Tensor] = []
        for down, deepen in zip(self.down, self.deepen, strict=True):
            skips.append(x)
            x = F.silu(down(x))
            x = x + F.silu(deepen(x))
        decoded = [x]
        for up, join, skip in reversed(list(zip(self.up, self.join, skips, strict=True))):
            x = F.interpolate(up(x), scale_factor=2.0, mode="nearest") + skip
            x = x + F.silu(join(x))
            decoded.append(x)
        return decoded

    def forward(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W], sides multiples of 16, to [N, K + 1, H, W]: logits of labels, then of ink."""
        return self.classify(self.decode(images))

    def classify(self, decoded: list[Tensor]) -> Tensor:
        """What `decode` gave to what `forward` gives."""
        return F.pixel_shuffle(self.head(decoded[-1]), 2)

    def look(self, images: Tensor) -> Tensor:
        """Images float32 [N, 3, H, W] of any size to float32 [N, K + 1, H, W]. Raises: InvalidShape."""
        check_images(images)
        height, width = images.shape[2:]
        out: Tensor = self(resize(images, *working_size(height, width, LOW, HIGH, MULTIPLE)))
        return resize(out.float(), height, width)

    def logits(self, images: Tensor) -> Tensor:
        """Of labels, float32 [N, K, H, W] at the images' own size."""
        return self.look(images)[:, :-1]

    def draw(self, images: Tensor) -> Tensor:
        """The line drawing, float32 [N, 1, H, W], 0 paper to 1 ink."""
        return self.look(images)[:, -1:].sigmoid()


def build_unet(names: tuple[str, ...]) -> UNet:
    """For the labels of a card."""
    return UNet(names)
