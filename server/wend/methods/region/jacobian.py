"""Region Jacobian: how a picture changes, pixel by pixel, with every direction of a space, row by row."""

import time
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.func import jvp, vmap

from wend.generators.generator import Generator, SynthesisState
from wend.measure.slices import Sliced
from wend.methods.region.space import Rows

Mode = Literal["forward", "difference"]

SLICE_S = 0.022
"""Of one slice, so that with what else it does it stays below 30 ms."""
MAX_BATCH = 64
_STEP = 0.1
"""Of finite differences, in standard deviations: float32 rounds to about 1e-4 of a change of that size."""
_PREVIEW_SIDE = 64
_FAST_S = 0.06
"""A generator that draws a picture within this time needs no preview."""


@dataclass
class _Pace:
    """How many directions a slice takes at each style row: learned from the slices before, or always `fixed`,
    since a product's last bits depend on how many are taken together."""

    seconds: dict[int, float]
    fixed: int | None = None

    def batch(self, row: int) -> int:
        if self.fixed is not None:
            return self.fixed
        each = self.seconds.get(row)
        return 4 if each is None else max(1, min(MAX_BATCH, int(SLICE_S / max(each, 1e-7))))

    def note(self, row: int, seconds: float, count: int) -> None:
        each = seconds / count
        self.seconds[row] = 0.5 * (self.seconds.get(row, each) + each)


