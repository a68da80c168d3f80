"""Experiment `compare`: kinds of walks, taught the same edit on equal budgets."""

import json
from dataclasses import asdict, dataclass
from math import copysign
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch, write_text
from wend.cli.reproduce.learned import learn_walk

if TYPE_CHECKING:
    from wend.measure.walk_judge import Judge, Seat
    from wend.measure.walk_world import WorldSight
    from wend.methods.steer.comparison import Comparison, Kind, Score
    from wend.methods.steer.params import SteerParams
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

WORLD_SEED = 890_001
# Codes of training are drawn by a generator of their own; these are seeds as a person types them.
_FIRST_SEED = 20_000
STEPS = 4
NOT_COVERED = (
    "architectures on the same world and budget, which are an experiment of their own;",
    "other edits than this one, other ranges, other learning rates.",
)


@dataclass(frozen=True)
class ComparePlan:
    """How much is done. samples: pictures each walk is taught on; held_out: of its own checks; count:
    pictures it is judged on, at `looks` strengths either side; seeds: runs of each kind; world: pictures
    the judge is tried on."""

    samples: int = 320
    held_out: int = 8
    count: int = 32
    looks: int = 2
    seeds: int = 3
    world: int = 600
    edit: str = "shift_x"


QUICK = ComparePlan(40, 1, 8, 1, 1, 128)


def steer_params(kind: "Kind", plan: ComparePlan, model: str, reach: float, seed: int) -> "SteerParams":
    """One budget and one range for all kinds; none ends early."""
    from wend.methods.edits.catalog import EDITS
    from wend.methods.steer.params import SteerParams

    steps: dict[str, object] = {}
    if kind.walk == "steps":
        size = copysign(reach / STEPS, EDITS[plan.edit].steps.size)
        steps = {"step_size": size, "step_count": STEPS}
    told: dict[str, object] = {
        "model": model, "edit": plan.edit, "walk": kind.walk, "place": kind.place, "loss": kind.loss,
        "samples": plan.samples, "held_out": plan.held_out, "learning_rate": kind.learning_rate,
        "patience": None, "check_every": 0, "seed": seed, **steps,
    }  # fmt: skip
    return SteerParams.model_validate(told)


@dataclass(frozen=True)
class Jury:
    """Who judges: a network that no loss here looked through, for all kinds alike, and how well it sees."""

    seat: "Seat"
    judge: "Judge"
    sight: "WorldSight"


