"""Pupil: the generator that is taught - a parent's weights, of which the way from z to w alone may change.

Source: Wang, Bau and Zhu, "Sketch your own GAN", ICCV 2021, section 3.3: the mapping network is trained, or,
as an ablation, one vector behind it; the synthesis network never is. Ours is a warp of z before the mapping.
"""

import copy
import math
from typing import cast

import torch
from torch import Tensor, nn

from wend.errors import NoMappingNetwork
from wend.generators.build import build_generator
from wend.generators.generator import Generator, synthesize
from wend.generators.latent_warp import LatentWarp
from wend.generators.layers import normalize_second_moment
from wend.generators.sizes import MAX_Z_WARP
from wend.generators.style_based import StyleBased
from wend.library.card import ModelCard
from wend.library.weights import settle
from wend.methods.sketch.params import Trainable

_SHIFT, _WARP = "w_shift", "warp."
_WARP_WIDTH = 2
"""Times z_dim: numbers between the two layers of a warp."""
_BEND = 0.3
"""Of a way along a direction, in standard deviations of z: where a further step costs half as much."""


class Pupil:
    """generator: a copy, drawn with as any other; parameters: what is trained of it, in order of their names.

    Before the first update it draws what its parent does, bit for bit.
    """

    def __init__(
        self,
        parent: Generator,
        card: ModelCard,
        trainable: Trainable,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        """dtype: of the synthesis network's convolutions while it is taught; the mapping is float32.

        Raises: NoMappingNetwork for a parent that has none, or has classes.
        """
        if not isinstance(parent, StyleBased):
            raise NoMappingNetwork(card.id, "its latent enters the first layer as it is")
        if card.classes:
            raise NoMappingNetwork(card.id, "its mapping network reads a class, and drawings have none")
        self.config: dict[str, bool | int | float | str] = dict(card.config)
        if trainable == "w_shift":
            self.config["w_shift"] = True
        elif trainable == "z_warp" and not self.config.get("z_warp"):
            self.config["z_warp"] = min(_WARP_WIDTH * card.z_dim, MAX_Z_WARP)
        with torch.random.fork_rng(devices=[]):
            generator = build_generator(card.kind, self.config, card.classes)
        assert isinstance(generator, StyleBased)
        strange = generator.load_state_dict(parent.state_dict(), strict=False)
        assert not strange.unexpected_keys
        assert all(_part(name.removeprefix("mapping.")) == trainable for name in strange.missing_keys)
        settle(generator, parent.device)
        self.network: StyleBased = generator
        self.generator = cast("Generator", generator)
        named = dict(generator.mapping.named_parameters())
        chosen = {name: parameter for name, parameter in named.items() if _part(name) == trainable}
        self._dtype = dtype
        self._named = {name: chosen[name] for name in sorted(chosen)}
        self.parameters: list[nn.Parameter] = list(self._named.values())
        self._before = [parameter.detach().clone() for parameter in self.parameters]
        for parameter in self.parameters:
            parameter.requires_grad_(True)
        warp = getattr(generator.mapping, "warp", None)
        self._warp: LatentWarp | None = warp if trainable == "z_warp" else None
        self._parents_warp = copy.deepcopy(self._warp)

    @property
    def count(self) -> int:
        """Numbers that are trained."""
        return sum(parameter.numel() for parameter in self.parameters)

    def ws(self, z: Tensor, other: Tensor, cutoff: int) -> Tensor:
        """Styles [N, num_ws, w_dim] of z [N, z_dim]; rows from `cutoff` on are of `other` [N, z_dim]."""
        rows = self.generator.spec.num_ws
        ws = self.generator.mapping(z)[:, None].expand(-1, rows, -1)
        if cutoff < rows:
            late = self.generator.mapping(other)[:, None].expand(-1, rows - cutoff, -1)
            ws = torch.cat([ws[:, :cutoff], late], dim=1)
        return ws

    def draw(self, ws: Tensor, noise: list[Tensor | None]) -> Tensor:
        """Images [N, 3, R, R] of ws [N, num_ws, w_dim]."""
        with torch.autocast(ws.device.type, self._dtype, enabled=self._dtype != torch.float32):
            return synthesize(self.generator, ws, noise, self._dtype).float()

    def moved(self) -> Tensor:
        """L_weight: how far its numbers are from the parent's, a mean over tensors of mean absolute
        differences (equation 17 as released)."""
        pairs = zip(self.parameters, self._before, strict=True)
        return torch.stack([(now - before).abs().mean() for now, before in pairs]).mean()

    def displaced(self, z: Tensor) -> Tensor:
        """How far a warp has moved latents z [N, z_dim] since it was the parent's, in how many directions: of
        the root mean square way along each of its principal directions, sd, the sum of c log(1 + sd / c); 0
        where none is taught.

        The first step in a direction costs what it is long, the tenth a fraction: a few directions are gone
        to the end, and the many that a little speaks for not at all. Source: the log-det heuristic for small
        ranks, Fazel, Hindi and Boyd, "Log-det heuristic for matrix rank minimization", ACC 2003, equation 4,
        on singular values.
        """
        if self._warp is None or self._parents_warp is None:
            return z.new_zeros(())
        x = normalize_second_moment(z)
        ways = self._warp(x) - self._parents_warp(x).detach()
        sds: Tensor = torch.linalg.svdvals(ways) / math.sqrt(len(z))
        return _BEND * torch.log1p(sds / _BEND).sum()

    def weights(self) -> dict[str, Tensor]:
        """What is trained, by name, copied."""
        return {name: parameter.detach().clone() for name, parameter in self._named.items()}

    @torch.no_grad()
    def take(self, weights: dict[str, Tensor]) -> None:
        """Other numbers in their place. Raises: KeyError."""
        for name, parameter in self._named.items():
            parameter.copy_(weights[name])

    @torch.no_grad()
    def settle_mean(self, samples: int, seed: int) -> None:
        """The mean of w belongs to the mapping network: anew, over `samples` latents."""
        rng = torch.Generator().manual_seed(seed)
        z = torch.randn(samples, self.generator.spec.z_dim, generator=rng).to(self.generator.device)
        self.generator.w_avg.copy_(self.generator.mapping(z).mean(dim=0))


def _part(name: str) -> Trainable:
    """What a number of a mapping network is taught with; a child's child has a warp and a shift already."""
    if name.startswith(_WARP):
        return "z_warp"
    return "w_shift" if name == _SHIFT else "mapping"
