"""Experiment `hue`: colours turned, as a factor that comes round, beside one that does not."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch
from wend.cli.reproduce.asked import FactorsAsked, open_asked, write_answer
from wend.cli.reproduce.records import keep_records

if TYPE_CHECKING:
    from wend.methods.factor.model import Fit
    from wend.methods.factor.trajectories import Records
    from wend.methods.studies.hue import HueStudy, Straightness
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

MODEL = "portraits-64"
CHUNK = 8
FIRST_SEED = 50_000
BESIDE = "luminance"
"""The straight factor that hue is held against."""


@dataclass(frozen=True)
class HuePlan:
    """How much is done. starts, steps, updates: of trajectories; pictures: that are turned; shown: some."""

    starts: int = 32
    steps: int = 4
    updates: int = 20
    learning_rate: float = 0.05
    pictures: int = 64
    shown: int = 6
    threshold: float = 0.7


QUICK = HuePlan(4, 2, 4, 0.1, 6, 3, 1.0)
WORST = 0.1
TURNS = (-60.0, -30.0, 0.0, 30.0, 60.0)


def run_hue(bench: "Workbench", folder: Path, plan: HuePlan, seed: int) -> "HueStudy":
    """Trajectories of hue and of luminance from the same starts, kept in `folder`; fits; then hue turned.

    In the model's first space. Raises: InvalidInput where too few pictures could follow.
    """
    import torch

    from wend.measure.probe import Probe
    from wend.methods.factor.edits import FACTOR_EDITS
    from wend.methods.factor.model import FitPlan, fit
    from wend.methods.factor.trajectories import kept
    from wend.methods.studies.hue import HueStudy, straightness, turn_pictures, turned
    from wend.methods.studies.painted import Painted, codes_of
    from wend.methods.studies.pooled import changes_of, factor_walk

    generator, card = bench.generator, bench.shelf.store.get(bench.model).card
    codes = codes_of(generator, card.psi)
    painted = Painted.draw(codes, generator, plan.starts, seed, CHUNK)

    def learn(name: str) -> "tuple[Straightness, Records, Fit]":
        edit = FACTOR_EDITS[name]
        records = keep_records(painted, edit, plan, folder / f"{name}.safetensors", name, seed)
        found = fit(changes_of(records, edit, plan.threshold, WORST), FitPlan(seed=seed))
        used = records.take(kept(records, plan.threshold, WORST))
        return straightness(edit, records, used, found), used, found

    beside, _, _ = learn(BESIDE)
    own, used, found = learn("hue")
    first = FIRST_SEED + seed * plan.pictures
    probe = Probe(generator, card.psi, list(range(first, first + plan.pictures)))
    walk = factor_walk(found, codes).to(bench.device)
    work = turn_pictures(probe, walk, TURNS)
    moved = watch(work, len(TURNS) * len(probe.chunks), "hue: turned")
    with torch.no_grad():
        part = slice(0, plan.shown)
        strip = torch.stack([probe.render(part, walk if turn else None, turn) for turn in TURNS], dim=1).cpu()
    return HueStudy(card.id, plan.pictures, (beside, own), turned(painted, used), moved, strip)


def reproduce_hue(settings: "Settings", folder: Path, asked: FactorsAsked) -> dict[str, object]:
    """Learn, turn, and write CSV, HTML and JSON into `folder`, where trajectories are kept, too.

    Raises: as `run_hue`; ModelNotFound.
    """
    opened = open_asked(settings, asked, MODEL)
    found = run_hue(opened.bench, folder, QUICK if asked.quick else HuePlan(), asked.seed)
    answer = {**found.as_dict(), **opened.made_with}
    tables = {"hue": found.table(), "quarters": found.turned.chart().table()}
    return write_answer(folder, "hue", answer, tables, found.report(opened.made_with))
