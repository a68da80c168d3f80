"""Experiment `gates`: factors against the truth of the disc world, and on a trained model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch
from wend.cli.reproduce.asked import FactorsAsked, open_asked, write_answer
from wend.cli.reproduce.found import find_factor
from wend.cli.reproduce.methods import PAIRS, MethodsPlan, Pair, learn_pair
from wend.cli.reproduce.methods import QUICK as FAST

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.measure.export import Cell
    from wend.methods.studies.recovery import Recovery
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

DISC, MODEL = "analytic-disc", "portraits-64"
FRESH_SEED = 80_000


@dataclass(frozen=True)
class GatesPlan:
    """How much is done. count: fresh codes that factors of the disc are tried on; judged: edits of the
    trained model, on `seeds` fresh pictures (`wend measure factor` takes 500); learned: how its sliders
    are; factor: of the disc's jobs, beside the preset."""

    count: int = 500
    edits: tuple[str, ...] = ("shift_x", "shift_y", "scale")
    judged: tuple[Pair, ...] = PAIRS
    seeds: int = 200
    learned: MethodsPlan = field(default_factory=MethodsPlan)
    factor: Mapping[str, "JsonValue"] = field(default_factory=dict)


QUICK = GatesPlan(50, ("shift_x",), PAIRS[:1], 16, FAST, {"starts": 12})


def run_disc(bench: "Workbench", kept: Path, plan: GatesPlan, seed: int) -> "list[Recovery]":
    """Find every factor of the disc (kept in `kept`) and hold it against the truth. Nothing is truncated.

    Raises: InvalidInput for a model that is no analytic one, or a factor that is not found.
    """
    from wend.errors import InvalidInput
    from wend.generators.analytic import AnalyticGenerator
    from wend.methods.factor.edits import FACTOR_EDITS
    from wend.methods.factor.params import FactorParams
    from wend.methods.studies.recovery import recovery

    generator = bench.generator
    if not isinstance(generator, AnalyticGenerator):
        raise InvalidInput(f"{bench.model} is no analytic model, so its truth is not known.")
    found: list[Recovery] = []
    for name in plan.edits:
        params = FactorParams.model_validate(
            {"model": bench.model, "edit": name, "psi": 1.0, "seed": seed, **plan.factor}
        )
        own = find_factor(params, bench, kept, f"disc, {name.replace('_', ' ')}")
        walk, unit = own.factor.walk, FACTOR_EDITS[name].unit
        found.append(recovery(name, unit, walk, generator, plan.count, FRESH_SEED + seed, own.seconds))
    return found


def run_judged(bench: "Workbench", kept: Path, plan: GatesPlan, seed: int) -> "tuple[dict[str, Cell], ...]":
    """Factors of a trained model, found with the fast preset (kept in `kept`), on fresh pictures: open loop
    and set, as the network reads them that is not in the loop; a row per edit. As `wend measure factor`.

    Raises: InvalidInput for a world with one network, or a factor that nothing measures or that is not found.
    """
    from wend.cli.measure.factor import FRESH
    from wend.errors import InvalidInput
    from wend.measure.card_world import world_of
    from wend.measure.factor_sight import FactorSight
    from wend.measure.walk_judge import choose_second, open_second
    from wend.methods.setting.trial import trial_of

    card = bench.shelf.store.get(bench.model).card
    seat = choose_second(bench.perception, world_of(card), card)
    networks = open_second(bench.perception, seat, bench.device)
    chunk = 4 if bench.device.type == "cpu" else 16
    rows: list[dict[str, Cell]] = []
    for pair in plan.judged:
        _, own = learn_pair(bench, kept, plan.learned, pair, seed)
        sights = [FactorSight([own.record], network) for network in networks]
        if not all(sight.seen[0] for sight in sights):
            raise InvalidInput(f"Nothing here measures {own.record.title.lower()}: it cannot be judged.")
        seeds = range(FRESH, FRESH + plan.seeds)
        work = trial_of(bench.generator, own.record, sights[0], sights[1], seeds, own.record.psi, chunk)
        trial = watch(work, 6 * -(-plan.seeds // chunk), f"{own.record.title}: {plan.seeds} seeds")
        rows.append(
            {
                "edit": pair.factor, "unit": trial.unit, "open_r2": trial.open_loop.r2,
                "open_sd_ratio": trial.open_loop.sd_ratio, "set_r2": trial.set.r2,
                "set_error_of_reach": trial.set.mae_of_reach, "set_sd_ratio": trial.set.sd_ratio,
                "ks_without": trial.ks_without, "ks_open": trial.open_loop.ks, "ks_set": trial.set.ks,
                "judge": seat.name, "judge_took_part_in_training": not seat.is_apart,
                "n": plan.seeds, "seconds": own.seconds,
            }
        )  # fmt: skip
    return tuple(rows)


def reproduce_gates(settings: "Settings", folder: Path, asked: FactorsAsked) -> dict[str, object]:
    """Find, hold against the truth, and write CSV, HTML and JSON into `folder`.

    Raises: as `run_disc` and `run_judged`; ModelNotFound.
    """
    from dataclasses import replace

    from wend.methods.studies.recovery import Gates

    plan = QUICK if asked.quick else GatesPlan()
    disc = open_asked(settings, replace(asked, model=None), DISC)
    opened = open_asked(settings, asked, MODEL)
    gates = Gates(
        tuple(run_disc(disc.bench, asked.kept, plan, asked.seed)),
        run_judged(opened.bench, asked.kept, plan, asked.seed),
        opened.card.id,
    )
    answer = {**gates.as_dict(), **opened.made_with}
    tables = {"disc": gates.table(), "judged": gates.judged_table()}
    return write_answer(folder, "gates", answer, tables, gates.report(opened.made_with))
