"""Experiment `classes`: one direction for all classes but one, tried on that one."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch
from wend.cli.reproduce.asked import FactorsAsked, open_asked, write_answer
from wend.cli.reproduce.records import keep_records

if TYPE_CHECKING:
    from wend.methods.studies.pooled import PooledClasses
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

MODEL = "cast-64"
CHUNK = 8
WORLD_SEED = 910_001
# Far from seeds that anything was learned from: those are drawn, these are as a person types them.
FIRST_SEED = 30_000


@dataclass(frozen=True)
class ClassesPlan:
    """How much is done. classes: of the model's, spread evenly; per_class: starts of each; steps, updates: as
    in every factor; pictures: of a class, on which control is measured; world: that the judge is tried on."""

    classes: int = 6
    per_class: int = 6
    steps: int = 4
    updates: int = 20
    learning_rate: float = 0.05
    pictures: int = 16
    world: int = 400
    edits: tuple[str, ...] = ("shift_x", "scale", "luminance")
    threshold: float = 0.7


QUICK = ClassesPlan(2, 3, 2, 5, 0.1, 3, 64, ("luminance",), 1.0)
WORST = 0.1


def run_classes(bench: "Workbench", folder: Path, plan: ClassesPlan, seed: int) -> "PooledClasses":
    """Trajectories of all classes, kept in `folder`; then every fit, and control measured class by class.

    Nothing is truncated. Raises: InvalidInput for a model without classes, a judge that tells an
    attribute too badly, or too few pictures that could follow.
    """
    from wend.errors import InvalidInput
    from wend.measure.card_world import world_of
    from wend.measure.probe import Probe
    from wend.measure.structure import Pieces
    from wend.measure.walk_judge import choose_seat, open_judge
    from wend.measure.walk_world import look_at_world
    from wend.methods.factor.codes import ZCodes
    from wend.methods.factor.edits import FACTOR_EDITS
    from wend.methods.factor.model import FitPlan
    from wend.methods.studies.added import added_aim
    from wend.methods.studies.control import POSITIONS
    from wend.methods.studies.painted import Painted
    from wend.methods.studies.pooled import (
        FITTED_ON,
        ClassControl,
        PooledClasses,
        PooledFit,
        class_structure,
        fit_pooled,
        try_classes,
    )

    generator, card = bench.generator, bench.shelf.store.get(bench.model).card
    c_dim = generator.spec.c_dim
    if c_dim < 2:
        raise InvalidInput(f"{card.id} has no classes that could be pooled.")
    count = min(plan.classes, c_dim)
    classes = tuple(k * c_dim // count for k in range(count))
    names = tuple(generator.spec.classes[c] for c in classes)
    world = world_of(card)
    judge = open_judge(bench.perception, choose_seat(bench.perception, world, card, {}), bench.device)
    looking = look_at_world(world, judge, plan.world, WORLD_SEED + seed, card.resolution, bench.device)
    sight = watch(looking, -(-plan.world // 16), f"{world.name}: {plan.world} pictures")
    codes = ZCodes(generator, 1.0)
    painted = Painted.draw(codes, generator, count * plan.per_class, seed, CHUNK, classes)
    first = FIRST_SEED + seed * plan.pictures * c_dim
    probes = [Probe(generator, 1.0, [first + c + c_dim * k for k in range(plan.pictures)]) for c in classes]
    fits: list[PooledFit] = []
    scores: list[ClassControl] = []
    for name in plan.edits:
        edit = FACTOR_EDITS[name]
        aim = added_aim(edit)
        sight.require(aim.attribute)
        path = folder / f"{name}.safetensors"
        records = keep_records(painted, edit, plan, path, f"{name.replace('_', ' ')}: {count} classes", seed)
        fits.append(fit_pooled(records, edit, classes, FitPlan(seed=seed), (plan.threshold, WORST)))
        slices = count * len(FITTED_ON) * (len(POSITIONS) + 1) * len(probes[0].chunks)
        work = try_classes(fits[-1], codes, probes, names, judge, aim)
        scores += watch(work, slices, f"{name.replace('_', ' ')}: control of {count} classes")
    pieces = Pieces(("z",), (codes.width,))
    return PooledClasses(card.id, tuple(scores), class_structure(fits, names, pieces))


def reproduce_classes(settings: "Settings", folder: Path, asked: FactorsAsked) -> dict[str, object]:
    """Fit, measure, and write CSV, HTML and JSON into `folder`, where trajectories are kept, too.

    Raises: as `run_classes`; ModelNotFound.
    """
    opened = open_asked(settings, asked, MODEL)
    plan = QUICK if asked.quick else ClassesPlan()
    found = run_classes(opened.bench, folder, plan, asked.seed)
    answer = {**found.as_dict(), **opened.made_with}
    tables = {"classes": found.table(), "cosines": found.structure.cosine_table()}
    return write_answer(folder, "classes", answer, tables, found.report(opened.made_with))
