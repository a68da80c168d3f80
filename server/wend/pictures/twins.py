"""Twins: generators between two of one shape, holding only those tensors in which the two differ.

Truncation pulls w towards the mean of w, which belongs to the mapping: of one between two it is told anew.
"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from wend.generators.generator import Generator
from wend.generators.latent_warp import LatentWarp
from wend.generators.style_based import MeanKeeper, StyleBased
from wend.library.kinship import MAPPING

NODES = (0.25, 0.5, 0.75)
SAMPLES = 512


def have_one_synthesis(first: nn.Module, second: nn.Module) -> bool:
    """Whether all tensors but those of the mapping networks are equal, bit for bit."""
    equal = _compared(_completed(first, second), _completed(second, first))
    return all(is_equal or name.startswith(MAPPING) for name, is_equal in equal.items())


class WeightTwin:
    """Every tensor between those of two: theta = (1 - weight) theta_1 + weight theta_2.

    The mean of w is that of the mapping so made, and at the ends the models' own.
    """

    def __init__(self, first: nn.Module, second: nn.Module) -> None:
        """Both of one kind and configuration, but for a shift of w and a warp of z that one may have, on one
        device; neither is changed."""
        first, second = _completed(first, second), _completed(second, first)
        equal = _compared(first, second)
        self.has_own_synthesis = all(is_equal or name.startswith(MAPPING) for name, is_equal in equal.items())
        owns, others = _tensors(first), _tensors(second)
        shared = {id(owns[name]): owns[name] for name, is_equal in equal.items() if is_equal}
        self._twin = copy.deepcopy(first, shared)
        self._between = [
            (tensor, owns[name], others[name])
            for name, tensor in _tensors(self._twin).items()
            if not equal[name] and tensor.is_floating_point()
        ]
        self._means: _Means | None = None
        has_own_mapping = all(is_equal for name, is_equal in equal.items() if name.startswith(MAPPING))
        if isinstance(first, StyleBased) and isinstance(second, StyleBased) and not has_own_mapping:
            self._means = self._look(first, second)

    def at(self, weight: float) -> Generator:
        """The generator at a weight, 0..1, until the next call."""
        self._set(weight)
        if self._means is not None:
            assert isinstance(self._twin, StyleBased)
            with torch.no_grad():
                self._twin.w_avg.copy_(self._means.at(weight))
        generator: Generator = self._twin  # type: ignore[assignment]  # a copy of one
        return generator

    def _set(self, weight: float) -> None:
        with torch.no_grad():
            for tensor, own, other in self._between:
                tensor.copy_(torch.lerp(own, other, weight))

    def _look(self, first: StyleBased, second: StyleBased) -> "_Means":
        """How far the mean of w lies from the line between both, at three places on the way."""
        assert isinstance(self._twin, StyleBased)
        ends = _mean_of(first), _mean_of(second)
        bends = []
        for node in NODES:
            self._set(node)
            bends.append(_mean_of(self._twin) - torch.lerp(*ends, node))
        return _Means(first.w_avg, second.w_avg, tuple(bends))


class MappingTwin:
    """w between those of two mappings, w = (1 - weight) f_1(z) + weight f_2(z), and the synthesis of both.

    The mean of such a w is exactly that share of both means.
    """

    has_own_synthesis = True

    def __init__(self, first: StyleBased, second: StyleBased) -> None:
        """Both of one synthesis network. Neither is changed."""
        self._twin = copy.deepcopy(first, {id(tensor): tensor for tensor in _tensors(first).values()})
        self._mapping = _MappingBetween(first.mapping, second.mapping)
        self._twin.mapping = self._mapping

    def at(self, weight: float) -> Generator:
        """The generator at a weight, 0..1, until the next call."""
        self._mapping.set(weight)
        generator: Generator = self._twin  # type: ignore[assignment]  # a copy of one
        return generator


class _MappingBetween(MeanKeeper):
    """z [N, z_dim] (and class c [N, c_dim]) -> w [N, w_dim] between those of two mappings."""

    def __init__(self, first: MeanKeeper, second: MeanKeeper) -> None:
        super().__init__()
        self.first, self.second = first, second
        self.weight = 0.0
        self.register_buffer("w_avg", first.w_avg.clone())

    def set(self, weight: float) -> None:
        self.weight = weight
        self.w_avg = torch.lerp(self.first.w_avg, self.second.w_avg, weight)

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        return torch.lerp(self.first(z, c), self.second(z, c), self.weight)


@dataclass(frozen=True)
class _Means:
    """The mean of w of a mapping between two, as its card would have it: on the line between both cards'
    means, and off it by what was seen at NODES, along the polynomial through those and nothing at either end.

    The same z at every place, so that of the differences the sample's own error is nearly gone (control
    variates: Owen, "Monte Carlo theory, methods and examples", chapter 8).
    """

    first: Tensor
    second: Tensor
    bends: tuple[Tensor, ...]

    def at(self, weight: float) -> Tensor:
        """float32 [w_dim] at a weight, 0..1."""
        mean = torch.lerp(self.first, self.second, weight)
        places = (0.0, *NODES, 1.0)
        for node, bend in zip(NODES, self.bends, strict=True):
            share = 1.0
            for place in places:
                share *= 1.0 if place == node else (weight - place) / (node - place)
            mean = mean + share * bend
        return mean


def _mean_of(generator: StyleBased) -> Tensor:
    """The mean of w over the same few z for every generator, and over all classes alike: float32 [w_dim]."""
    sample: Generator = generator  # type: ignore[assignment]  # style-based generators are
    spec, device = sample.spec, sample.device
    # Not those of seeds, which take longer to draw than to map.
    z = torch.randn(SAMPLES, spec.z_dim, generator=torch.Generator().manual_seed(0)).to(device)
    c = torch.eye(spec.c_dim, device=device)[torch.arange(SAMPLES) % spec.c_dim] if spec.c_dim else None
    with torch.no_grad():
        return sample.mapping(z, c).mean(0)


def _tensors(network: nn.Module) -> dict[str, Tensor]:
    return dict((*network.named_parameters(), *network.named_buffers()))


def _completed(network: nn.Module, other: nn.Module) -> nn.Module:
    """The network with what another has before or behind its mapping and it has not, where that does nothing;
    its own tensors are shared."""
    if not (isinstance(network, StyleBased) and isinstance(other, StyleBased)):
        return network
    warp, shift = (_lacked(network, other, name) for name in ("warp", "w_shift"))
    if warp is None and shift is None:
        return network
    whole = copy.deepcopy(network, {id(tensor): tensor for tensor in _tensors(network).values()})
    if isinstance(warp, LatentWarp):
        whole.mapping.warp = LatentWarp(warp.z_dim, warp.width).to(network.device).requires_grad_(False)
    if isinstance(shift, Tensor):
        whole.mapping.w_shift = nn.Parameter(torch.zeros_like(shift), requires_grad=False)
    return whole


def _lacked(network: StyleBased, other: StyleBased, name: str) -> object:
    """What another's mapping has under a name, where the network's own has nothing."""
    if getattr(network.mapping, name, None) is not None:
        return None
    found: object = getattr(other.mapping, name, None)
    return found


def _compared(first: nn.Module, second: nn.Module) -> dict[str, bool]:
    """Of every tensor whether it is equal in both, bit for bit."""
    others = _tensors(second)
    return {name: torch.equal(tensor, others[name]) for name, tensor in _tensors(first).items()}
