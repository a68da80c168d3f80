"""Steer: the objective that teaches a walk to do to generated pictures what an edit does to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.generators.generator import Generator, SynthesisState, synthesize
from wend.latents.seed import noise_map
from wend.latents.truncation import truncate
from wend.methods.edits.picture import Edited
from wend.methods.losses import EditLoss, masked_l2_each
from wend.methods.steer.learners import Learner, Place
from wend.optim.checkpoint import rng_state

Precision = Literal["float32", "bfloat16"]
"""Of the activations of pictures in training; their colours, losses and what is held out are float32."""
Codes = Literal["normal", "truncated"]
"""How z is drawn: N(0, I), or N(0, I) within [-2, 2] as for BigGAN."""

# Held-out codes come from a random generator of their own, far from the run's.
_HELD_OUT_SEED = 7_777_777


@dataclass(frozen=True)
class Draw:
    """What one update, or all held-out pairs, look at. z [N, z_dim]; classes [N] or None; alphas [N, S]."""

    z: Tensor
    classes: Tensor | None
    alphas: Tensor


@dataclass(frozen=True)
class SteerPlan:
    """What fixes the objective beside its learners. psi: truncation of every picture in training.

    classes: those to draw from, empty without classes; per_class: each has a learner of its own.
    per_sample: every sample has a strength of its own, where the edit's law would draw one for a batch.
    chunk: samples rendered at once, the same on every day of a run; held_out: pairs held out, which are
    looked at in float32 whatever the precision.
    """

    place: Place
    first_row: int
    batch: int
    chunk: int
    psi: float
    seed: int
    held_out: int = 32
    codes: Codes = "normal"
    classes: tuple[int, ...] = ()
    per_class: bool = False
    per_sample: bool = False
    precision: Precision = "float32"


class SteerObjective:
    """min over walks of E L(G(z moved by alpha), edit(G(z), alpha)), Objective of the one loop.

    learners: one, or one for each class of the plan. An update is `batch` samples in chunks: first every
    target is made without a graph (the loss divides by the mask of the whole batch), then every moved
    picture forward and backward. The generator is frozen; noise maps are those of noise seed 0 in both
    passes; no gradient goes through a target. A walk that leaves the first rows alone shares their
    activations with the target's picture.
    Source: Jahanian, Chai and Isola, "On the 'steerability' of generative adversarial networks", 2020.
    """

    def __init__(
        self, generator: Generator, learners: Sequence[Learner], loss: EditLoss, plan: SteerPlan
    ) -> None:
        assert len(learners) == (len(plan.classes) if plan.per_class else 1)
        self._generator, self._learners, self._loss, self._plan = generator, tuple(learners), loss, plan
        self._rng = torch.Generator().manual_seed(plan.seed)
        sizes = generator.spec.noise_sizes
        self._noise = [
            noise_map(0, row, size).to(generator.device) if size else None for row, size in enumerate(sizes)
        ]
        self._dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[plan.precision]
        self._drawn: Draw | None = None
        self._targets: list[tuple[Edited, Tensor, SynthesisState | None]] = []
        # What the masks of all targets count together.
        self._whole = 0.0
        self._held_out = self._draw(torch.Generator().manual_seed(_HELD_OUT_SEED + plan.seed), plan.held_out)

    @property
    def parameters(self) -> Sequence[Tensor]:
        return tuple(p for learner in self._learners for p in learner.parameters)

    @property
    def chunks(self) -> int:
        """Parts that a batch is looked at in."""
        return -(-self._plan.batch // self._plan.chunk)

    def draw(self) -> int:
        """Chunks: one to make each target, then one to go through each moved picture."""
        self._drawn = self._draw(self._rng, self._plan.batch)
        self._targets, self._whole = [], 0.0
        return 2 * self.chunks

    def backward(self, chunk: int) -> Mapping[str, float]:
        assert self._drawn is not None
        if chunk < self.chunks:
            # A further round of the same draw has its targets already.
            if chunk == len(self._targets):
                self._targets.append(self._target(self._part(self._drawn, chunk), self._dtype))
                self._whole += self._loss.weight(self._targets[-1][0][1])
            return {"total": 0.0}
        chunk -= self.chunks
        part = self._part(self._drawn, chunk)
        (target, mask), latent, state = self._targets[chunk]
        if not part.alphas.any():
            # Nothing moves: there is no gradient, and the picture is its own target.
            return {"total": 0.0}
        moved = self._render(self._moved(latent, part), part, state, self._dtype)
        loss = self._loss.part(moved, target, mask, self._whole)
        loss.backward()
        return {"total": float(loss.detach())}

    def project(self) -> None:
        for learner in self._learners:
            learner.project()

    @property
    def held_out_chunks(self) -> int:
        return self._plan.held_out

    def held_out(self, chunk: int) -> float:
        """Of one pair: the loss it is trained by, on a code and a strength it is not trained on."""
        with torch.no_grad():
            one = slice(chunk, chunk + 1)
            part = _cut(self._held_out, one)
            (target, mask), latent, state = self._target(part)
            moved = self._render(self._moved(latent, part), part, state)
            loss = self._loss.part(moved, target, mask, self._loss.weight(mask))
        return float(loss) / self._plan.held_out

    def edit_errors(self, codes: Draw, chunk: int) -> Tensor:
        """Masked L2 of each sample of one chunk of `codes`, [n]: the measure that all losses share."""
        with torch.no_grad():
            part = self._part(codes, chunk)
            (target, mask), latent, state = self._target(part)
            return masked_l2_each(self._render(self._moved(latent, part), part, state), target, mask)

    def _draw(self, rng: torch.Generator, count: int) -> Draw:
        plan, width = self._plan, self._generator.spec.z_dim
        z = torch.randn(count, width, generator=rng)
        while plan.codes == "truncated" and bool((z.abs() > 2.0).any()):
            z = torch.where(z.abs() > 2.0, torch.randn(count, width, generator=rng), z)
        classes = None
        if plan.classes:
            chosen = torch.randint(0, len(plan.classes), (count,), generator=rng)
            classes = torch.tensor(plan.classes)[chosen]
        # Held-out pairs have a strength each in any case: one for all would tell of that one alone.
        if rng is self._rng and not plan.per_sample:
            alphas = self._learners[0].draw(rng, count)
        else:
            alphas = torch.cat([self._learners[0].draw(rng, 1) for _ in range(count)])
        return Draw(z, classes, alphas)

    def _part(self, drawn: Draw, chunk: int) -> Draw:
        return _cut(drawn, slice(chunk * self._plan.chunk, (chunk + 1) * self._plan.chunk))

    def _target(
        self, part: Draw, dtype: torch.dtype = torch.float32
    ) -> tuple[Edited, Tensor, SynthesisState | None]:
        """Target and mask, the latent that starts the walk, and what synthesis had before its first row."""
        generator, plan = self._generator, self._plan
        with torch.no_grad():
            z = part.z.to(generator.device)
            ws = self._styles(z, part)
            with self._autocast(dtype):
                state = generator.start(len(ws), dtype)
                for row in range(plan.first_row if plan.place != "z" else 0):
                    state = generator.step(state, ws[:, row], self._noise[row])
                images = synthesize(generator, ws, self._noise, state=state)
            edited = self._learners[0].edit(images, part.alphas)
        return edited, z if plan.place == "z" else ws, state if plan.place != "z" else None

    def _moved(self, latent: Tensor, part: Draw) -> Tensor:
        if not self._plan.per_class:
            return self._learners[0].move(latent, part.alphas)
        assert part.classes is not None
        rows: list[Tensor] = []
        for k, index in enumerate(part.classes.tolist()):
            learner = self._learners[self._plan.classes.index(index)]
            rows.append(learner.move(latent[k : k + 1], part.alphas[k : k + 1]))
        return torch.cat(rows)

    def _render(
        self,
        latent: Tensor,
        part: Draw,
        state: SynthesisState | None,
        dtype: torch.dtype = torch.float32,
    ) -> Tensor:
        ws = self._styles(latent, part) if self._plan.place == "z" else latent
        with self._autocast(dtype):
            return synthesize(self._generator, ws, self._noise, dtype, state)

    def _autocast(self, dtype: torch.dtype) -> torch.autocast:
        return torch.autocast(self._generator.device.type, dtype, enabled=dtype != torch.float32)

    def _styles(self, z: Tensor, part: Draw) -> Tensor:
        spec = self._generator.spec
        c = None
        if part.classes is not None:
            c = F.one_hot(part.classes, spec.c_dim).float().to(z.device)
        ws = self._generator.mapping(z, c)[:, None].expand(-1, spec.num_ws, -1)
        return truncate(ws, self._generator.center(c), self._plan.psi, None)

    def state_dict(self) -> dict[str, object]:
        drawn = self._drawn
        return {
            "parameters": [p.detach().clone() for p in self.parameters],
            "rng": rng_state(self._rng),
            "chunk": self._plan.chunk,
            "drawn": None if drawn is None else [drawn.z, drawn.classes, drawn.alphas],
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state of another chunk size: its sums would differ in their last bits."""
        if state["chunk"] != self._plan.chunk:
            raise ValueError(f"the state is of a run in chunks of {state['chunk']}, not {self._plan.chunk}")
        with torch.no_grad():
            for parameter, value in zip(
                self.parameters, cast("list[Tensor]", state["parameters"]), strict=True
            ):
                parameter.copy_(value)
        self._rng.set_state(cast("Tensor", state["rng"]))
        drawn = cast("list[Tensor] | None", state["drawn"])
        self._drawn = None if drawn is None else Draw(*drawn)
        self._targets, self._whole = [], 0.0


def _cut(drawn: Draw, part: slice) -> Draw:
    return Draw(drawn.z[part], None if drawn.classes is None else drawn.classes[part], drawn.alphas[part])
