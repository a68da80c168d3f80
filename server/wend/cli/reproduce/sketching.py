"""`wend reproduce sketching`: four tasks with exact targets, and what matters in teaching by drawings."""

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wend.cli.measure.answer import AsJson, DataOption, ModelsOption, Quick
from wend.cli.reproduce.asked import write_answer
from wend.cli.reproduce.several import run_one_or_all
from wend.cli.reproduce.sketch_room import Asked, Room
from wend.cli.reproduce.stopping import stop_asked
from wend.settings import Settings

if TYPE_CHECKING:
    from pydantic import JsonValue

    from wend.measure.export import Cell
    from wend.measure.report.page import Pictures
    from wend.methods.studies.sketching import Row

MODEL = "portraits-64"
QUICK_PICTURES, QUICK_ITERATIONS = 60, 2
POOL_TIMES = 4
"""The baseline picks one of so many of the parent's samples."""


class Sketching(StrEnum):
    """Experiments on teaching by sketches."""

    TASKS = "tasks"
    SKETCHES = "sketches"
    DISCRIMINATOR = "discriminator"
    LOSSES = "losses"
    EXTRACTORS = "extractors"
    TRAINABLE = "trainable"
    GRADIENT = "gradient"
    AUGMENTATION = "augmentation"


def reproduce_sketching(
    experiment: Annotated[
        Sketching | None,
        typer.Option(
            help="tasks: four poses, 30 drawings each; sketches: 1, 5, 30 drawings; discriminator: D_Y "
            "pre-trained or fresh; losses: L_sketch alone, with L_image, with L_weight; extractors: lines, "
            "painted labels, poses; trainable: a warp of z, mapping network or one vector; gradient: of w "
            "or through pictures; augmentation: on clean and on wobbly lines [default: all]"
        ),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="of every training at most [default: until it is settled]")
    ] = None,
    iterations: Annotated[
        int | None, typer.Option(min=1, help="of every training at most; the same on machines of any speed")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, max=20, help="runs of each kind [default: 2, of tasks 1]")
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(help="tilted, sideways, low or glasses [default: tilted; of the experiment tasks all]"),
    ] = None,
    count: Annotated[
        int | None, typer.Option("-n", min=50, max=50_000, help="pictures of either side [default: 2500]")
    ] = None,
    pool: Annotated[
        int | None, typer.Option(min=50, help="samples that the baseline picks n from [default: 4 n]")
    ] = None,
    model: Annotated[str, typer.Option(help="parent of all; of the portraits world")] = MODEL,
    params: Annotated[
        str, typer.Option(help="other settings of all trainings, as JSON: '{\"image_weight\": 0.5}'")
    ] = "{}",
    as_json: AsJson = False,
    quick: Quick = False,
    seed: Annotated[int, typer.Option(min=0, max=1000, help="the first")] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder of CSV, HTML, JSON [default: in your data]")
    ] = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """Teach generators by machine-made drawings and hold them against exact targets.

    Runs and rows are kept: the same command goes on after a stop, a kill or a crash. With --minutes the
    number of iterations depends on the machine; with --iterations it does not.
    """
    from wend.measure.sketch_tasks import TARGETS

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    n = count or (QUICK_PICTURES if quick else TARGETS)
    place = out or settings.data_dir / "reproduce" / "sketching"
    others = told_as_json(params)

    def run(each: Sketching, folder: Path | None) -> dict[str, object]:
        asked = Asked(
            quick, seed, seeds or (1 if quick or each is Sketching.TASKS else 2), model, task, minutes,
            iterations or (QUICK_ITERATIONS if quick else None), n, pool or POOL_TIMES * n, others,
        )  # fmt: skip
        own = folder or place / each.value / ("quick" if quick else "full")
        return run_sketching(each, settings, asked, own, place / "kept")

    run_one_or_all(Sketching, experiment, run, out, as_json)


def told_as_json(text: str) -> "dict[str, JsonValue]":
    """Settings of trainings by name. Raises: BadParameter; what they may be is seen when a run begins."""
    try:
        told = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"--params is no JSON: {error}") from error
    if not isinstance(told, dict):
        raise typer.BadParameter("--params is one JSON object of settings and their values.")
    return told


def run_sketching(
    experiment: Sketching, settings: Settings, asked: Asked, folder: Path, kept: Path
) -> dict[str, object]:
    """One experiment into `folder`; `kept`: what all of them share. Raises: InvalidInput, ModelNotFound."""
    from wend.methods.studies.sketching import EXPERIMENTS, SketchingStudy

    room = Room.open(settings, asked, kept)
    rows: list[Row] = []
    sheets: list[Pictures] = []
    settings_of = EXPERIMENTS[experiment.value]
    with stop_asked() as is_stopped:
        for name in room.tasks(experiment is Sketching.TASKS):
            judge = room.judge(name)
            rows += room.untaught(experiment.value, judge)
            for seed in range(asked.seed, asked.seed + asked.seeds):
                for setting in settings_of:
                    found, sheet = room.taught(experiment.value, judge, setting, seed, is_stopped)
                    rows += found
                    sheets += [sheet] if seed == asked.seed else []
    made_with: dict[str, Cell] = {
        "model": room.card.id, "model_hash": room.card.hash[:16], "features": room.eye, "n": asked.count,
        "pool": asked.pool, "seed": asked.seed, "seeds": asked.seeds, "minutes": asked.minutes,
        "iterations": asked.iterations, "params": json.dumps(asked.others), "quick": asked.quick,
        "device": str(room.bench.device), "threads": room.threads,
    }  # fmt: skip
    study = SketchingStudy(experiment.value, room.card.id, tuple(rows), tuple(sheets))
    tables = {experiment.value: study.table(), "published": study.published()}
    answer = {**study.as_dict(), **made_with}
    return write_answer(folder, experiment.value, answer, tables, study.report(made_with))
