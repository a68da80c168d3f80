"""Layer-wise objectives: the corrections of layers, or the top alone, pulled until the picture is like.

Source: Bau et al., "Seeing what a GAN cannot generate", ICCV 2019, equations 6 to 8, with penalties as in the
released code: each the mean of squares of its tensor. Here corrections count in units of their layer's root
mean square, which is 1 where layers put out unit lengths.
"""

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from wend.generators.layered_encoder import LayeredEncoder
from wend.generators.split import Split
from wend.methods.layerwise.likeness import Likeness
from wend.methods.layerwise.settings import LayerwiseSettings


class LayersObjective:
    """r = d_n + g_n(... d_2 + g_2(d_1 + g_1(z_0))): all d begin at 0 and are all that is free.

    sizes: root mean squares of r_1 to r_n; top_sd [D]: deviation of the top.
    """

    def __init__(
        self,
        split: Split,
        likeness: Likeness,
        settings: LayerwiseSettings,
        top: Tensor,
        encoder: LayeredEncoder,
    ) -> None:
        """top: z_0 (w_0) float32 [1, D], held."""
        self.split, self.likeness, self.settings = split, likeness, settings
        self.top = top.detach()
        self._sizes, self._top_sd = encoder.sizes, encoder.top_sd
        last = split.count + 1 if settings.with_last else split.count
        # A generator cut behind its first layer has that one alone to correct.
        self.indices = tuple(range(1, last)) or (1,)
        shapes = [split.shapes[index - 1] for index in self.indices]
        self.moves = [
            torch.zeros(1, channels, side, side, device=split.device, requires_grad=True)
            for channels, side in shapes
        ]
        self.top_move = torch.zeros_like(self.top, requires_grad=True) if settings.with_top else None

    @property
    def parameters(self) -> Sequence[Tensor]:
        return self.moves if self.top_move is None else [self.top_move, *self.moves]

    def corrections(self) -> dict[int, Tensor]:
        """By layer from 1, [1, C, h, w], as they are added."""
        return {i: p * self._sizes[i - 1] for i, p in zip(self.indices, self.moves, strict=True)}

    def top_now(self) -> Tensor:
        return self.top if self.top_move is None else self.top + self.top_move * self._top_sd

    def r(self) -> Tensor:
        """r_n with all corrections, [1, C, h, w]."""
        return self.split.early(self.top_now(), self.corrections())[-1].x

    def image(self) -> Tensor:
        """float32 [1, 3, R, R]. Differentiable."""
        return self.split.draw(self.top_now(), self.corrections())

    def losses(self) -> dict[str, Tensor]:
        """Weighted parts, by name."""
        parts = self.likeness.parts(self.image())
        penalties = [p.square().mean() for p in self.parameters]
        parts["corrections"] = self.settings.penalty * torch.stack(penalties).sum()
        return parts

    def draw(self) -> int:
        return 1

    def backward(self, chunk: int) -> Mapping[str, float]:  # noqa: ARG002 - there is one
        return _backward(self.losses())

    def project(self) -> None:
        """Corrections may lie anywhere: that is paid for."""

    @property
    def held_out_chunks(self) -> int:
        return 1 if self.settings.patience else 0

    @torch.no_grad()
    def held_out(self, chunk: int) -> float:  # noqa: ARG002 - there is one
        """The loss as it is: a plateau of it ends the run."""
        return torch.stack(list(self.losses().values())).sum().item()

    def state_dict(self) -> dict[str, object]:
        return {"top": self.top, "moves": [p.detach() for p in self.parameters]}

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state that began with what another encoder said."""
        kept = cast("Tensor", state["top"]).to(self.top)
        if kept.shape != self.top.shape or not torch.allclose(kept, self.top, rtol=1e-2, atol=1e-3):
            raise ValueError("the encoder has changed since")
        self.top.copy_(kept)
        for parameter, kept in zip(self.parameters, cast("list[Tensor]", state["moves"]), strict=True):
            parameter.copy_(kept)


class TopObjective:
    """The top alone, float32 [1, D]. encoder: whose words of both pictures are compared; None: nobody's."""

    def __init__(
        self,
        split: Split,
        likeness: Likeness,
        settings: LayerwiseSettings,
        top: Tensor,
        encoder: nn.Module | None,
    ) -> None:
        self.split, self.likeness, self.settings = split, likeness, settings
        self.p = top.detach().clone().requires_grad_(True)
        self._encoder = encoder if settings.consistency > 0.0 else None
        self._wanted: Tensor | None = None
        if self._encoder is not None:
            with torch.no_grad():
                self._wanted = self._encoder(likeness.target)

    @property
    def parameters(self) -> Sequence[Tensor]:
        return (self.p,)

    def corrections(self) -> dict[int, Tensor]:
        return {}

    def top_now(self) -> Tensor:
        return self.p

    def r(self) -> Tensor:
        return self.split.early(self.p)[-1].x

    def image(self) -> Tensor:
        """float32 [1, 3, R, R]. Differentiable."""
        return self.split.draw(self.p)

    def losses(self) -> dict[str, Tensor]:
        image = self.image()
        parts = self.likeness.parts(image)
        if self._encoder is not None and self._wanted is not None:
            said = self._encoder(image)
            parts["encoder"] = self.settings.consistency * (said - self._wanted).square().mean()
        return parts

    def backward(self) -> Mapping[str, float]:
        return _backward(self.losses())


def _backward(parts: dict[str, Tensor]) -> dict[str, float]:
    total = torch.stack(list(parts.values())).sum()
    total.backward()
    return {"total": total.item(), **{name: part.item() for name, part in parts.items()}}