class Linearization:
    """A generator at one ws float32 [1, L, D]: the states before every row, and derivatives there.

    image: float32 [1, 3, h, w], not clamped, at the full size, or, where a picture takes longer than 60 ms
    and the generator sums its RGB up from small to large, at the first size of 64 px or more that it passes
    (`is_preview`). mode: 'forward' for products by forward-mode differentiation in float32, where every step
    of the generator has them (tried here), else central differences of 0.1 standard deviations.

    Source: Baydin et al., "Automatic differentiation in machine learning: a survey", 2018, section 3.1. Rows
    before the first that a direction moves are run once for all (prefix reuse).
    """

    def __init__(
        self, generator: Generator, ws: Tensor, noise: list[Tensor | None] | None, batch: int | None = None
    ) -> None:
        self.generator = generator
        self.ws = ws.detach().clone()
        self.noise = noise
        self.states: list[SynthesisState] = []
        self.mode: Mode = "difference"
        self.forward_s = 0.0
        self._pace = _Pace({}, batch)

    @classmethod
    def at(
        cls,
        generator: Generator,
        ws: Tensor,
        noise: list[Tensor | None] | None,
        is_preview_wanted: bool | None = None,
        batch: int | None = None,
    ) -> Sliced["Linearization"]:
        """Run the generator once, a row a slice. is_preview_wanted: None decides by the time it takes; batch:
        of directions in a slice, None likewise. With both given the same inputs give the same bits."""
        made = cls(generator, ws, noise, batch)
        state = generator.start(1, torch.float32)
        made.states.append(state)
        for row in range(generator.spec.num_ws):
            began = time.perf_counter()
            state = generator.step(state, made.ws[:, row], made._noise(row))
            _settle(generator.device)
            made.forward_s += time.perf_counter() - began
            made.states.append(state)
            yield
            is_slow = made.forward_s > _FAST_S if is_preview_wanted is None else is_preview_wanted
            if is_slow and state.rgb is not None and state.rgb.shape[-1] >= _PREVIEW_SIDE:
                break
        made.mode = "forward" if made._has_forward_mode() else "difference"
        return made

    @property
    def rows(self) -> int:
        """Style rows that are read for `image`."""
        return len(self.states) - 1

    @property
    def is_preview(self) -> bool:
        return self.rows < self.generator.spec.num_ws

    @property
    def image(self) -> Tensor:
        rgb = self.states[-1].rgb
        assert rgb is not None
        return rgb

    def draw(self, ws: Tensor) -> Sliced[Tensor]:
        """Images float32 [N, 3, h, w] of ws [N, L, D], as large as `image`; equal rows run once."""
        same = (ws == self.ws).all(dim=-1).all(dim=0).long().cumprod(0)
        first = min(int(same.sum()), self.rows - 1)
        parts: list[Tensor] = []
        start = 0
        while start < len(ws):
            count = self._pace.batch(-1 - first)
            part = ws[start : start + count]
            began = time.perf_counter()
            state = _repeat(self.states[first], len(part))
            for row in range(first, self.rows):
                state = self.generator.step(state, part[:, row], self._noise(row))
            assert state.rgb is not None
            parts.append(state.rgb)
            _settle(self.generator.device)
            self._pace.note(-1 - first, time.perf_counter() - began, len(part))
            start += len(part)
            yield
        return torch.cat(parts)

    def push(self, directions: Tensor, rows: Rows) -> Sliced[Tensor]:
        """Derivatives float32 [K, 3, h, w] of the image along directions [K, D] of w, on a range of rows."""
        start, end = rows[0], min(rows[1], self.rows)
        if start >= end:
            return self.image.new_zeros(len(directions), *self.image.shape[1:])
        if self.mode == "difference":
            return (yield from self._differences(directions, (start, end)))
        x: Tensor | None = None
        rgb: Tensor | None = None
        for row in range(start, self.rows):
            done = 0
            xs: list[Tensor] = []
            rgbs: list[Tensor] = []
            while done < len(directions):
                part = slice(done, done + self._pace.batch(row))
                began = time.perf_counter()
                moves = [directions[part, None]] if row < end else []
                dx, drgb = self._push_row(row, _part(x, part), _part(rgb, part), moves)
                _settle(self.generator.device)
                count = len(directions[part])
                self._pace.note(row, time.perf_counter() - began, count)
                xs.append(dx)
                if drgb is not None:
                    rgbs.append(drgb)
                done += count
                yield
            x, rgb = torch.cat(xs), torch.cat(rgbs) if rgbs else None
        assert rgb is not None
        return rgb[:, 0]

    def _push_row(
        self, row: int, x: Tensor | None, rgb: Tensor | None, moves: list[Tensor]
    ) -> tuple[Tensor, Tensor | None]:
        """One row: derivatives [K, 1, ...] of what it reads to those of what it makes. What is None or
        missing does not change."""
        state = self.states[row]
        held: list[Tensor] = []
        tangents: list[Tensor] = []
        places: list[str] = []
        for name, primal, tangent in (
            ("x", state.x, x),
            ("rgb", state.rgb, rgb),
            ("w", self.ws[:, row], moves[0] if moves else None),
        ):
            if primal is not None and tangent is not None:
                held.append(primal)
                tangents.append(tangent)
                places.append(name)

        def run(*values: Tensor) -> tuple[Tensor, ...]:
            given = dict(zip(places, values, strict=True))
            before = SynthesisState(row, given.get("x", state.x), given.get("rgb", state.rgb))
            after = self.generator.step(before, given.get("w", self.ws[:, row]), self._noise(row))
            return (after.x,) if after.rgb is None else (after.x, after.rgb)

        def along(*each: Tensor) -> tuple[Tensor, ...]:
            made: tuple[Tensor, ...] = jvp(run, tuple(held), each)[1]
            return made

        made = vmap(along)(*tangents)
        return made[0], made[1] if len(made) > 1 else None

    def _differences(self, directions: Tensor, rows: Rows) -> Sliced[Tensor]:
        start, end = rows
        moved = self.ws.repeat(2 * len(directions), 1, 1)
        step = _STEP * directions[:, None]
        moved[: len(directions), start:end] += step
        moved[len(directions) :, start:end] -= step
        there, back = (yield from self.draw(moved)).chunk(2)
        return (there - back) / (2.0 * _STEP)

    def _has_forward_mode(self) -> bool:
        """Whether each row's step can be differentiated forward, for several directions at once."""
        _load_rules()
        try:
            x: Tensor | None = None
            rgb: Tensor | None = None
            for row in range(self.rows):
                x, rgb = self._push_row(row, x, rgb, [self.ws[:, row].expand(2, 1, -1)])
        except (RuntimeError, NotImplementedError, ValueError, TypeError):
            # torch says in any of these that an operation has no forward derivative or batching rule.
            return False
        return rgb is not None and bool(torch.isfinite(rgb).all())

    def _noise(self, row: int) -> Tensor | None:
        return None if self.noise is None else self.noise[row]


def _load_rules() -> None:
    """torch compiles its forward rules when they are first used. Python shows nobody the DeprecationWarning
    of its compiler; to silence it here would change the filters of all threads, not of this one."""
    import torch._decomp.decompositions_for_jvp  # noqa: F401


def _part(tensor: Tensor | None, part: slice) -> Tensor | None:
    return None if tensor is None else tensor[part]


def _repeat(state: SynthesisState, count: int) -> SynthesisState:
    rgb = None if state.rgb is None else state.rgb.expand(count, -1, -1, -1)
    return SynthesisState(state.row, state.x.expand(count, -1, -1, -1), rgb)


def _settle(device: torch.device) -> None:
    """A GPU works on after a call has returned; a slice is as long as its work."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
