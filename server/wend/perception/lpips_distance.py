"""LPIPS proper: the package's own layers and fitted heads on an ImageNet trunk of the user's.

This is the only place that imports lpips. It ships the heads but not the trunks; `trunk_files` finds those.

Source: Zhang et al. 2018, equation 1, version 0.1 of the released heads.
"""

import copy
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from wend.errors import InvalidShape
from wend.perception.checkpoint import fill, read_tensors
from wend.perception.operators import torchvision_models
from wend.perception.plug_in import PlugIn
from wend.perception.sizes import check_images
from wend.perception.trunk_files import TRUNKS, TrunkName, trunk_tensors
from wend.perception.trust import Trust

_VERSION = "0.1"
_HEAD_BYTES = 2**20
_TINY = 1e-12


class LpipsDistance(nn.Module):
    """Distance and feature network: unit-normalised channels, weighted squared differences, spatial mean."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        # lpips has no types: its forward takes two pictures and gives [N, 1, 1, 1] or, spatial, [N, 1, H, W].
        self.model: Any = model
        # The same layers seen with the other answer; flipping a flag would not be safe between threads.
        spatial: Any = copy.copy(model)
        spatial.spatial = True
        self._spatial = (spatial,)

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] twice -> float32 [N], as lpips says it. Raises: InvalidShape."""
        _check_pair(a, b)
        return cast("Tensor", self.model(a, b)).flatten()

    def map(self, a: Tensor, b: Tensor) -> Tensor:
        """Where they differ, float32 [N, H, W]; its spatial mean is the distance. Raises: InvalidShape.

        It is lpips's own map, in which stretching a layer to the picture's size shifts its mean a little;
        each layer is scaled back to its mean.
        """
        _check_pair(a, b)
        _, layers = self.model(a, b, retPerLayer=True)
        _, stretched = self._spatial[0](a, b, retPerLayer=True)
        total = torch.zeros(a.shape[0], *a.shape[-2:], dtype=a.dtype, device=a.device)
        for mean, layer in zip(layers, stretched, strict=True):
            scale = mean / layer.mean((2, 3), keepdim=True).clamp_min(_TINY)
            total = total + (layer * scale)[:, 0]
        return total

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        """Images [N, 3, H, W] in [-1, 1] -> the trunk's maps before normalisation, finest first."""
        check_images(images)
        return tuple(cast("Sequence[Tensor]", self.model.net(self.model.scaling_layer(images))))

    def vector(self, images: Tensor) -> Tensor:
        """The spatial means of the maps, side by side, float32 [N, F]."""
        return torch.cat([level.mean((2, 3)) for level in self.maps(images)], 1)


def find_lpips(name: TrunkName, trust: Trust) -> LpipsDistance:
    """LPIPS on the trunk that `trunk_tensors` finds on this machine. Raises: WeightsInvalid."""
    return open_lpips(name, trunk_tensors(name, trust), TRUNKS[name].file)


def open_lpips(name: TrunkName, trunk: Mapping[str, Tensor], file_name: str) -> LpipsDistance:
    """LPIPS on a trunk in torchvision's layout, with lpips's own heads. Raises: WeightsInvalid."""
    torchvision_models()  # so that lpips, which imports torchvision, loads beside any torch
    import lpips

    with torch.device("meta"), warnings.catch_warnings():
        # lpips still asks torchvision by an argument of old for a trunk without weights.
        warnings.simplefilter("ignore")
        model = lpips.LPIPS(pretrained=False, pnet_rand=True, net=name, version=_VERSION, verbose=False)
    model.to_empty(device="cpu")
    model.scaling_layer = lpips.ScalingLayer()
    features = {key.removeprefix("features."): v for key, v in trunk.items() if key.startswith("features.")}
    fill(_ByIndex(model.net), features, file_name)
    heads = Path(lpips.__file__).parent / "weights" / f"v{_VERSION}" / f"{name}.pth"
    given = read_tensors(heads, max_bytes=_HEAD_BYTES)
    by_layer = {key.partition(".")[0].removeprefix("lin") + ".model.1.weight": v for key, v in given.items()}
    fill(model.lins, by_layer, heads.name)
    network = LpipsDistance(model)
    network.eval().requires_grad_(False)
    return network


class _ByIndex(nn.Module):
    """A trunk cut into slices, its layers under their numbers in the uncut one."""

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        for piece in trunk.children():
            for number, layer in piece.named_children():
                self.add_module(number, layer)


def _check_pair(a: Tensor, b: Tensor) -> None:
    check_images(a)
    if a.shape != b.shape:
        raise InvalidShape("b", str(tuple(a.shape)), str(tuple(b.shape)))


def read_lpips(plug_in: PlugIn) -> LpipsDistance:
    """Kind 'lpips': `file` is the trunk, as torchvision saves it; config.net 'alex', 'vgg' or 'squeeze'."""
    plug_in.known_keys("net")
    if plug_in.preprocess is not None:
        raise plug_in.refused("kind 'lpips' has its own preprocessing: leave preprocess out")
    chosen = plug_in.text("net", "alex", among=("alex", "vgg", "squeeze"))
    name: TrunkName = "alex" if chosen == "alex" else "vgg" if chosen == "vgg" else "squeeze"
    return open_lpips(name, plug_in.tensors(), plug_in.file_name)
