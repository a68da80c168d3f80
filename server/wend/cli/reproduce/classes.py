"""Experiment `classes`: one direction for all classes but one, tried on that one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch
from wend.cli.reproduce.asked import FactorsAsked, open_asked, write_answer
from wend.cli.reproduce.compare import ComparePlan, open_jury
from wend.cli.reproduce.found import Finder, find_factor

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.library.factor_record import Factor
    from wend.methods.studies.pooled import PooledClasses
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

MODEL = "cast-64"
# Far from seeds that anything was learned from: those are drawn, these are as a person types them.
FIRST_SEED = 30_000


@dataclass(frozen=True)
class ClassesPlan:
    """How much is done. classes: of the model's, spread evenly, left out in turn; pictures: of a class, on
    which control is measured; world: that the judge is tried on; factor: of every job, beside the preset."""

    classes: int = 4
    pictures: int = 16
    world: int = 400
    edits: tuple[str, ...] = ("shift_x", "scale")
    factor: Mapping[str, "JsonValue"] = field(default_factory=dict)


QUICK = ClassesPlan(2, 4, 64, ("luminance",), {"starts": 12})


def run_classes(
    bench: "Workbench", folder: Path, plan: ClassesPlan, seed: int, find: Finder = find_factor
) -> "PooledClasses":
    """Every factor, kept in `folder`; then control measured class by class.

    Raises: InvalidInput for a model without classes, a judge that tells an attribute too badly, or
    a class whose pictures cannot follow.
    """
    from wend.errors import InvalidInput
    from wend.measure.probe import Probe
    from wend.measure.structure import Pieces
    from wend.methods.factor.edits import FACTOR_EDITS
    from wend.methods.factor.params import FactorParams
    from wend.methods.studies.control import POSITIONS, aim_of_factor
    from wend.methods.studies.pooled import (
        FITTED_ON,
        ClassControl,
        PooledClasses,
        PooledFactors,
        class_structure,
        try_classes,
    )

    spec, card = bench.generator.spec, bench.shelf.store.get(bench.model).card
    if spec.c_dim < 2:
        raise InvalidInput(f"{card.id} has no classes that could be pooled.")
    count = min(plan.classes, spec.c_dim)
    classes = tuple(k * spec.c_dim // count for k in range(count))
    names = tuple(spec.classes[c] for c in classes)
    jury = open_jury(bench, ComparePlan(world=plan.world), seed)
    first = FIRST_SEED + seed * plan.pictures * spec.c_dim
    probes = [
        Probe(bench.generator, card.psi, [first + c + spec.c_dim * k for k in range(plan.pictures)])
        for c in classes
    ]
    found: list[PooledFactors] = []
    scores: list[ClassControl] = []
    for name in plan.edits:
        aim = aim_of_factor(FACTOR_EDITS[name])
        jury.sight.require(aim.attribute)

        def factor(told: str, name: str = name, **of: int) -> "Factor":
            params = FactorParams.model_validate(
                {"model": card.id, "edit": name, "space": "z", "seed": seed, **plan.factor, **of}
            )
            return find(params, bench, folder, f"{name.replace('_', ' ')}: {told}").factor

        own = tuple(factor(f"{n} alone", class_index=c) for c, n in zip(classes, names, strict=True))
        without = tuple(factor(f"all but {n}", left_out=c) for c, n in zip(classes, names, strict=True))
        found.append(PooledFactors(name, own, without, factor("all classes")))
        slices = count * len(FITTED_ON) * (len(POSITIONS) + 1) * len(probes[0].chunks)
        work = try_classes(found[-1], probes, names, jury.judge, aim)
        scores += watch(work, slices, f"{name.replace('_', ' ')}: control of {count} classes")
    return PooledClasses(card.id, tuple(scores), class_structure(found, names, Pieces(("z",), (spec.z_dim,))))


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
