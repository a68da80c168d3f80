"""Experiment `variability`: does what varies more in the data get moved further, class by class?"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch, write_text
from wend.cli.reproduce.learned import learn_walk

if TYPE_CHECKING:
    from wend.measure.export import Cell
    from wend.measure.variability import VariabilityLaw
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

# Far from the seeds of training pictures.
WORLD_SEED = 880_001
MODEL = "cast-64"


@dataclass(frozen=True)
class Plan:
    """How much is done. samples: pictures a walk is learned on, at most; held_out: those it never learns
    from; per_class: seeds of each class; world: pictures the judge is tried on; world_per_class: those that
    a spread is measured in, where no law says it."""

    samples: int = 1600
    held_out: int = 32
    per_class: int = 16
    world: int = 600
    world_per_class: int = 60
    edits: tuple[str, ...] = ("shift_x", "shift_y", "zoom", "luminance")


QUICK = Plan(160, 8, 3, 160, 12)


def run_variability(bench: "Workbench", folder: Path, plan: Plan, seed: int) -> "dict[str, VariabilityLaw]":
    """Learn one linear walk in z for all classes per edit, then measure its reach in each class.

    Walks are kept in `folder`. Nothing is truncated: variety is the question.
    Raises: InvalidInput for a model without classes, a judge that tells an attribute too badly, or a walk
    that learns nothing.
    """
    from wend.errors import InvalidInput
    from wend.measure.card_world import world_of
    from wend.measure.classes import class_seeds
    from wend.measure.probe import Probe
    from wend.measure.variability import class_sigmas, variability_law
    from wend.measure.walk_aim import aim_of_edit
    from wend.measure.walk_judge import choose_seat, open_judge
    from wend.measure.walk_world import look_at_world
    from wend.methods.edits.catalog import EDITS as ALL_EDITS
    from wend.methods.steer.params import SteerParams
    from wend.worlds.world import class_names, occurring_classes

    card = bench.shelf.store.get(bench.model).card
    world, size = world_of(card), card.resolution
    shown, known = occurring_classes(world), class_names(world)
    if card.classes != known or not known:
        raise InvalidInput(f"{card.id} has no classes, or not those of its world, so none can be compared.")
    seat = choose_seat(bench.perception, world, card, {"loss": "l2"})
    judge = open_judge(bench.perception, seat, bench.device)
    sight = watch(
        look_at_world(world, judge, plan.world, WORLD_SEED + seed, size, bench.device), -(-plan.world // 16),
        f"{world.name}: {plan.world} pictures",
    )  # fmt: skip
    probe = Probe(bench.generator, 1.0, class_seeds(len(known), plan.per_class, seed * plan.per_class, shown))
    laws: dict[str, VariabilityLaw] = {}
    for name in plan.edits:
        aim = aim_of_edit(name, size)
        assert aim is not None, name
        sight.require(aim.attribute)
        params = SteerParams(
            model=card.id, edit=name, place="z", psi=1.0, seed=seed,
            samples=plan.samples,
            held_out=plan.held_out,
        )  # fmt: skip
        walk = learn_walk(params, bench, folder / f"{name}.safetensors", f"{name}: learning")
        sigmas = watch(
            class_sigmas(world, aim, plan.world_per_class, WORLD_SEED + seed, size),
            -(-len(shown) * plan.world_per_class // 16), f"{name}: spreads in the world",
        )  # fmt: skip
        alpha = ALL_EDITS[name].reach_at(size, is_published=False)
        work = variability_law(name, probe, walk, alpha, aim, judge, world, sigmas)
        laws[name] = watch(work, 3 * -(-len(probe) // 16), f"{name}: reach of {len(shown)} classes")
    return laws


def reproduce_variability(
    settings: "Settings", folder: Path, model: str | None, quick: bool, seed: int
) -> "dict[str, object]":
    """Learn, measure, and write CSV, HTML and JSON into `folder`, where the walks are kept, too.

    Raises: as `run_variability`; ModelNotFound.
    """
    from wend.cli.measure.answer import use_device
    from wend.cli.reproduce.bench import open_bench
    from wend.library.models import ModelStore
    from wend.measure.export import Cell, to_csv, to_dict, to_json

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(model or MODEL).card
    bench = open_bench(settings, store, card.id, device)
    laws = run_variability(bench, folder, QUICK if quick else Plan(), seed)
    made_with: dict[str, Cell] = {
        "model": card.id, "model_hash": card.hash[:16], "quick": quick, "seed": seed, "device": str(device),
        "threads": threads,
    }  # fmt: skip
    answer: dict[str, object] = {"edits": to_dict(laws), **made_with}
    for name, law in laws.items():
        write_text(folder / f"{name}.csv", to_csv(law.table()))
    write_text(folder / "variability.html", render_variability(laws, made_with))
    write_text(folder / "variability.json", to_json(answer))
    return answer


def render_variability(laws: "dict[str, VariabilityLaw]", made_with: "dict[str, Cell]") -> str:
    """The page."""
    from wend.measure.report.page import Fact, Report, Section, render_report

    facts = tuple(
        Fact(
            name.replace("_", " "),
            f"r {law.correlation.r:.2f}",
            f"{law.correlation.low:.2f} to {law.correlation.high:.2f}, p {law.p_value:.2g}; "
            f"with the generator's own spread {law.own.r:.2f}",
        )
        for name, law in laws.items()
    )
    first = next(iter(laws.values()))
    text = (
        f"One walk per edit for all classes, {first.per_class} seeds of each class; reach is the mean at one "
        "strength less the mean at its opposite. Attributes are never pooled: their units differ."
    )
    charts = tuple(law.chart() for law in laws.values())
    lead = "Pearson's r over classes between an attribute's spread in the world and how far a walk moves it."
    return render_report(
        Report("The variability law", lead, facts, (Section("Classes", text, charts),), made_with)
    )
