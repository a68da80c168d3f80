"""VGG-16 up to relu4_2: the features that layer-wise inversion was published with.

Source: Simonyan and Zisserman, "Very deep convolutional networks", ICLR 2015, configuration D; Bau et al.,
ICCV 2019, released code, which feeds it images in [-1, 1] without ImageNet's means and deviations.
"""

from collections.abc import Mapping, Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from wend.errors import WeightsInvalid
from wend.perception.sizes import check_images
from wend.perception.trunk_files import TRUNKS, trunk_tensors
from wend.perception.trust import Trust

# Numbers of the convolutions in torchvision's `features`, and the poolings between them.
CONVOLUTIONS, POOLINGS = (0, 2, 5, 7, 10, 12, 14, 17, 19), (4, 9, 16)


class VGGRelu(nn.Module):
    """Feature network of one map: images [N, 3, H, W] in [-1, 1], as they are, -> [N, C, H / 8, W / 8]."""

    def __init__(self, tensors: Mapping[str, Tensor], file_name: str) -> None:
        """tensors: as torchvision names them. Raises: WeightsInvalid."""
        super().__init__()
        self.convolutions = nn.ModuleDict()
        for number in CONVOLUTIONS:
            weight = tensors.get(f"features.{number}.weight")
            bias = tensors.get(f"features.{number}.bias")
            if weight is None or bias is None or weight.ndim != 4 or weight.shape[2:] != (3, 3):
                raise WeightsInvalid(file_name, f"features.{number} is no convolution of a VGG-16")
            convolution = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
            convolution.weight.data.copy_(weight)
            convolution.bias.data.copy_(bias)  # type: ignore[union-attr]  # it has one
            self.convolutions[str(number)] = convolution
        self.eval().requires_grad_(False)

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        """Differentiable. Raises: InvalidShape."""
        check_images(images)
        x = images
        for number in range(CONVOLUTIONS[-1] + 1):
            if number in CONVOLUTIONS:
                x = F.relu(self.convolutions[str(number)](x))
            elif number in POOLINGS:
                x = F.max_pool2d(x, 2)
        return (x,)

    def vector(self, images: Tensor) -> Tensor:
        """The map's mean, float32 [N, C]."""
        return self.maps(images)[0].mean(dim=(2, 3))


def find_vgg_relu(trust: Trust) -> VGGRelu:
    """On the weights that `trunk_tensors` finds on this machine. Raises: WeightsInvalid."""
    return VGGRelu(trunk_tensors("vgg", trust), TRUNKS["vgg"].file)
