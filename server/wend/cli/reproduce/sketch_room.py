"""Sketch room: what experiments on sketches share - parent, eye, kept runs - and their rows, run by run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import use_device, watch

if TYPE_CHECKING:
    from pydantic import JsonValue
    from torch import Tensor

    from wend.generators.generator import Generator
    from wend.library.card import ModelCard
    from wend.measure.report.page import Pictures
    from wend.measure.sketch_judge import Judge, ParentSide
    from wend.measure.sketch_sight import Onlooker, Sight
    from wend.methods.process_bench import ProcessBench
    from wend.methods.sketch.params import SketchParams
    from wend.methods.studies.sketching import Checkpoint, Row, Setting
    from wend.settings import Settings
    from wend.worlds.world import World

NEVER = 1000
"""Looks without a better one, so that runs that are compared are equally long."""
QUICK_LOOKALIKES = 64
_SHOWN = 10


@dataclass(frozen=True)
class Asked:
    """seeds: runs of each kind; minutes, iterations: of each at most, None for the default's own;
    others: settings of all trainings."""

    quick: bool
    seed: int
    seeds: int
    model: str
    task: str | None
    minutes: float | None
    iterations: int | None
    count: int
    pool: int
    others: "Mapping[str, JsonValue]" = field(default_factory=dict)


@dataclass(frozen=True)
class Room:
    """All that an experiment works with. kept: folder of checkpoints, rows and sheets."""

    asked: Asked
    bench: "ProcessBench"
    card: "ModelCard"
    world: "World"
    onlooker: "Onlooker"
    eye: str
    parent: "ParentSide"
    threads: int
    kept: Path

    @classmethod
    def open(cls, settings: "Settings", asked: Asked, kept: Path) -> "Room":
        """Raises: ModelNotFound, InvalidInput for a model of another world, PerceptionNotFound."""
        from wend.cli.measure.sketch import open_onlooker
        from wend.jobs.bench import open_process_bench
        from wend.measure.sketch_judge import look_at_parent, parent_slices

        _, threads = use_device(settings)
        bench = open_process_bench(settings)
        store = bench.shelf.store
        card = store.get(asked.model).card
        onlooker, world, eye = open_onlooker(settings, card, None, bench.device)
        generator = store.load(card.id, bench.device)
        looking = look_at_parent(
            onlooker, world, generator, card.hash, card.resolution, asked.count, asked.pool
        )
        slices = parent_slices(asked.count, asked.pool)
        parent = watch(looking, slices, f"{card.id}: {asked.pool} pictures")
        return cls(asked, bench, card, world, onlooker, eye, parent, threads, kept)

    def tasks(self, takes_all: bool) -> tuple[str, ...]:
        """Names: the one that was asked for, else the first, or all of them."""
        from wend.measure.sketch_tasks import TASKS

        if self.asked.task is not None:
            return (self.asked.task,)
        names = tuple(task.name for task in TASKS)
        return names if takes_all else names[:1]

    def judge(self, name: str) -> "Judge":
        """Raises: InvalidInput for no task."""
        from wend.measure.sketch_judge import judge_slices, open_judge
        from wend.measure.sketch_tasks import task_named

        task, n = task_named(name), self.asked.count
        opening = open_judge(self.onlooker, self.world, task, self.parent, self.card.resolution, n)
        return watch(opening, judge_slices(n), f"{task.title}: {2 * n} pictures")

    def untaught(self, experiment: str, judge: "Judge") -> "Iterator[Row]":
        """The untouched parent, and its samples nearest to the drawings."""
        from wend.methods.studies.sketching import Row

        sights: dict[Checkpoint, Sight] = {
            "parent": judge.parent.pool.first(judge.count),
            "nearest samples": judge.picked(judge.drawings.ink),
        }
        for name, sight in sights.items():
            yield Row.of(experiment, name, judge.task.name, self.asked.seed, name, judge.truth(sight))

    def params(self, setting: "Setting | None" = None, seed: int = 0) -> "SketchParams":
        """Of one run: ours, the setting's, and no longer than was asked for."""
        from wend.cli.reproduce.taught import NO_SET
        from wend.methods.sketch.params import SketchParams

        told: dict[str, object] = {"model": self.card.id, "sketches": NO_SET, "seed": seed}
        if self.asked.quick:
            told["picture_count"] = QUICK_LOOKALIKES
        if self.asked.minutes is not None or self.asked.iterations is not None:
            told["patience"] = NEVER
        if self.asked.minutes is not None:
            told |= {"minutes": self.asked.minutes, "iterations": 1_000_000}
        if self.asked.iterations is not None:
            told["iterations"] = self.asked.iterations
        return SketchParams.model_validate(
            {**told, **self.asked.others, **(setting.overrides if setting else {})}
        )

    def taught(
        self, experiment: str, judge: "Judge", setting: "Setting", seed: int, is_stopped: Callable[[], bool]
    ) -> "tuple[list[Row], Pictures]":
        """Rows of the best and the last checkpoint, and what the best draws. Raises: Exit where stopped."""
        import torch

        from wend.cli.reproduce.taught import Lesson, lookalikes_of, teach
        from wend.imaging.wobble import wobbly
        from wend.measure.report.page import Pictures
        from wend.methods.kept_rows import RowFile
        from wend.methods.sketch.extractor import open_extractor
        from wend.methods.studies.sketching import KEPT, Row

        params = self.params(setting, seed)
        extractor = open_extractor(params.extractor or "lines", self.bench, self.card.id, params.network)
        if extractor.form == "lines":
            ink = judge.drawings.ink[: setting.drawings]
            drawings = 1.0 - 2.0 * (wobbly(ink, seed) if setting.is_wobbly else ink)
        else:
            with torch.no_grad():
                images = judge.drawings.images[: setting.drawings].to(self.bench.device)
                drawings = extractor.drawings(images).cpu()
        told = {"task": judge.task.name, "drawings": setting.drawings, "wobbly": setting.is_wobbly}
        lesson = Lesson(params, drawings, told, self.card.hash)
        about: dict[str, object] = {"n": self.asked.count, "lesson": lesson.digest, "eye": self.eye}
        file = RowFile(self.kept / f"{lesson.digest}-{self.asked.count}", about)
        rows = [replace(Row(**kept), experiment=experiment, setting=setting.name) for kept in file]
        path = self.kept / f"{lesson.digest}.png"
        label = f"{judge.task.title}, {setting.name}, seed {seed}"
        if len(rows) < len(KEPT) or not path.is_file():
            wants_pictures = lesson.params.image_weight > 0.0
            count = lesson.params.picture_count
            pictures = lookalikes_of(self.card, count, self.kept) if wants_pictures else None
            training = teach(lesson, self.bench, pictures, self.kept, label, is_stopped)
            sight, looked_at = None, -1  # where the last is the best it is looked at once
            for checkpoint in KEPT:
                if checkpoint == "best":
                    training.take_best()
                else:
                    training.take_last()
                best = training.best
                updates = best.update if checkpoint == "best" and best else training.update
                if sight is None or updates != looked_at:
                    sight = self._look(training.pupil.generator, f"{label}: {checkpoint}")
                    looked_at = updates
                row = Row.of(
                    experiment, setting.name, judge.task.name, seed, checkpoint, judge.truth(sight),
                    updates, training.seconds,
                )  # fmt: skip
                if checkpoint not in [kept.checkpoint for kept in rows]:
                    file.add(asdict(row))
                    rows.append(row)
                if checkpoint == "best":
                    shown = torch.stack([extractor.to_maps(each) for each in drawings[:_SHOWN]])
                    _draw(path, shown.cpu(), judge, sight)
        note = (
            "drawings; the target; the parent and the child by the same seeds, and what F draws of the child"
        )
        return rows, Pictures(label, note, path.read_bytes(), 64 * _SHOWN, 64 * 5)

    def _look(self, generator: "Generator", label: str) -> "Sight":
        from wend.measure.sample import batches

        n = self.asked.count
        return watch(self.onlooker.of_generator(generator, n), batches(n), label)


def _draw(path: Path, drawn: "Tensor", judge: "Judge", child: "Sight") -> None:
    """A sheet of five rows: drawings, target, parent, child, the child's lines."""
    import torch

    from wend.imaging.contact_sheet import contact_sheet

    def fill(images: "Tensor") -> "Tensor":
        short = _SHOWN - min(len(images), _SHOWN)
        row = images[:_SHOWN].expand(-1, 3, -1, -1)
        return torch.cat([row, torch.ones(short, 3, *row.shape[-2:])])

    rows = [
        fill(drawn),
        fill(judge.target.sample.shown),
        fill(judge.parent.pool.sample.shown),
        fill(child.sample.shown),
        fill(1.0 - 2.0 * child.drawings(slice(0, _SHOWN))),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    contact_sheet(torch.cat(rows), _SHOWN, gap=0).save(path)
