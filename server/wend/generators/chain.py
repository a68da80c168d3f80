"""Chains: generators whose first layer alone reads z, each layer then what the one before it put out.

They have one style row per layer, so that activations can be taken and put back behind any of them, and z is
what row 0 reads: mapping changes nothing, and what the other rows hold is read by nobody. So a walk in z is
all there is, and truncation pulls z towards the mean of its law, which is 0.
"""

from typing import Protocol

import torch
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.given import corrected, parted
from wend.generators.layers import at_least_single
from wend.generators.z_itself import ZItself


class ChainNetwork(Protocol):
    """What draws, a layer at a time; all but z and pictures in the dtype that is asked for."""

    @property
    def resolution(self) -> int: ...

    @property
    def z_dim(self) -> int: ...

    @property
    def layer_names(self) -> tuple[str, ...]: ...

    @property
    def first(self) -> Tensor:
        """The matrix that z meets first, [A, z_dim]."""
        ...

    def begin(self, z: Tensor, dtype: torch.dtype) -> Tensor:
        """The first layer: z [N, z_dim] -> x [N, C, h, w]."""
        ...

    def advance(self, index: int, x: Tensor) -> Tensor:
        """Layer `index` >= 1: x [N, C, h, w] -> x of the next shape."""
        ...

    def picture(self, x: Tensor) -> Tensor:
        """From the last layer's x to pictures [N, 1 or 3, R, R]."""
        ...


class ChainGenerator(ZItself):
    """A chain behind the generator protocol."""

    def __init__(self, network: nn.Module) -> None:
        """network: a `ChainNetwork`."""
        super().__init__()
        self.network = network
        chain = self._chain
        self.spec = GeneratorSpec(
            resolution=chain.resolution,
            z_dim=chain.z_dim,
            w_dim=chain.z_dim,
            num_ws=len(chain.layer_names),
            layer_names=chain.layer_names,
            noise_sizes=(0,) * len(chain.layer_names),
            spaces=("z",),
            blends_in="z",
            read_rows=1,
        )

    @property
    def _chain(self) -> ChainNetwork:
        network: ChainNetwork = self.network  # type: ignore[assignment]  # nn.Module hides what it is
        return network

    @property
    def reader(self) -> Tensor:
        return self._chain.first

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        """Row 0 reads z; the others go on from what there is. Grey pictures get three equal channels.

        It has no noise: of what is given only the correction counts (`generators.given`).
        """
        chain = self._chain
        row, dtype = state.row, state.x.dtype
        x = chain.begin(w, dtype) if row == 0 else chain.advance(row, state.x)
        x = corrected(SynthesisState(row, x, None), parted(noise)[1]).x
        if row + 1 < self.spec.num_ws:
            return SynthesisState(row + 1, x, None)
        return SynthesisState(row + 1, x, at_least_single(chain.picture(x)).expand(-1, 3, -1, -1))

    def style_matrices(self) -> list[Tensor]:
        """Row 0: what the first layer reads of z, float32 [A, z_dim]; nothing reads the others: zeros."""
        first = self._chain.first.detach().float().clone()
        return [first, *(torch.zeros_like(first[:1]) for _ in range(self.spec.num_ws - 1))]
