"""Generator: the one protocol every network that draws from latents lives behind."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

import torch
from torch import Tensor

from wend.errors import InvalidInput

Space = Literal["z", "w"]


@dataclass(frozen=True)
class GeneratorSpec:
    """Shapes and names of a generator.

    resolution: side in pixels; num_ws: style rows; layer_names[k]: the layer whose output is the
    state after style row k; noise_sizes[k]: side of the noise map row k reads, 0 for none;
    read_rows: how many of them, from the first, anything reads, 0 for all (a chain's later layers read none);
    spaces: where walks may live, the first is the default; blends_in: where what lies between two latents is
    found, z (on the sphere) for a generator whose w is z itself beside the class.
    """

    resolution: int
    z_dim: int
    w_dim: int
    num_ws: int
    layer_names: tuple[str, ...]
    noise_sizes: tuple[int, ...]
    spaces: tuple[Space, ...] = ("w", "z")
    classes: tuple[str, ...] = field(default=())
    blends_in: Space = "w"
    read_rows: int = 0

    @property
    def rows(self) -> tuple[int, int]:
        """The style rows that anything reads, from the first to behind the last."""
        return 0, self.read_rows or self.num_ws

    @property
    def c_dim(self) -> int:
        return len(self.classes)


@dataclass(frozen=True)
class SynthesisState:
    """What synthesis carries before it reads style row `row`.

    x: [N, C, H, W]; rgb: float32 [N, 3, h, w], the sum of every toRGB that reads a row below `row`,
    or None before the first.
    """

    row: int
    x: Tensor
    rgb: Tensor | None

    @property
    def size_bytes(self) -> int:
        total = self.x.numel() * self.x.element_size()
        return total if self.rgb is None else total + self.rgb.numel() * self.rgb.element_size()

    def take(self, start: int, stop: int) -> "SynthesisState":
        """The samples [start, stop) of the batch."""
        return SynthesisState(
            self.row, self.x[start:stop], None if self.rgb is None else self.rgb[start:stop]
        )


class Generator(Protocol):
    """z -> mapping -> w -> (truncation, edits by the caller) -> ws -> synthesis, one style row a step.

    Synthesis is a list of `num_ws` steps; step k reads style row k alone, so any state can be kept and
    synthesis resumed from it. The image is the rgb of the state after the last step, float32
    [N, 3, R, R], nominally in [-1, 1], not clamped.
    """

    @property
    def spec(self) -> GeneratorSpec: ...

    @property
    def w_avg(self) -> Tensor:
        """The mean of w over all z and classes, float32 [w_dim]."""
        ...

    @property
    def device(self) -> torch.device: ...

    @property
    def size_bytes(self) -> int:
        """Memory its tensors take."""
        ...

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """z float32 [N, z_dim], c float32 [N, c_dim] one-hot or None -> w float32 [N, w_dim]."""
        ...

    def center(self, c: Tensor | None) -> Tensor:
        """Where truncation pulls w of classes c [N, c_dim]: float32 [1 or N, w_dim].

        `w_avg`, except where w holds the class itself, which truncation must leave alone.
        """
        ...

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        """The state before style row 0, activations in `dtype`."""
        ...

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        """Read style row `state.row`. w float32 [N, w_dim]; noise float32 [1 or N, 1, r, r] or None, and
        behind it, of kinds that take one, a correction of the layer's output (`generators.given`)."""
        ...

    def constant_noise(self) -> list[Tensor | None]:
        """The checkpoint's own noise maps, one per style row, float32 [1, 1, r, r]."""
        ...

    def style_matrices(self) -> list[Tensor]:
        """Per style row, the affine maps that read it stacked, float32 [A_k, w_dim]; [] if it has none."""
        ...


def state_after(
    generator: Generator,
    ws: Tensor,
    noise: list[Tensor | None] | None,
    layer: str,
    dtype: torch.dtype = torch.float32,
) -> SynthesisState:
    """The state right after a named layer of `spec.layer_names`: its activation is `state.x`.

    `synthesize(..., state=state)` goes on from it; put another activation into it with
    `dataclasses.replace`. ws float32 [N, L, D]. Raises: InvalidInput for a layer it does not have.
    """
    if layer not in generator.spec.layer_names:
        raise InvalidInput(f"There is no layer {layer!r}; there are {', '.join(generator.spec.layer_names)}.")
    state = generator.start(ws.shape[0], dtype)
    for row in range(generator.spec.layer_names.index(layer) + 1):
        state = generator.step(state, ws[:, row], None if noise is None else noise[row])
    return state


def synthesize(
    generator: Generator,
    ws: Tensor,
    noise: list[Tensor | None] | None,
    dtype: torch.dtype = torch.float32,
    state: SynthesisState | None = None,
) -> Tensor:
    """Run every remaining step: ws float32 [N, L, D] -> images float32 [N, 3, R, R]."""
    state = generator.start(ws.shape[0], dtype) if state is None else state
    for row in range(state.row, generator.spec.num_ws):
        state = generator.step(state, ws[:, row], None if noise is None else noise[row])
    assert state.rgb is not None
    return state.rgb
