"""Experiment `methods`: learned walks and factors of the same edits, side by side on one model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch
from wend.cli.reproduce.asked import FactorsAsked, open_asked, write_answer
from wend.cli.reproduce.compare import ComparePlan, open_jury
from wend.cli.reproduce.found import Finder, find_factor
from wend.cli.reproduce.learned import learn_timed_walk

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.cli.reproduce.found import FoundFactor
    from wend.cli.reproduce.learned import LearnedWalk
    from wend.methods.factor.params import FactorParams
    from wend.methods.steer.params import SteerParams
    from wend.methods.studies.side import SideScore
    from wend.methods.studies.sides import Sides
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

MODEL = "portraits-64"
# Far from the seeds that anything was learned from.
FIRST_SEED = 60_000


@dataclass(frozen=True)
class Pair:
    """One edit as either method names it, and the amounts asked, above 0, in the unit of the learned walk;
    pixels are those of pictures of 64."""

    walk: str
    factor: str
    amounts: tuple[float, ...]

    def asked(self, side: int) -> tuple[float, ...]:
        """Either way, with 0, in pictures of `side` pixels."""
        share = side / 64.0 if self.walk.startswith("shift") else 1.0
        half = tuple(amount * share for amount in self.amounts)
        return (*(-amount for amount in reversed(half)), 0.0, *half)

    def params(self, model: str, plan: "MethodsPlan", seed: int) -> "tuple[SteerParams, FactorParams]":
        """Of both jobs."""
        from wend.methods.factor.params import FactorParams
        from wend.methods.steer.params import SteerParams

        told = {"model": model, "seed": seed}
        return (
            SteerParams.model_validate({**told, "edit": self.walk, **plan.walk}),
            FactorParams.model_validate({**told, "edit": self.factor, **plan.factor}),
        )

    def strength(self, amount: float, side: int) -> float:
        """Of the factor, for an amount: shares of the side, and magnifications less 1."""
        if self.walk.startswith("shift"):
            return amount / side
        return 2.0**amount - 1.0 if self.walk == "zoom" else amount


_GROWN = (log2(1.1), log2(1.2))
PAIRS = (
    Pair("shift_x", "shift_x", (2.0, 4.0)),
    Pair("shift_y", "shift_y", (1.5, 3.0)),
    Pair("zoom", "scale", _GROWN),
    Pair("luminance", "luminance", (0.1, 0.2)),
)
"""Amounts of up to about two standard deviations of the bundled world's own."""


@dataclass(frozen=True)
class MethodsPlan:
    """How much is done. count: pictures judged; world: that the judge is tried on; walk, factor: of the jobs,
    beside their fast presets."""

    count: int = 48
    world: int = 400
    pairs: tuple[Pair, ...] = PAIRS
    walk: Mapping[str, "JsonValue"] = field(default_factory=dict)
    factor: Mapping[str, "JsonValue"] = field(default_factory=dict)


QUICK = MethodsPlan(8, 96, PAIRS[:1], {"samples": 40, "held_out": 2}, {"starts": 12})


def learn_pair(
    bench: "Workbench", kept: Path, plan: MethodsPlan, pair: Pair, seed: int, find: Finder = find_factor
) -> "tuple[LearnedWalk, FoundFactor]":
    """Both sliders of one edit, kept in `kept`, which experiments share."""
    walk, factor = pair.params(bench.model, plan, seed)
    path = kept / f"walk-{bench.model}-{pair.walk}-{walk.samples}-{seed}.safetensors"
    return (
        learn_timed_walk(walk, bench, path, f"{pair.walk.replace('_', ' ')}: a walk"),
        find(factor, bench, kept, f"{pair.factor}: a factor"),
    )


def run_methods(
    bench: "Workbench", kept: Path, plan: MethodsPlan, seed: int, find: Finder = find_factor
) -> "Sides":
    """Learn both sliders of every edit, and judge them on the same pictures by a network that took no part.

    Raises: InvalidInput for a judge that tells an attribute too badly, or a slider that learns nothing.
    """
    from wend.measure.export import to_json
    from wend.measure.leakage import world_spreads
    from wend.measure.probe import Probe
    from wend.measure.walk_aim import aim_of_edit, aimed
    from wend.methods.edits.catalog import EDITS
    from wend.methods.studies.side import FACTOR, WALK, Side, judge_side
    from wend.methods.studies.sides import Sides

    card = bench.shelf.store.get(bench.model).card
    side = card.resolution
    jury = open_jury(bench, ComparePlan(world=plan.world), seed)
    first = FIRST_SEED + seed * plan.count
    probe = Probe(bench.generator, card.psi, list(range(first, first + plan.count)))
    scores: list[SideScore] = []
    for pair in plan.pairs:
        aim = aim_of_edit(pair.walk, side)
        assert aim is not None, pair.walk
        jury.sight.require(aim.attribute)
        seen = world_spreads(aimed(jury.sight.seen, aim)).items()
        spreads = {name: sd for name, sd in seen if name not in jury.sight.weak}
        walk, factor = learn_pair(bench, kept, plan, pair, seed, find)
        asked = pair.asked(side)
        strengths = tuple(pair.strength(amount, side) for amount in asked)
        sides = (
            Side(pair.walk, WALK, walk.walk, asked, walk.seconds, walk.looked),
            Side(pair.walk, FACTOR, factor.factor.walk.to(bench.device), strengths, factor.seconds,
                 factor.looked),
        )  # fmt: skip
        edit = EDITS[pair.walk].along()
        for each, params in zip(sides, pair.params(bench.model, plan, seed), strict=True):
            told = {
                "generator": card.hash, "judge": [jury.seat.set_id, jury.seat.name], "psi": card.psi,
                "first": first, "count": plan.count, "asked": list(asked), "world": plan.world,
                "params": params.model_dump(mode="json"),
            }  # fmt: skip
            path = kept / f"score-{bench.model}-{pair.walk}-{each.method.replace(' ', '-')}.json"
            found = _kept(path, told)
            if found is None:
                work = judge_side(each, probe, asked, jury.judge, aim, edit, spreads)
                slices = len(asked) * (-(-plan.count // 16) + (len(probe.chunks) if each is sides[1] else 0))
                found = watch(work, slices, f"{pair.walk.replace('_', ' ')}: judging the {each.method}")
                path.write_text(to_json({"told": told, "score": found}) + "\n", encoding="utf-8")
            scores.append(found)
    return Sides(card.id, plan.count, jury.seat.name, tuple(scores))


def _kept(path: Path, told: "dict[str, object]") -> "SideScore | None":
    """A score that was found before, of the very same slider and pictures; None where there is none."""
    from wend.methods.studies.side import SideScore

    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    return SideScore.from_plain(kept["score"]) if kept["told"] == told else None


def reproduce_methods(settings: "Settings", folder: Path, asked: FactorsAsked) -> dict[str, object]:
    """Learn, judge, and write CSV, HTML and JSON into `folder`.

    Raises: as `run_methods`; ModelNotFound.
    """
    opened = open_asked(settings, asked, MODEL)
    plan = QUICK if asked.quick else MethodsPlan()
    found = run_methods(opened.bench, asked.kept, plan, asked.seed)
    answer = {**found.as_dict(), **opened.made_with}
    tables = {"methods": found.table(), "spreads": found.sd_table()}
    return write_answer(folder, "methods", answer, tables, found.report(opened.made_with))
