"""`wend measure factor`: how well a factor puts fresh pictures at values, open loop and set."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from wend.cli.measure.answer import (
    AsJson,
    CsvOption,
    DataOption,
    ModelsOption,
    Quick,
    ReportOption,
    print_answer,
    use_device,
    watch,
    write_text,
)
from wend.errors import InvalidInput
from wend.settings import Settings

if TYPE_CHECKING:
    import torch

    from wend.library.walk_record import WalkRecord
    from wend.measure.chart import Line
    from wend.measure.export import Plain
    from wend.measure.report.page import Report
    from wend.methods.sampling.law import Law
    from wend.methods.setting.trial import FactorTrial, Values

SEEDS, QUICK_SEEDS = 500, 100
FRESH = 3_000_000_000
"""The first seed: what nobody has looked at before."""


def measure_factor(
    factor: Annotated[str, typer.Argument(help="id of a factor, or an edit (x, scale) for its newest")],
    model: Annotated[str, typer.Option(help="id of its model; `default` is the bundled one")] = "default",
    as_json: AsJson = False,
    quick: Quick = False,
    count: Annotated[int | None, typer.Option("--n", min=20, max=10_000, help="seeds [default: 500]")] = None,
    psi: Annotated[
        float | None, typer.Option(min=-2.0, max=2.0, help="truncation [default: the factor's own]")
    ] = None,
    law: Annotated[
        str | None,
        typer.Option(
            help="of the values asked for, written as for `wend sample`: bumps(-0.05:0.01,0.05:0.01)"
        ),
    ] = None,
    csv: CsvOption = None,
    report: ReportOption = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """R², error and spread of a factor on fresh seeds, as predicted and as set.

    The eye of the model's world closes the loop (its first factor network, and those after the second); the
    second, which was trained apart from them, judges, by each picture and its mirror image. What pixels tell
    (light, hue) both read off the pixels.
    """
    from wend.library.models import ModelStore
    from wend.library.newest_factor import find_factor
    from wend.library.perception import PerceptionStore
    from wend.library.shelf import Shelf
    from wend.measure.card_world import world_of
    from wend.measure.export import Table, to_csv
    from wend.measure.factor_sight import FactorSight
    from wend.measure.report.page import render_report
    from wend.measure.walk_judge import PIXELS, choose_second, open_second
    from wend.methods.setting.trial import trial_of
    from wend.perception.trust import Trust

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if model == "default" else model).card
    record = find_factor(Shelf(store, settings.data_dir / "shelf"), card.id, factor)
    sets = PerceptionStore(settings.perception_roots, Trust.of(settings))
    attribute = None if record.factor is None else record.factor.attribute
    names, is_apart = ("pixels", "pixels"), True
    in_loop = judge = FactorSight([record], None)
    if attribute is not None and attribute not in PIXELS:
        seat = choose_second(sets, world_of(card), card)
        names = "the eye of " + seat.set_id, seat.name
        is_apart = seat.is_apart
        networks = open_second(sets, seat, device)
        in_loop, judge = (FactorSight([record], network) for network in networks)
    if not all(in_loop.seen):
        raise InvalidInput(f"Nothing here measures {record.title}: it cannot be judged.")
    n = count or (QUICK_SEEDS if quick else SEEDS)
    chunk = 4 if device.type == "cpu" else 16
    psi = record.psi if psi is None else psi
    generator = store.load(card.id, device)
    seeds = range(FRESH, FRESH + n)
    wanted = None if law is None else _law(law, record, generator.spec.resolution, device)
    working = trial_of(generator, record, in_loop, judge, seeds, psi, chunk, wanted)
    trial = watch(working, 6 * -(-n // chunk), f"{record.title}: {n} seeds")
    answer: dict[str, Plain] = {
        "walk": record.id, "unit": trial.unit, "attribute": trial.attribute, "seeds": n,
        "asked": list(trial.asked), "reach": list(trial.reach), "sd_before": trial.sd_before,
        "open_loop": _hit(trial, is_set=False), "set": _hit(trial, is_set=True),
        "ks": {
            "predicted": trial.ks_predicted, "open_loop": trial.open_loop.ks, "set": trial.set.ks,
            "without": trial.ks_without, "seen": trial.ks_seen, "seen_without": trial.ks_seen_without,
        },
        "off_prior": trial.off_prior, "looks": trial.looks, "missed_in_loop": trial.in_loop,
        "in_loop": names[0], "judge": names[1],
        "judge_took_part_in_training": not is_apart,
        "model": card.id, "model_hash": card.hash[:16], "psi": psi, "device": str(device), "threads": threads,
    }  # fmt: skip
    if report is not None:
        write_text(report, render_report(_report(trial, record.title, answer)))
    if csv is not None:
        rows = zip(trial.targets, trial.before, trial.opened, trial.closed, strict=True)
        table = Table(("asked", "before", "open loop", "set"), tuple(tuple(map(float, row)) for row in rows))
        write_text(csv, to_csv(table))
    print_answer(answer, as_json)


def _law(text: str, record: "WalkRecord", size: int, device: "torch.device") -> "Law":
    """A law within the factor's reach. Raises: InvalidParams, DistributionInvalid, FactorOutOfReach."""
    from pydantic import TypeAdapter, ValidationError

    from wend.measure.slices import finish
    from wend.methods.sampling.params import Distribution
    from wend.methods.sampling.spelled import spelled
    from wend.methods.sampling.targets import wanted_of

    _, told = spelled(f"law={text}", lambda _folder: None)
    try:
        distribution: Distribution = TypeAdapter(Distribution).validate_python(told)
    except ValidationError as error:
        raise InvalidInput(f"The law {text} is none: {error.errors()[0]['msg']}.") from error
    return finish(wanted_of(distribution, record, None, None, size, device)).law


