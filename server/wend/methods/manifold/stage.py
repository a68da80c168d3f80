"""Manifold stage: one length of a growing chain - its energy, its optimiser, and the next length's start."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.methods.manifold.build import ManifoldTask
from wend.methods.manifold.chain import ManifoldObjective, Pull, Weights
from wend.methods.manifold.energy import offsets_of
from wend.methods.manifold.params import ManifoldParams
from wend.methods.manifold.start import Start, line_start, resample
from wend.optim.optimization import Optimization
from wend.optim.schedules import Schedule
from wend.optim.settings import OptimizationSettings

_RATE = 0.06
"""Step of Adam in shares of how far out the numbers of a frame lie (root mean square): at twice that it
overshoots for long, at half it is slow. Measured on masks of mouths and eyes of the bundled 64 px model."""
_LATER = 0.6  # of the rate, at each stage after the first: less is left to do


@dataclass(frozen=True)
class Measured:
    """c and sigma of the full chain, asked for or measured."""

    c: float
    sigma: float


def pull_of(params: ManifoldParams, measured: Measured, frames: int) -> Pull:
    """What a chain of so many frames is pulled to: as long as the full one, and as stiff over its length."""
    rest = measured.sigma * _steps(params, params.frames) / _steps(params, frames)
    alpha, beta, gamma = params.weights_at(measured.c, measured.sigma)
    share = (measured.sigma / rest) ** 2
    offsets = offsets_of(params.offsets, measured.c, frames, params.is_pinned)
    return Pull(offsets, rest, Weights(alpha * share, beta * share, gamma))


def known_start(task: ManifoldTask) -> Start | None:
    """The published start where c and sigma are given too, so that there is nothing to measure and no limit
    to hold c against; None where the region is to be looked at first."""
    params, scene = task.params, task.scene
    if params.start != "line" or params.c is None or params.sigma is None:
        return None
    chain = line_start(scene.shape, params.frames, params.seed).to(scene.ws.device)
    return Start(chain, params.c, params.sigma)


def first_chain(params: ManifoldParams, start: Start, frames: int) -> Tensor:
    """Displacements float32 [frames, rows, D] that the first stage begins with."""
    if params.start == "line":
        rows = start.displacements.shape[1:]
        return line_start((rows[0], rows[1]), frames, params.seed).to(start.displacements.device)
    return longer_chain(params, start.displacements, frames)


def longer_chain(params: ManifoldParams, chain: Tensor, frames: int) -> Tensor:
    """A chain of another number of frames along the same way, evenly spaced."""
    if len(chain) == frames:
        return chain.clone()
    if not _is_from_picture(params):
        return resample(chain, frames)
    # The picture itself, which comes before the first frame, is an end of the way as well.
    return resample(torch.cat([torch.zeros_like(chain[:1]), chain]), frames + 1)[1:]


def stage_run(
    task: ManifoldTask, stage: int, chain: Tensor, measured: Measured, rate: float | None = None
) -> Optimization:
    """The optimisation of a stage, from the chain that it begins with.

    rate: of learning, where a stage goes on that began with another chain.
    """
    params = task.params
    pull = pull_of(params, measured, len(chain))
    objective = ManifoldObjective(task.scene, task.sight, chain, pull, params.is_pinned)
    is_adam = params.method == "adam"
    settings = OptimizationSettings(
        updates=params.updates(stage),
        method=params.method,
        learning_rate=rate or params.learning_rate or (_adam_rate(chain, pull, stage) if is_adam else 1.0),
        schedule=Schedule("cosine" if is_adam else "constant"),
        rounds=0,
        memory=params.memory,
        rollbacks=0 if params.stops_at_once else 8,
        # As published: what is gone back to is the end of the call before.
        kept_every=params.inner if params.stops_at_once else 10,
    )
    return Optimization(objective, settings)


def objective_of(run: Optimization) -> ManifoldObjective:
    """What such a run optimises."""
    assert isinstance(run.objective, ManifoldObjective)
    return run.objective


def _adam_rate(chain: Tensor, pull: Pull, stage: int) -> float:
    """A chain that begins at one point is measured by how far it is to be unrolled instead."""
    numbers = math.prod(chain.shape[1:])
    out = float(chain.square().mean().sqrt())
    return _RATE * _LATER**stage * max(out, pull.rest * (len(chain) - 1) / 4.0 / math.sqrt(numbers))


def _is_from_picture(params: ManifoldParams) -> bool:
    """Whether the picture itself lies one step before the first frame."""
    return params.offsets == "growing" and not params.is_pinned


def _steps(params: ManifoldParams, frames: int) -> int:
    """Steps from the beginning of the way to its end."""
    return frames - 1 + int(_is_from_picture(params))
