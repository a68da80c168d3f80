"""Small generators that are told a class: one network from z and the class's embedding to a picture.

Source: Mirza and Osindero, "Conditional generative adversarial nets", 2014, section 3.2 (the class goes in
beside z). They have one style row, w = (z, e(c)), read by the whole network. Truncation leaves the class
alone: it scales z by psi. Moving the other part of w leads from one class to another.
"""

from torch import Tensor, nn

from wend.generators.class_beside_z import ClassBesideZ
from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.layers import at_least_single


class ToldGenerator(ClassBesideZ):
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

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:  # noqa: ARG002 - it has none
        """The whole network; grey pictures get three equal channels."""
        return SynthesisState(1, state.x, at_least_single(self.network(w)).expand(-1, 3, -1, -1))

    def style_matrices(self) -> list[Tensor]:
        """What the first layer reads of z, float32 [A, w_dim]; the columns of the embedding are zero."""
        layer = self.network.first
        assert isinstance(layer, nn.Linear | nn.ConvTranspose2d)
        weight = layer.weight.detach().float()
        matrix = weight.flatten(1).T.clone() if isinstance(layer, nn.ConvTranspose2d) else weight.clone()
        matrix[:, self.spec.z_dim :] = 0.0
        return [matrix]