def open_jury(bench: "Workbench", plan: ComparePlan, seed: int) -> Jury:
    """Tried on pictures of the model's world. Raises: PerceptionNotFound where none sees that."""
    from wend.measure.card_world import world_of
    from wend.measure.walk_judge import choose_seat, open_judge
    from wend.measure.walk_world import look_at_world

    card = bench.shelf.store.get(bench.model).card
    world = world_of(card)
    seat = choose_seat(bench.perception, world, card, {"loss": "perceptual"})
    judge = open_judge(bench.perception, seat, bench.device)
    looking = look_at_world(world, judge, plan.world, WORLD_SEED + seed, card.resolution, bench.device)
    return Jury(seat, judge, watch(looking, -(-plan.world // 16), f"{world.name}: {plan.world} pictures"))


def run_compare(
    bench: "Workbench",
    folder: Path,
    plan: ComparePlan,
    seed: int,
    kinds: "tuple[Kind, ...] | None" = None,
    jury: Jury | None = None,
) -> "Comparison":
    """Teach every kind, `plan.seeds` times, and judge them all on the same pictures by one network that
    took no part. Walks and scores are kept in `folder`, and what was broken off goes on.

    jury: where one has been opened for this world already. Raises: InvalidInput for an edit nothing
    measures, a judge that tells its attribute too badly, or a walk that learns nothing; PerceptionNotFound
    where no networks see the model's world.
    """
    from wend.errors import InvalidInput
    from wend.measure.leakage import world_spreads
    from wend.measure.probe import Probe
    from wend.measure.walk_aim import aim_of_edit, aimed
    from wend.measure.walk_steps import look_along, slices_along
    from wend.methods.edits.catalog import EDITS
    from wend.methods.steer.comparison import KINDS, Comparison, score, still_error

    card = bench.shelf.store.get(bench.model).card
    size = card.resolution
    aim, edit = aim_of_edit(plan.edit, size), EDITS[plan.edit]
    if aim is None or len(edit.sliders) != 1:
        raise InvalidInput(f"Nothing here measures what {plan.edit} does with one slider.")
    jury = open_jury(bench, plan, seed) if jury is None else jury
    seat, judge, sight = jury.seat, jury.judge, jury.sight
    sight.require(aim.attribute)
    spreads = {k: sd for k, sd in world_spreads(aimed(sight.seen, aim)).items() if k not in sight.weak}
    first = _FIRST_SEED + seed * plan.count
    probe = Probe(bench.generator, card.psi, list(range(first, first + plan.count)))
    reach = edit.reach_at(size, is_published=False)
    alphas = tuple(reach * k / plan.looks for k in range(-plan.looks, plan.looks + 1))
    looked: dict[str, object] = {
        "generator": card.hash, "judge": [seat.set_id, seat.name], "psi": card.psi, "first": first,
        "count": plan.count, "alphas": list(alphas), "world": [WORLD_SEED + seed, plan.world],
    }  # fmt: skip
    scores: list[Score] = []
    for run in range(seed, seed + plan.seeds):
        for kind in kinds or KINDS:
            params = steer_params(kind, plan, card.id, reach, run)
            label, path = f"{kind.name}, seed {run}", folder / f"{kind.key}-{run}.json"
            told = {**looked, "params": params.model_dump(mode="json")}
            found = _kept(path, told, kind)
            if found is None:
                walk = learn_walk(params, bench, path.with_suffix(".safetensors"), label)
                along = look_along(probe, walk, alphas, judge, edit.along())
                seen = watch(along, slices_along(probe, alphas), f"{label}: judging")
                found = score(kind, run, seen, aim, spreads)
                path.write_text(json.dumps({"told": told, "score": asdict(found)}) + "\n")
            scores.append(found)
    return Comparison(
        edit=plan.edit, attribute=aim.attribute, unit=aim.unit, alpha=reach,
        asked=2.0 * reach * (aim.per_alpha or 1.0), still=still_error(probe, alphas, edit.along()),
        samples=plan.samples, count=plan.count, scores=tuple(scores), not_covered=NOT_COVERED,
    )  # fmt: skip


def _kept(path: Path, told: "dict[str, object]", kind: "Kind") -> "Score | None":
    """A score that was found before, of the very same walk and pictures; None where there is none."""
    from wend.methods.steer.comparison import Score

    if not path.exists():
        return None
    kept = json.loads(path.read_text())
    if kept["told"] != told:
        return None
    return Score(**{**kept["score"], "kind": kind})


def reproduce_compare(
    settings: "Settings", folder: Path, model: str | None, quick: bool, seed: int
) -> "dict[str, object]":
    """Teach, judge, and write CSV, HTML and JSON into `folder`, where the walks are kept, too.

    Raises: as `run_compare`; ModelNotFound.
    """
    from wend.cli.measure.answer import use_device
    from wend.cli.reproduce.bench import open_bench
    from wend.library.models import ModelStore
    from wend.measure.export import Cell, to_json
    from wend.measure.report.page import render_report

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(model or store.default).card
    bench = open_bench(settings, store, card.id, device)
    found = run_compare(bench, folder, QUICK if quick else ComparePlan(), seed)
    made_with: dict[str, Cell] = {
        "model": card.id, "model_hash": card.hash[:16], "quick": quick, "seed": seed, "device": str(device),
        "threads": threads,
    }  # fmt: skip
    answer: dict[str, object] = {**found.as_dict(), **made_with}
    write_text(folder / "compare.csv", found.table().to_csv())
    write_text(folder / "compare.html", render_report(found.report(made_with)))
    write_text(folder / "compare.json", to_json(answer) + "\n")
    return answer
