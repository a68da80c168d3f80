"""Steer records: the walks of a task, and what is put on the shelf of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch

from wend.errors import InvalidInput
from wend.generators.generator import Generator
from wend.latents.steps import StepWalk
from wend.latents.walk import Direction, Walk
from wend.library.walk_record import Scalar, WalkRecord
from wend.measure.limits import UsableRange
from wend.methods.steer.build import SteerTask


@dataclass(frozen=True)
class Learned:
    """One walk: of which slider of its edit, and of which class alone."""

    slider: str
    walk: Walk
    class_index: int | None

    @property
    def key(self) -> str:
        """Of its id within the family."""
        form = "steps" if isinstance(self.walk, StepWalk) else "linear"
        of_class = "" if self.class_index is None else f"class-{self.class_index}"
        return "-".join(part for part in (self.slider or form, of_class) if part)


def learned_walks(task: SteerTask) -> list[Learned]:
    """Every walk of a task as it is now."""
    return [
        Learned(slider, walk, task.class_of(index))
        for index, learner in enumerate(task.learners)
        for slider, walk in learner.walks()
    ]


def seed_showing(class_index: int | None, number: int, c_dim: int) -> int:
    """The number-th seed whose picture shows a class: a probe shows class i % c_dim for seed i."""
    return number if class_index is None else class_index + c_dim * number


def make_records(
    task: SteerTask,
    generator: Generator,
    generator_hash: str,
    family: str,
    ranges: Sequence[UsableRange],
    facts: dict[str, Scalar],
) -> list[WalkRecord]:
    """What is put on the shelf. facts: settings of the run beside its parameters.

    Raises: InvalidInput where nothing was learned.
    """
    records: list[WalkRecord] = []
    for learned, usable in zip(learned_walks(task), ranges, strict=True):
        walk = learned.walk
        steps = walk.weights if isinstance(walk, StepWalk) else None
        line = (
            walk if isinstance(walk, Direction) else Direction(torch.zeros(0), 0.0, task.site.space, (0, 1))
        )
        if steps is None and line.unit == 0.0:
            raise InvalidInput("Nothing was learned: no direction changes what the loss sees.")
        low, high = round(usable.low, 3), round(usable.high, 3)
        if low == high:
            # A slider needs a length; how far pictures stay likely is then not for it to tell.
            low, high = -task.reach, task.reach
        title = f"{task.edit.title} {learned.slider}".strip()
        if learned.class_index is not None:
            title += f" ({generator.spec.classes[learned.class_index]})"
        records.append(
            WalkRecord(
                id=f"{family}/{learned.key}",
                title=title,
                method="steer",
                space=task.site.space,
                unit=task.edit.unit,
                layers=task.site.layers,
                low=low,
                high=high,
                psi=task.psi,
                strength=usable.strength,
                generator_hash=generator_hash,
                vector=line.vector,
                unit_length=line.unit,
                settings=_settings(task, learned.slider) | facts,
                trained=(-task.reach, task.reach),
                class_index=learned.class_index,
                steps=steps,
                is_rounded=steps is not None and task.params.rounded,
            )
        )
    return records


def _settings(task: SteerTask, slider: str) -> dict[str, Scalar]:
    """Every parameter as it was used, in plain values."""
    left_out = {"model", "layers", "class_index"}
    told = task.params.model_dump(mode="json", exclude_none=True, exclude=left_out)
    settings = {name: cast("Scalar", value) for name, value in told.items()}
    settings |= {"psi": task.psi, "reach": task.reach}
    settings |= {"layer_start": task.site.layers[0], "layer_end": task.site.layers[1]}
    if task.edit.source:
        settings["edit_sha256"] = task.edit.source
    return settings | ({"channel": slider} if slider else {})