def _hit(trial: "FactorTrial", *, is_set: bool) -> "dict[str, Plain]":
    hit = trial.set if is_set else trial.open_loop
    told: dict[str, Plain] = {
        "r2": hit.r2,
        "mae": hit.mae,
        "mae_of_reach": hit.mae_of_reach,
        "sd_ratio": hit.sd_ratio,
    }
    return {**told, "bias": hit.bias}


def _report(trial: "FactorTrial", title: str, answer: "dict[str, Plain]") -> "Report":
    """The page: measured against asked for, and how the values are spread."""
    from wend.measure.chart import Axis, LineChart, density_chart
    from wend.measure.distribution import densities
    from wend.measure.report.page import Fact, Report, Section

    unit, opened, closed = trial.unit, trial.open_loop, trial.set
    low, high = trial.asked
    lines = tuple(
        _line(name, trial.targets, values)
        for name, values in (("as predicted", trial.opened), ("set", trial.closed))
    )
    followed = LineChart(
        "Measured against asked for",
        Axis("asked for", unit),
        Axis("measured", unit),
        lines,
        "medians, with quartiles around them",
    )
    values = {"left alone": trial.before, "as predicted": trial.opened, "set": trial.closed}
    spread = density_chart("How they are spread", Axis(trial.attribute, unit), densities(values))
    return Report(
        f"{title}: putting pictures at values",
        f"{trial.seeds} fresh seeds, asked for values from {low:.3g} to {high:.3g} {unit}.",
        (
            Fact("R² as predicted", f"{opened.r2:.3f}", f"spread {opened.sd_ratio:.2f} of before"),
            Fact("R² set", f"{closed.r2:.3f}", f"spread {closed.sd_ratio:.2f} of before"),
            Fact("Error set", f"{closed.mae:.3g} {unit}", f"{closed.mae_of_reach:.1%} of the reach"),
        ),
        (Section("Values", f"Judged by {answer['judge']}.", (followed, spread)),),
        {name: value for name, value in answer.items() if isinstance(value, str | int | float)},
    )


def _line(name: str, asked: "Values", found: "Values") -> "Line":
    """Medians and quartiles of what was measured, by what was asked for."""
    import numpy as np

    from wend.measure.chart import Band, Line

    parts = np.array_split(np.argsort(asked), 10)
    ends = np.array([np.nanpercentile(found[part], [25, 50, 75]) for part in parts]).T
    x = tuple(float(asked[part].mean()) for part in parts)
    low, middle, high = (tuple(end.tolist()) for end in ends)
    return Line(name, x, middle, (Band("quartiles", low, high),))
