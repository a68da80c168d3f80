"""Tasks: truth that moves with the picture, losses that fall, parts that cannot be seen."""

import pytest
import torch

from wend.measure.ranking import draw_triples
from wend.measure.slices import finish
from wend.perception.plain_regressor import PlainRegressor
from wend.perception.point_regressor import PointRegressor
from wend.perception.residual_regressor import ResidualRegressor
from wend.perception.unet import UNet
from wend.training.perception.distance_task import DistanceTask
from wend.training.perception.factor_task import FactorTask, factor_code
from wend.training.perception.map_task import MapTask
from wend.training.perception.pictures import Pictures
from wend.training.perception.recipe import PerceptionRecipe
from wend.training.perception.task import Task
from wend.training.perception.trainer import NetworkTrainer
from wend.worlds.registry import open_world

WORLD = open_world("portraits")
CPU = torch.device("cpu")


def falls(task: Task, recipe: PerceptionRecipe, steps: int) -> bool:
    """Whether the mean loss of the last third of a short training is clearly under that of the first."""
    trainer = NetworkTrainer(task, recipe, 2e-3, 4 * steps * recipe.batch, CPU)
    losses = [dict(trainer.step().values)["total"] for _ in range(steps)]
    third = steps // 3
    return sum(losses[-third:]) < 0.9 * sum(losses[:third])


@pytest.mark.parametrize("kind", [ResidualRegressor, PlainRegressor, PointRegressor])
def test_a_regressor_learns(
    kind: type[ResidualRegressor | PlainRegressor | PointRegressor], drawn: Pictures, tiny: PerceptionRecipe
) -> None:
    task = FactorTask(kind(factor_code(WORLD)), drawn, drawn, WORLD.labels, 8)
    assert falls(task, tiny, 15)


def test_a_u_net_learns(drawn: Pictures, tiny: PerceptionRecipe) -> None:
    assert falls(MapTask(UNet(WORLD.labels), drawn, drawn, WORLD.labels, 4), tiny, 15)


def test_a_distance_learns_and_leaves_its_regressor_alone(tiny: PerceptionRecipe) -> None:
    network = ResidualRegressor(factor_code(WORLD))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    task = DistanceTask(network, finish(draw_triples(WORLD, 4, 3, 32)), 4)
    assert falls(task, tiny, 15)
    changed = {name.split(".")[0] for name, value in network.state_dict().items() if
               not torch.equal(value, before[name])}  # fmt: skip
    assert changed == {"projections", "weights"}


def test_the_truth_of_a_shifted_picture_is_shifted(drawn: Pictures) -> None:
    code = factor_code(WORLD)
    task = FactorTask(ResidualRegressor(code), drawn, drawn, WORLD.labels, 64)
    batch = task.batch(torch.Generator().manual_seed(3))
    plain = code.encode({n: torch.from_numpy(drawn.factors[:, i].copy()) for i, n in enumerate(drawn.names)})
    # What does not lie anywhere names the picture; the rest tells how far it was moved.
    still = [i for i, a in enumerate(code.attributes) if a.name not in ("head_x", "head_y")][:5]
    which = torch.cdist(batch["targets"][:, still], plain[:, still]).argmin(dim=1)
    moved = (batch["targets"] - plain[which])[:, :2] * torch.tensor([0.03, 0.02]) * 32
    assert bool((moved.abs() > 0.5).any())
    assert torch.allclose(moved, moved.round(), atol=1e-3)


def test_what_cannot_be_seen_teaches_nothing(drawn: Pictures) -> None:
    code = factor_code(WORLD)
    task = FactorTask(ResidualRegressor(code), drawn, drawn, WORLD.labels, 4)
    batch = task.batch(torch.Generator().manual_seed(3))
    batch["seen"] = torch.zeros_like(batch["seen"])
    batch["options"] = torch.full_like(batch["options"], -100)
    assert float(task.losses(task.network, batch)["total"].detach()) == 0.0


def test_rare_labels_weigh_more(drawn: Pictures) -> None:
    task = MapTask(UNet(WORLD.labels), drawn, drawn, WORLD.labels, 4)
    wall, iris = (float(task.weights[WORLD.labels.index(name)]) for name in ("background", "iris"))
    assert wall < 1.0 < iris


def test_labels_and_lines_are_shifted_with_their_picture(drawn: Pictures) -> None:
    task = MapTask(UNet(WORLD.labels), drawn, drawn, WORLD.labels, 8)
    batch = task.batch(torch.Generator().manual_seed(0))
    assert batch["labels"].shape[1:] == batch["lines"].shape[1:] == batch["images"].shape[2:]
    wall = batch["labels"] == 0
    spread = [
        float(image[:, mask].std(dim=1).mean()) for image, mask in zip(batch["images"], wall, strict=True)
    ]
    assert max(spread) < 0.3  # walls are plain: a map that had not moved along would cover heads too
