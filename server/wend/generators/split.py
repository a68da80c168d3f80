"""Split: a generator cut behind one of its layers, and joined again bit for bit.

The early part goes from the top - z, or w where a mapping stands before it - to an activation r, the late one
from r to the picture. In a chain r is all that the late part reads. A style-based generator reads w at every
layer, so there r alone fixes no picture: w, and the noise, of the later layers are held.

Source: Bau et al., "Seeing what a GAN cannot generate", ICCV 2019, equation 2 and section 3.2; for
style-based generators, which the paper leaves out, the variant said above.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor

from wend.errors import GeneratorWhole
from wend.generators.chain import ChainGenerator
from wend.generators.generator import Generator, SynthesisState, synthesize
from wend.generators.plain import PlainGenerator
from wend.generators.progressive import ProgressiveNetwork
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.generators.vae import VAEDecoder
from wend.generators.vae_layers import VAELayers
from wend.latents.seed import noise_map

Top = Literal["z", "w"]
SIDE = 8
"""A cut that nobody chose lies behind the last layer of at most so many pixels a side, as in the source."""


class Split:
    """Layers 1 to `count` before the cut: layer i is style row i - 1, r_i what comes out of it.

    top: what the first layer reads, "z" or "w"; shapes: (channels, side) of r_1 to r_count; ignores_scale:
    every layer brings its input to unit length, so that the size of an activation means nothing; noise: one
    map or None per row, held. Corrections are added to r_i, by i from 1 on.
    """

    def __init__(
        self, generator: Generator, layer: str | None = None, noise: Sequence[Tensor | None] | None = None
    ) -> None:
        """layer: one of `layers_of(generator)`; None: behind the last one of at most 8 px. noise: None for
        none. Raises: GeneratorWhole."""
        self.generator = in_layers(generator)
        names = layers_of(generator)
        spec = self.generator.spec
        if layer is not None and layer not in names:
            raise GeneratorWhole(f"there is no layer {layer!r} to split behind; there are {', '.join(names)}")
        shapes = _shapes(self.generator)
        if layer is None:
            small = [name for name in names if shapes[spec.layer_names.index(name)][1] <= SIDE]
            layer = small[-1] if small else names[0]
        self.layer = layer
        self.count = spec.layer_names.index(layer) + 1
        self.shapes = tuple(shapes[: self.count])
        self.is_chain = spec.read_rows == 1
        self.top: Top = "z" if self.is_chain else "w"
        network = self.generator.network if isinstance(self.generator, ChainGenerator) else None
        self.ignores_scale = isinstance(network, ProgressiveNetwork)
        self.noise: list[Tensor | None] = [None] * spec.num_ws if noise is None else list(noise)

    @property
    def top_dim(self) -> int:
        spec = self.generator.spec
        return spec.z_dim if self.top == "z" else spec.w_dim

    @property
    def device(self) -> torch.device:
        return self.generator.device

    def top_of(self, z: Tensor) -> Tensor:
        """z [N, z_dim] -> what the first layer reads, [N, top_dim]: z itself, or w."""
        return self.generator.mapping(z)

    def ws(self, top: Tensor) -> Tensor:
        """top [N, D] -> the style rows that all layers read, [N, L, D]."""
        return top[:, None].expand(-1, self.generator.spec.num_ws, -1)

    def layer_of(self, index: int, x: Tensor | None, top: Tensor) -> Tensor:
        """g_index: r_{index - 1} [N, C, h, w], None for the first, to r_index."""
        begin = self.generator.start(len(top), top.dtype)
        state = begin if x is None else SynthesisState(index - 1, x, None)
        return self.generator.step(state, top, self.noise[index - 1]).x

    def early(self, top: Tensor, corrections: Mapping[int, Tensor] | None = None) -> list[SynthesisState]:
        """The states behind layers 1 to `count`: r_i is `states[i - 1].x`, with its correction (equation 12
        of the source's method: r = d_n + g_n(... d_1 + g_1(z)))."""
        add = corrections or {}
        state = self.generator.start(len(top), top.dtype)
        states: list[SynthesisState] = []
        for row in range(self.count):
            state = self.generator.step(state, top, self.noise[row])
            if row + 1 in add:
                state = replace(state, x=state.x + add[row + 1])
            states.append(state)
        return states

    def late(self, state: SynthesisState, top: Tensor) -> Tensor:
        """G_f: the state behind the cut -> images float32 [N, 3, R, R]; top: what later layers read."""
        return synthesize(self.generator, self.ws(top), self.noise, state=state)

    def draw(self, top: Tensor, corrections: Mapping[int, Tensor] | None = None) -> Tensor:
        """Early and late together, float32 [N, 3, R, R]. Without corrections: the generator's own picture,
        bit for bit."""
        return self.late(self.early(top, corrections)[-1], top)


def held_noise(generator: Generator, seed: int = 0) -> list[Tensor | None]:
    """The noise maps of a seed, one per style row, on the device; 0 is a picture's own default."""
    return [
        noise_map(seed, row, size).to(generator.device) if size else None
        for row, size in enumerate(generator.spec.noise_sizes)
    ]


def in_layers(generator: Generator) -> Generator:
    """The same generator with a row for each layer: VAE decoders, which have one for all, are opened."""
    if isinstance(generator, PlainGenerator) and isinstance(generator.network, VAEDecoder):
        return ChainGenerator(VAELayers(generator.network))
    return generator


def takes_corrections(generator: Generator) -> bool:
    """Whether the generator itself, as it draws pictures, adds what is given behind its layers (see `given`):
    a VAE that is opened for a split is drawn by one network all the same."""
    return isinstance(generator, ChainGenerator | StyleGAN2Generator)


def layers_of(generator: Generator) -> tuple[str, ...]:
    """Names of the layers behind which it can be cut. Raises: GeneratorWhole where there are none."""
    opened = in_layers(generator)
    names = opened.spec.layer_names[:-1]
    if not names:
        raise GeneratorWhole("this generator is one network that cannot be cut: it has no layers to put "
                             "activations back into")  # fmt: skip
    shapes = _shapes(opened)
    able = tuple(name for name, shape in zip(names, shapes, strict=False) if shape[0] > 0)
    if not able:
        raise GeneratorWhole("this generator has no activations between its layers that could be taken out")
    return able


@torch.no_grad()
def _shapes(generator: Generator) -> list[tuple[int, int]]:
    """(channels, side) behind every layer but the last, from one run."""
    spec = generator.spec
    state = generator.start(1, torch.float32)
    w = torch.zeros(1, spec.w_dim, device=generator.device)
    found: list[tuple[int, int]] = []
    for _ in range(spec.num_ws - 1):
        state = generator.step(state, w, None)
        found.append((state.x.shape[1], state.x.shape[2]))
    return found
