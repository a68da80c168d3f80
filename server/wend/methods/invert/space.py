"""Invert space: where a latent is looked for, in coordinates of one standard deviation each."""

from dataclasses import dataclass
from typing import assert_never

import torch
from torch import Tensor

from wend.errors import InvalidParams
from wend.generators.generator import Generator, GeneratorSpec
from wend.library.codes import CodeSpace
from wend.methods.invert.settings import Place

_SAMPLES = 4096
_LEAST_SD = 1e-4  # of a number of w that hardly varies: dividing by less would blow up its steps


@dataclass(frozen=True)
class LatentSpace:
    """Coordinates p of latents: z itself, or w and ws with the mean of w at 0 and its deviations at 1.

    center, sd: float32 [D] of w, and 0 and 1 in z. rows: style rows of a code in w+, 1 else. class_index: of
    the generator's, None where it has none.
    """

    generator: Generator
    place: Place
    center: Tensor
    sd: Tensor
    class_index: int | None

    @property
    def rows(self) -> int:
        return self.generator.spec.num_ws if self.place == "w+" else 1

    @property
    def width(self) -> int:
        return len(self.center)

    @property
    def c(self) -> Tensor | None:
        """The class, one-hot [1, c_dim]."""
        c_dim = self.generator.spec.c_dim
        if self.class_index is None:
            return None
        return torch.eye(c_dim, device=self.generator.device)[self.class_index][None]

    def of_z(self, z: Tensor) -> Tensor:
        """z float32 [N, z_dim] -> coordinates [N, rows, D]."""
        if self.place == "z":
            return z[:, None]
        c = self.c
        w = self.generator.mapping(z, None if c is None else c.expand(len(z), -1))
        return ((w - self.center) / self.sd)[:, None].expand(-1, self.rows, -1)

    def ws(self, p: Tensor) -> Tensor:
        """Coordinates [N, rows, D] -> ws [N, L, w_dim]. Differentiable."""
        num_ws = self.generator.spec.num_ws
        if self.place == "z":
            c = self.c
            w = self.generator.mapping(p[:, 0], None if c is None else c.expand(len(p), -1))
            return w[:, None].expand(-1, num_ws, -1)
        return (self.center + p * self.sd).expand(-1, num_ws, -1)

    def kept(self, p: Tensor) -> Tensor:
        """Coordinates put back where latents lie: in z into the ball of radius sqrt(D), where nearly all of
        its law is; in w anywhere, since how far out is paid for instead."""
        if self.place != "z":
            return p
        most = self.width**0.5
        kept: Tensor = p * (most / p.norm(dim=-1, keepdim=True).clamp_min(most))
        return kept

    def price(self, p: Tensor) -> Tensor:
        """How far coordinates [1, rows, D] lie from what the generator knows, a number.

        In w+ also how far its rows lie from one another (Tov et al., "Designing an encoder for StyleGAN image
        manipulation", 2021, section 4: what lies near W stays editable).
        """
        far = p.square().mean()
        return far if self.rows == 1 else far + (p - p.mean(dim=1, keepdim=True)).square().mean()

    def code(self, p: Tensor) -> tuple[CodeSpace, Tensor]:
        """The space of a code and its numbers, float32 [D] or [L, D], of coordinates [1, rows, D]."""
        match self.place:
            case "z":
                return "z", p[0, 0]
            case "w":
                return "w", (self.center + p * self.sd)[0, 0]
            case "w+":
                return "w+", (self.center + p * self.sd)[0]
        assert_never(self.place)


def check_place(spec: GeneratorSpec, place: Place, class_index: int | None) -> None:
    """Raises: InvalidParams for a place or a class that the generator does not have."""
    if class_index is not None and class_index >= spec.c_dim:
        known = f"the model has classes 0 to {spec.c_dim - 1}" if spec.c_dim else "the model has no classes"
        raise InvalidParams("class_index", known)
    if place != "z" and (spec.blends_in == "z" or "w" not in spec.spaces):
        raise InvalidParams("place", "this model has no w of its own beside z: look in z")


@torch.no_grad()
def open_space(generator: Generator, place: Place, class_index: int | None, seed: int) -> LatentSpace:
    """class_index: as `check_place` let it through, and one where the generator has classes."""
    spec = generator.spec
    if place == "z":
        flat = torch.zeros(spec.z_dim, device=generator.device)
        return LatentSpace(generator, place, flat, flat + 1.0, class_index)
    z = torch.randn(_SAMPLES, spec.z_dim, generator=torch.Generator().manual_seed(seed)).to(generator.device)
    one = None if class_index is None else torch.eye(spec.c_dim, device=generator.device)[class_index]
    w = generator.mapping(z, None if one is None else one.expand(len(z), -1))
    return LatentSpace(generator, place, w.mean(dim=0), w.std(dim=0).clamp_min(_LEAST_SD), class_index)
