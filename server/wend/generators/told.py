"""Small generators that are told a class: one network from z and the class's embedding to a picture.

Source: Mirza and Osindero, "Conditional generative adversarial nets", 2014, section 3.2 (the class goes in
beside z). They have one style row, w = (z, e(c)), read by the whole network. Truncation leaves the class
alone: it scales z by psi. Moving the other part of w leads from one class to another.
"""

import torch
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.layers import at_least_single


class ToldGenerator(nn.Module):
    """A network behind the generator protocol, with the embedding of its classes."""

    def __init__(
        self, network: nn.Module, resolution: int, z_dim: int, embed_dim: int, classes: tuple[str, ...]
    ) -> None:
        """network: a `plain.PlainNetwork` that reads w [N, z_dim + embed_dim]."""
        super().__init__()
        self.network = network
        self.embeddings = nn.Linear(len(classes), embed_dim, bias=False)
        self.spec = GeneratorSpec(
            resolution=resolution,
            z_dim=z_dim,
            w_dim=z_dim + embed_dim,
            num_ws=1,
            layer_names=("network",),
            noise_sizes=(0,),
            classes=classes,
            blends_in="z",
        )

    @property
    def w_avg(self) -> Tensor:
        """(0, the mean embedding): between all classes, so truncation uses `center` instead."""
        weight = self.embeddings.weight.detach()
        return torch.cat([weight.new_zeros(self.spec.z_dim), weight.mean(dim=1)])

    @property
    def device(self) -> torch.device:
        return self.embeddings.weight.device

    @property
    def size_bytes(self) -> int:
        return sum(t.numel() * t.element_size() for t in [*self.parameters(), *self.buffers()])

    def center(self, c: Tensor | None) -> Tensor:
        """(0, e(c)), float32 [N, w_dim]."""
        if c is None:
            raise ValueError("a class-conditional generator needs c")
        return self.mapping(c.new_zeros(len(c), self.spec.z_dim), c)

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """(z, e(c)), float32 [N, w_dim]; c [N, c_dim], one-hot or a mixture of classes."""
        if c is None:
            raise ValueError("a class-conditional generator needs c")
        dtype = self.embeddings.weight.dtype
        return torch.cat([z.to(dtype), self.embeddings(c.to(dtype))], dim=1)

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        """Nothing is known before row 0: a state without activations."""
        return SynthesisState(0, torch.zeros(count, 0, 1, 1, device=self.device, dtype=dtype), None)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:  # noqa: ARG002 - it has none
        """The whole network; grey pictures get three equal channels."""
        return SynthesisState(1, state.x, at_least_single(self.network(w)).expand(-1, 3, -1, -1))

    def constant_noise(self) -> list[Tensor | None]:
        return [None]

    def style_matrices(self) -> list[Tensor]:
        """What the first layer reads of z, float32 [A, w_dim]; the columns of the embedding are zero."""
        layer = self.network.first
        assert isinstance(layer, nn.Linear | nn.ConvTranspose2d)
        weight = layer.weight.detach().float()
        matrix = weight.flatten(1).T.clone() if isinstance(layer, nn.ConvTranspose2d) else weight.clone()
        matrix[:, self.spec.z_dim :] = 0.0
        return [matrix]
