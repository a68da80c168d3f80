"""PhotoSketch: photo to contour drawing, the residual generator of image-to-image translation.

Source: Li et al. 2019 (Photo-Sketching); the network is that of Johnson et al. 2016, supplement, with the
up-sampling of Isola et al. 2017. Names and shapes are those of its published `latest_net_G.pth`.
"""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import fill
from wend.perception.plug_in import PlugIn
from wend.perception.preprocess import Preprocess
from wend.perception.sizes import check_images, resize

Statistics = Literal["batch", "image", "stored"]
SIDE = 256
_FIRST_BLOCK = 10
# A side that two halvings and two doublings bring back.
_MULTIPLE = 4


class Norm(nn.BatchNorm2d):
    """Batch norm that never learns: by the statistics of this batch, of each image, or those stored."""

    def __init__(self, channels: int, statistics: Statistics) -> None:
        super().__init__(channels)
        self.statistics = statistics

    def forward(self, x: Tensor) -> Tensor:
        if self.statistics == "image":
            return F.instance_norm(x, weight=self.weight, bias=self.bias, eps=self.eps)
        if self.statistics == "batch":
            return F.batch_norm(x, None, None, self.weight, self.bias, training=True, eps=self.eps)
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)


class Block(nn.Module):
    """Residual block; `with_dropout` shifts the names of what follows the dropout, which does nothing."""

    def __init__(self, width: int, statistics: Statistics, *, with_dropout: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for half in range(2):
            layers += [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=False), Norm(width, statistics)]
            if half == 0:
                layers += [nn.ReLU(), nn.Identity()] if with_dropout else [nn.ReLU()]
        self.conv_block = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv_block(x)  # type: ignore[no-any-return]  # Sequential is untyped


class PhotoSketch(nn.Module):
    """Line network. Input as `preprocess` says (the published weights: 256 px), drawn at the own size."""

    def __init__(
        self, width: int, blocks: int, statistics: Statistics, preprocess: Preprocess, *, with_dropout: bool
    ) -> None:
        super().__init__()
        self.preprocess = preprocess
        layers: list[nn.Module] = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7, bias=False)]
        layers += [Norm(width, statistics), nn.ReLU()]
        for wide in (width, 2 * width):
            layers += [nn.Conv2d(wide, 2 * wide, 3, stride=2, padding=1, bias=False)]
            layers += [Norm(2 * wide, statistics), nn.ReLU()]
        layers += [Block(4 * width, statistics, with_dropout=with_dropout) for _ in range(blocks)]
        for wide in (4 * width, 2 * width):
            layers += [nn.ConvTranspose2d(wide, wide // 2, 3, 2, padding=1, output_padding=1, bias=False)]
            layers += [Norm(wide // 2, statistics), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, 1, 7)]
        self.model = nn.Sequential(*layers)

    def paper(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> as the network itself answers: white paper +1, ink -1."""
        return torch.tanh(self.model(self.preprocess.apply(images)))

    def draw(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> [N, 1, H, W], 0 paper to 1 ink; differentiable.

        Raises: InvalidShape.
        """
        check_images(images)
        return (1 - resize(self.paper(images), *images.shape[-2:])).clamp(0, 2) / 2


def read_photosketch(plug_in: PlugIn) -> PhotoSketch:
    """Kind 'photosketch'. Width and number of blocks are read off the tensors.

    config.statistics: 'batch' as its authors and the sketching method run it (the default), 'image' for
    drawings that do not depend on what else is in the batch, or 'stored'.
    """
    plug_in.known_keys("statistics")
    chosen = plug_in.text("statistics", "batch", among=("batch", "image", "stored"))
    statistics: Statistics = "image" if chosen == "image" else "stored" if chosen == "stored" else "batch"
    preprocess = plug_in.preprocessing(Preprocess(size=SIDE))
    if preprocess.size is None or preprocess.size % _MULTIPLE:
        raise plug_in.refused(f"preprocess.size must be a multiple of {_MULTIPLE}")
    tensors = plug_in.tensors()
    first = tensors.get("model.1.weight")
    if first is None:
        raise WeightsInvalid(plug_in.file_name, "model.1.weight is missing: it is no PhotoSketch generator")
    blocks = len({key.split(".")[1] for key in tensors if ".conv_block." in key})
    # The authors keep a dropout of probability 0 in each block, so the second convolution is number 6.
    with_dropout = f"model.{_FIRST_BLOCK}.conv_block.5.weight" not in tensors
    with torch.device("meta"):
        network = PhotoSketch(first.shape[0], blocks, statistics, preprocess, with_dropout=with_dropout)
    network.to_empty(device="cpu")
    fill(network, tensors, plug_in.file_name)
    return network
