"""Landmarks by heat maps: a ResNet, three transposed convolutions, a map per point.

Source: Xiao, Wu, Wei 2018 (Simple Baselines for Human Pose Estimation), section 2; the differentiable
position is the soft arg-max of Sun et al. 2018 (Integral Human Pose Regression), equation 4.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import fill
from wend.perception.imagenet import imagenet
from wend.perception.plug_in import PlugIn
from wend.perception.preprocess import Preprocess
from wend.perception.resnet import resnet
from wend.perception.sizes import check_images

SIDE = 256
# A peak of 1 on a ground of 0, as these networks are trained to draw, then outweighs ten thousand cells.
SHARPNESS = 20.0
_STEPS = 3


def soft_position(maps: Tensor, sharpness: float) -> Tensor:
    """Heat maps [N, P, h, w] -> [N, P, 2], (x, y) in shares of the side: the mean place under a softmax.

    The centre of cell i of n lies at (i + 0.5) / n. Differentiable.
    """
    height, width = maps.shape[-2:]
    weights = (sharpness * maps.flatten(2)).softmax(2).unflatten(2, (height, width))
    columns = (torch.arange(width, device=maps.device, dtype=maps.dtype) + 0.5) / width
    rows = (torch.arange(height, device=maps.device, dtype=maps.dtype) + 0.5) / height
    return torch.stack([(weights.sum(2) * columns).sum(2), (weights.sum(3) * rows).sum(2)], 2)


class HeatmapPoints(nn.Module):
    """Landmark network."""

    def __init__(
        self,
        trunk: nn.Module,
        widths: tuple[int, ...],
        names: tuple[str, ...],
        preprocess: Preprocess,
        sharpness: float,
    ) -> None:
        super().__init__()
        self.names, self.preprocess, self.sharpness = names, preprocess, sharpness
        for part in ("conv1", "bn1", "layer1", "layer2", "layer3", "layer4"):
            self.add_module(part, trunk.get_submodule(part))
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(widths):
            layers += [nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs)]
            layers += [nn.ReLU()]
        self.deconv_layers = nn.Sequential(*layers)
        self.final_layer = nn.Conv2d(widths[-1], len(names), 1)

    @property
    def points(self) -> tuple[str, ...]:
        return self.names

    def heat(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> heat maps [N, P, h, w]. Raises: InvalidShape."""
        check_images(images)
        x = self.get_submodule("bn1")(self.get_submodule("conv1")(self.preprocess.apply(images))).relu()
        x = nn.functional.max_pool2d(x, 3, 2, 1)
        for stage in range(1, 5):
            x = self.get_submodule(f"layer{stage}")(x)
        heat: Tensor = self.final_layer(self.deconv_layers(x))
        return heat

    def locate(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> [N, P, 2], (x, y) in shares of the side; differentiable."""
        return soft_position(self.heat(images), self.sharpness)


def read_heatmaps(plug_in: PlugIn) -> HeatmapPoints:
    """Kind 'pose-resnet', role landmarks; names are its points. config.sharpness: of the soft arg-max."""
    plug_in.known_keys("sharpness")
    sharpness = plug_in.number("sharpness", SHARPNESS, 0.1, 1000.0)
    tensors = plug_in.tensors()
    file = plug_in.file_name
    final = tensors.get("final_layer.weight")
    steps = [tensors.get(f"deconv_layers.{3 * i}.weight") for i in range(_STEPS)]
    found = [step for step in steps if step is not None]
    if final is None or len(found) != _STEPS:
        raise WeightsInvalid(file, "deconv_layers.0.weight is missing: it is no pose network of this layout")
    names = plug_in.named(final.shape[0], "points")
    # A kernel other than 1 would need its padding from a configuration nobody saved.
    if final.shape[2:] != (1, 1):
        raise WeightsInvalid(file, f"final_layer.weight has shape {tuple(final.shape)}, not a 1 x 1 kernel")
    trunk = resnet(tensors, file, 1)
    widths = (found[0].shape[0], *(step.shape[1] for step in found))
    with torch.device("meta"):
        network = HeatmapPoints(trunk, widths, names, plug_in.preprocessing(imagenet(SIDE)), sharpness)
    network.to_empty(device="cpu")
    fill(network, tensors, file, ignored=("fc.",))
    return network
