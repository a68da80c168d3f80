"""Sketch judge: a task's target, parent and drawings, and every taught generator held against them."""

from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from wend.generators.generator import Generator
from wend.measure.chamfer import nearest
from wend.measure.frechet import NoiseFloor, noise_floor
from wend.measure.precision_recall import ManifoldScores, manifold_scores
from wend.measure.sample import batches
from wend.measure.seeds import WORLD_SEED
from wend.measure.sketch_sight import Onlooker, Sight, joined, tolerance_at
from wend.measure.sketch_tasks import (
    DRAWING_SEED,
    DRAWINGS,
    HELD_OUT,
    HELD_OUT_SEED,
    TARGET_SEED,
    TASKS,
    Drawn,
    machine_drawings,
)
from wend.measure.sketch_truth import (
    Distances,
    SketchTruth,
    distances_of,
    factor_moves,
)
from wend.measure.slices import Sliced
from wend.worlds.region import Region
from wend.worlds.world import World


@dataclass(frozen=True)
class ParentSide:
    """What is of the parent alone, whatever the task. pool: its samples, the first n of which stand for it;
    precision: of these among as many pictures of its whole world."""

    pool: Sight
    precision: float


def look_at_parent(
    onlooker: Onlooker,
    world: World,
    parent: Generator,
    weights: str,
    size: int,
    count: int,
    pool: int,
    k: int = 3,
) -> Sliced[ParentSide]:
    """pool: samples in all, `count` at least, among which a baseline picks; weights: the parent's hash."""
    parts: list[Sight] = []
    for first in range(0, max(pool, count), count):  # kept part by part: a pool takes minutes
        some = min(count, max(pool, count) - first)
        parts.append((yield from onlooker.of_model(parent, weights, some, first)))
    seen = joined(parts)
    whole = yield from onlooker.of_world(world, count, WORLD_SEED, size)
    scores = manifold_scores(whole.sample.vectors, seen.sample.vectors[:count], k)
    return ParentSide(seen, scores.precision)


def parent_slices(count: int, pool: int) -> int:
    """Batches that `look_at_parent` looks at, where nothing is kept."""
    return batches(max(pool, count)) + batches(count)


@dataclass(frozen=True)
class Judge:
    """One task, ready. target: 2 n exact pictures; drawings: 30 to learn from; held_out: others to match."""

    task: Region
    count: int
    k: int
    target: Sight
    drawings: Drawn
    held_out: Drawn
    parent: ParentSide

    @property
    def size(self) -> int:
        return self.drawings.ink.shape[-1]

    @cached_property
    def floor(self) -> NoiseFloor:
        """What two sets of n pictures of the target differ by."""
        return noise_floor(self.target.sample.vectors, self.count)

    @cached_property
    def ceiling(self) -> ManifoldScores:
        """Of n other pictures of the target."""
        vectors = self.target.sample.vectors
        return manifold_scores(vectors[: self.count], vectors[self.count : 2 * self.count], self.k)

    @cached_property
    def of_parent(self) -> Distances:
        """The untouched parent from the target."""
        target, parent = (side.first(self.count).sample for side in (self.target, self.parent.pool))
        return distances_of(target, parent, self.k)

    @cached_property
    def matches(self) -> tuple[float, float]:
        """How well the parent's lines, and the target's, match the held-out drawings."""
        sides = (side.first(self.count) for side in (self.parent.pool, self.target))
        parent, target = (side.match(self.held_out.ink, tolerance_at(self.size)) for side in sides)
        return parent, target

    def truth(self, child: Sight) -> SketchTruth:
        """n pictures of a taught generator beside target and parent, all of one count."""
        target, parent = (side.first(self.count).sample for side in (self.target, self.parent.pool))
        return SketchTruth(
            count=self.count,
            child=distances_of(target, child.sample, self.k),
            parent=self.of_parent,
            floor=self.floor,
            ceiling=self.ceiling,
            parent_precision=self.parent.precision,
            match=child.match(self.held_out.ink, tolerance_at(self.size)),
            parent_match=self.matches[0],
            target_match=self.matches[1],
            factors=factor_moves(self.task, target.factors, parent.factors, child.sample.factors),
        )

    def picked(self, sketches: Tensor) -> Sight:
        """The baseline: n of the parent's samples whose lines lie nearest to the sketches [M, 1, S, S]."""
        ink = self.parent.pool.drawings(slice(None))
        return self.parent.pool.take(nearest(ink, sketches, self.count))


def open_judge(
    onlooker: Onlooker, world: World, task: Region, parent: ParentSide, size: int, count: int, k: int = 3
) -> Sliced[Judge]:
    """Draws and looks at what is not kept yet. Raises: InvalidFactor for a region of another world."""
    target = yield from onlooker.of_task(world, task, 2 * count, TARGET_SEED, size)
    device = onlooker.device
    drawings = machine_drawings(world, task, onlooker.lines, DRAWINGS, DRAWING_SEED, size, device)
    held_out = machine_drawings(world, task, onlooker.lines, HELD_OUT, HELD_OUT_SEED, size, device)
    return Judge(task, count, k, target, drawings, held_out, parent)


def judge_slices(count: int) -> int:
    """Batches that `open_judge` looks at, where nothing is kept."""
    return batches(2 * count)


def likeliest_task(onlooker: Onlooker, world: World, child: Sight, size: int) -> Region:
    """The task whose held-out drawings a model's lines match best, for a model that says none."""

    def match(task: Region) -> float:
        drawn = machine_drawings(world, task, onlooker.lines, HELD_OUT, HELD_OUT_SEED, size, onlooker.device)
        return child.match(drawn.ink, tolerance_at(size))

    return max(TASKS, key=match)
