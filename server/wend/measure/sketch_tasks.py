"""Sketch tasks: poses to teach a generator, each a region of the portraits world, so its target is exact.

Source: Wang, Bau and Zhu, "Sketch your own GAN", ICCV 2021, section 4.1: 30 drawings by F of pictures of
similar pose a task, and 2,500 pictures of that pose as the target; there both were picked by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.sample import BATCH
from wend.perception.network import LineNetwork
from wend.worlds.region import Region
from wend.worlds.world import World

DRAWINGS = 30
"""Of a task; fewer of them are the first of these."""
HELD_OUT = 30
"""Drawings of a task that no training sees."""
TARGETS = 2_500
"""Pictures of the target, and of every model that is held against it."""

TARGET_SEED, DRAWING_SEED, HELD_OUT_SEED = 810_001, 820_001, 830_001
"""Apart from each other and from all that generators and networks were trained on."""

WORLD = "portraits"

TASKS: tuple[Region, ...] = (
    Region("tilted", "Tilted left", {"tilt": (-20.0, -9.0)}, {}),
    Region("sideways", "Looking right and smiling", {"yaw": (12.0, 26.0), "smile": (0.5, 1.0)}, {}),
    Region("low", "Small and low", {"head_scale": (0.8, 0.94), "head_y": (0.02, 0.08)}, {}),
    Region(
        "glasses",
        "Long hair with glasses",
        {},
        {"hair_style": ("long",), "glasses": ("round", "square")},
    ),
)
"""Between 2 and 6 of 100 pictures of the world lie in each. The ends of the ranges keep out what the world
hardly ever draws."""


def task_named(name: str) -> Region:
    """Raises: InvalidInput."""
    for task in TASKS:
        if task.name == name:
            return task
    raise InvalidInput(f"There is no task {name}; there are {', '.join(task.name for task in TASKS)}.")


def task_pictures(
    world: World, task: Region, count: int, seed: int, size: int, device: torch.device
) -> Iterator[Tensor]:
    """Pictures of the region in batches, float32 [n, 3, size, size] in [-1, 1]; k depends on (seed, k)."""
    values = task.sample(world, count, seed)
    for start in range(0, count, BATCH):
        part = {name: value[start : start + BATCH].to(device) for name, value in values.items()}
        with torch.no_grad():
            images = world.render(part, size).images
        yield images


@dataclass(frozen=True)
class Drawn:
    """Pictures and what F draws of them: images [N, 3, S, S] in [-1, 1]; ink [N, 1, S, S], 0 to 1."""

    images: Tensor
    ink: Tensor

    @property
    def paper(self) -> Tensor:
        """The drawings as people's are kept: white paper 1, ink -1."""
        return 1.0 - 2.0 * self.ink


def machine_drawings(
    world: World,
    task: Region,
    lines: LineNetwork,
    count: int = DRAWINGS,
    seed: int = DRAWING_SEED,
    size: int = 64,
    device: torch.device | None = None,
) -> Drawn:
    """What F draws of `count` pictures of the region, which are among nobody's targets."""
    pictures = list(task_pictures(world, task, count, seed, size, device or torch.device("cpu")))
    with torch.no_grad():
        ink = [lines.draw(images) for images in pictures]
    return Drawn(torch.cat(pictures).cpu(), torch.cat(ink).cpu())
