"""Steering finds directions that are known: those of the disc world, within 5 000 updates of batch 4."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.methods.steer_bench import bench_of
from wend.latents.walk import Direction
from wend.methods.edits.catalog import EDITS
from wend.methods.edits.edit import user_edit
from wend.methods.steer.build import steer_task
from wend.methods.steer.params import SteerParams
from wend.optim.optimization import Optimization
from wend.worlds.disc import GROUND

COORDINATES = ("x", "y", "size", "brightness")


def lit_disc(images: Tensor, alpha: float) -> Tensor:
    """Light added to the disc alone, the ground left: what the world itself can do."""
    ground = 2.0 * GROUND - 1.0
    cover = ((images - ground) / (images.amax(dim=(1, 2, 3), keepdim=True) - ground)).clamp(0.0, 1.0)
    return images + alpha * cover


BOOK = {**EDITS, "lit": user_edit("lit", lit_disc, reach=0.3)}


# Four hundred of the 5 000 updates are enough, and take seconds.
@pytest.mark.parametrize(
    ("edit", "factor"), [("shift_x", "x"), ("shift_y", "y"), ("zoom", "size"), ("lit", "brightness")]
)
def test_the_direction_is_the_true_one(edit: str, factor: str, tmp_path: Path) -> None:
    params = SteerParams(
        model="analytic-disc", edit=edit, place="w", batch=4, samples=1600, learning_rate=0.05, start_sd=0.1,
        patience=None, check_every=0, held_out=8,
    )  # fmt: skip
    task = steer_task(params, bench_of("analytic-disc", tmp_path), BOOK)
    run = Optimization(task.objective, params.optimization)
    run.run()
    assert run.updates == 400
    ((_, walk),) = task.learners[0].walks()
    assert isinstance(walk, Direction)
    # A unit of w is a standard deviation of each factor.
    assert float(walk.vector[COORDINATES.index(factor)]) > 0.99
    assert run.checks[-1].loss < run.checks[0].loss


def test_a_shift_has_the_true_length(tmp_path: Path) -> None:
    params = SteerParams(
        model="analytic-disc",
        place="w",
        batch=4,
        samples=800,
        learning_rate=0.05,
        patience=None,
        check_every=0,
    )
    task = steer_task(params, bench_of("analytic-disc", tmp_path))
    Optimization(task.objective, params.optimization).run()
    ((_, walk),) = task.learners[0].walks()
    assert isinstance(walk, Direction)
    # A pixel is 1/32 of the width, a standard deviation of x 0.07 of it.
    assert walk.unit * float(walk.vector[0]) == pytest.approx(1.0 / 32.0 / 0.07, rel=0.02)


def test_step_networks_find_it_too(tmp_path: Path) -> None:
    params = SteerParams(
        model="analytic-disc", walk="steps", place="w", step_size=1.0, step_count=4, batch=4, samples=1600,
        learning_rate=0.01, patience=None, check_every=0,
    )  # fmt: skip
    task = steer_task(params, bench_of("analytic-disc", tmp_path))
    run = Optimization(task.objective, params.optimization)
    run.run()
    assert run.checks[-1].loss < 0.1 * run.checks[0].loss
    ((_, walk),) = task.learners[0].walks()
    z = torch.randn(20, 1, 4, generator=torch.Generator().manual_seed(9))
    for alpha in (-3.0, 3.0):
        moved = (walk.apply(z, alpha) - z)[:, 0].mean(dim=0)
        assert math.copysign(1.0, alpha) * float(moved[0]) / float(moved.norm()) > 0.95
