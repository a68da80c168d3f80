"""Experiment `structure`: factors, learned walks and principal components of one model, held together."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch
from wend.cli.reproduce.asked import FactorsAsked, open_asked, write_answer
from wend.cli.reproduce.found import Finder, find_factor
from wend.cli.reproduce.methods import PAIRS, QUICK, MethodsPlan, learn_pair

if TYPE_CHECKING:
    from wend.methods.studies.anatomy import Anatomy
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

MODEL = "portraits-64"
FIRST_SEED = 70_000


@dataclass(frozen=True)
class StructurePlan:
    """How much is done. learned: how sliders are; count: pictures that effects are looked at in; components,
    samples: principal components of w, and of how many w."""

    learned: MethodsPlan
    count: int = 6
    components: int = 8
    samples: int = 8_000


FULL = StructurePlan(MethodsPlan(pairs=PAIRS))
FAST = StructurePlan(QUICK, 3, 3, 2_000)


def run_structure(
    bench: "Workbench", kept: Path, plan: StructurePlan, seed: int, find: Finder = find_factor
) -> "Anatomy":
    """Learn both sliders of every edit (kept in `kept`), then look where all of them lie.

    Raises: InvalidInput for a slider that learns nothing.
    """
    from wend.measure.probe import Probe
    from wend.methods.studies.anatomy import FACTORS, WALKS, Anatomy, Shown, anatomy, principal_walks

    card = bench.shelf.store.get(bench.model).card
    first = FIRST_SEED + seed * plan.count
    probe = Probe(bench.generator, card.psi, list(range(first, first + plan.count)))
    factors: list[Shown] = []
    walks: list[Shown] = []
    for pair in plan.learned.pairs:
        walk, factor = learn_pair(bench, kept, plan.learned, pair, seed, find)
        asked = pair.asked(card.resolution)
        name = pair.factor.replace("_", " ")
        factors.append(Shown(name, FACTORS, factor.factor.walk, pair.strength(asked[-2], card.resolution)))
        walks.append(Shown(name, WALKS, walk.walk, asked[-2]))
    components = watch(
        principal_walks(probe, plan.components, plan.samples, seed),
        -(-plan.samples // 2_000),
        "components of w",
    )
    shown = [*factors, *walks, *components]
    found = watch(anatomy(probe, shown), len(shown), f"{card.id}: effects of style rows")
    return Anatomy(card.id, plan.count, found)


def reproduce_structure(settings: "Settings", folder: Path, asked: FactorsAsked) -> dict[str, object]:
    """Learn, look, and write CSV, HTML and JSON into `folder`. Raises: as `run_structure`; ModelNotFound."""
    opened = open_asked(settings, asked, MODEL)
    found = run_structure(opened.bench, asked.kept, FAST if asked.quick else FULL, asked.seed)
    answer = {**found.as_dict(), **opened.made_with}
    return write_answer(folder, "structure", answer, found.tables(), found.report(opened.made_with))
