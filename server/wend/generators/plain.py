"""Plain generators: one network from z to a picture, without w, classes or noise.

They have one style row, read by the whole network, and z is what it reads: mapping changes nothing. So a walk
in z and one in the row are the same walk, and truncation pulls z towards the mean of its law, which is 0.
"""

from typing import Protocol

import torch
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.z_itself import ZItself


class PlainNetwork(Protocol):
    """What draws: z [N, z_dim] -> pictures [N, C, R, R] in [-1, 1], C being 1 or 3."""

    def __call__(self, z: Tensor) -> Tensor: ...

    @property
    def first(self) -> nn.Linear | nn.ConvTranspose2d:
        """The layer that reads z."""
        ...


class PlainGenerator(ZItself):
    """A network behind the generator protocol."""

    def __init__(self, network: nn.Module, resolution: int, z_dim: int) -> None:
        """network: a `PlainNetwork`."""
        super().__init__()
        self.network = network
        self.spec = GeneratorSpec(
            resolution=resolution,
            z_dim=z_dim,
            w_dim=z_dim,
            num_ws=1,
            layer_names=("network",),
            noise_sizes=(0,),
            spaces=("z",),
        )

    @property
    def first(self) -> nn.Linear | nn.ConvTranspose2d:
        layer = self.network.first
        assert isinstance(layer, nn.Linear | nn.ConvTranspose2d)
        return layer

    @property
    def reader(self) -> Tensor:
        return self.first.weight

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:  # noqa: ARG002 - it has none
        """The whole network; grey pictures get three equal channels."""
        images = self.network(w)
        wide = images if images.dtype == torch.float64 else images.float()
        return SynthesisState(1, state.x, wide.expand(-1, 3, -1, -1))

    def style_matrices(self) -> list[Tensor]:
        """What the first layer reads of z, float32 [A, z_dim]."""
        weight = self.first.weight.detach()
        if isinstance(self.first, nn.ConvTranspose2d):
            weight = weight.flatten(1).T
        return [weight.float().clone()]
