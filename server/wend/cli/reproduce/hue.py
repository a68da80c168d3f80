"""Experiment `hue`: colours turned, as a factor that comes round, beside one that does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch
from wend.cli.reproduce.asked import FactorsAsked, open_asked, write_answer
from wend.cli.reproduce.found import Finder, find_factor

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.latents.factor import FactorWalk
    from wend.methods.factor.records import Records
    from wend.methods.studies.hue import HueStudy, Straightness
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

MODEL = "portraits-64"
FIRST_SEED = 50_000
BESIDE = "luminance"
"""The straight factor that hue is held against."""


@dataclass(frozen=True)
class HuePlan:
    """How much is done. pictures: that are turned; shown: some of them; factor: of both
    jobs, beside the preset."""

    pictures: int = 64
    shown: int = 6
    factor: Mapping[str, "JsonValue"] = field(default_factory=dict)


QUICK = HuePlan(8, 3, {"starts": 12})
TURNS = (-60.0, -30.0, 0.0, 30.0, 60.0)


def run_hue(
    bench: "Workbench", folder: Path, plan: HuePlan, seed: int, find: Finder = find_factor
) -> "HueStudy":
    """The factors hue and luminance from as many pictures, kept in `folder`; then hue turned.

    Raises: InvalidInput where too few pictures could follow.
    """
    import torch

    from wend.measure.probe import Probe
    from wend.measure.walk_judge import HUE, pixels_of
    from wend.methods.factor.edits import FACTOR_EDITS
    from wend.methods.factor.params import FactorParams
    from wend.methods.factor.records import kept
    from wend.methods.factor.task import factor_task
    from wend.methods.studies.hue import HueStudy, straightness, turn_pictures, turned

    card = bench.shelf.store.get(bench.model).card

    def params(name: str) -> FactorParams:
        told = {"model": card.id, "edit": name, "seed": seed, **plan.factor}
        return FactorParams.model_validate(told)

    def learn(name: str) -> "tuple[Straightness, Records, FactorWalk]":
        own = params(name)
        found = find(own, bench, folder, name)
        used = found.records.take(kept(found.records, own.threshold, own.worst))
        return straightness(FACTOR_EDITS[name], found.records, used), used, found.factor.walk

    beside, _, _ = learn(BESIDE)
    straight, used, walk = learn("hue")
    walk = walk.to(bench.device)
    # The starts' own pictures, once more: a job keeps none.
    run = factor_task(params("hue"), bench).begin()
    starts = torch.cat([run.picture(k, run.starts[k : k + 1]) for k in range(run.count)])
    hues = pixels_of(starts)[HUE].values
    first = FIRST_SEED + seed * plan.pictures
    probe = Probe(bench.generator, card.psi, list(range(first, first + plan.pictures)))
    moved = watch(turn_pictures(probe, walk, TURNS), len(TURNS) * len(probe.chunks), "hue: turned")
    with torch.no_grad():
        part = slice(0, plan.shown)
        strip = torch.stack([probe.render(part, walk if turn else None, turn) for turn in TURNS], dim=1).cpu()
    return HueStudy(card.id, plan.pictures, (beside, straight), turned(hues, used), moved, strip)


def reproduce_hue(settings: "Settings", folder: Path, asked: FactorsAsked) -> dict[str, object]:
    """Learn, turn, and write CSV, HTML and JSON into `folder`; factors are kept beside those of others.

    Raises: as `run_hue`; ModelNotFound.
    """
    opened = open_asked(settings, asked, MODEL)
    found = run_hue(opened.bench, asked.kept, QUICK if asked.quick else HuePlan(), asked.seed)
    answer = {**found.as_dict(), **opened.made_with}
    tables = {"hue": found.table(), "quarters": found.turned.chart().table()}
    return write_answer(folder, "hue", answer, tables, found.report(opened.made_with))
