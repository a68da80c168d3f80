"""Drops: `wend reproduce seeing --experiment drop-variants`, worlds without a class surveyed as if
generators.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import use_device, watch
from wend.cli.reproduce.asked import write_answer

if TYPE_CHECKING:
    from wend.measure.export import Cell
    from wend.settings import Settings

PICTURES, QUICK_PICTURES = 600, 120
SIZE = 64


def reproduce_drops(
    settings: "Settings", folder: Path, quick: bool, seed: int, count: int | None = None
) -> dict[str, object]:
    """Of five worlds that lack a class each, whether that class is ranked first, and how far FSD rises.

    Source of the question: Bau et al., "Seeing what a GAN cannot generate", 2019, section 4.1. Raises:
    PerceptionNotFound.
    """
    from wend.library.perception import PerceptionStore
    from wend.measure.report.page import Fact, Report, Section
    from wend.measure.report.scale import written
    from wend.methods.survey.build import CPU_BATCH, DEVICE_BATCH
    from wend.methods.survey.drop import drop_result, drop_study
    from wend.methods.survey.eye import open_eye
    from wend.methods.survey.figure import class_chart
    from wend.perception.trust import Trust

    device, threads = use_device(settings)
    store = PerceptionStore(settings.perception_roots, Trust.of(settings))
    n = count or (QUICK_PICTURES if quick else PICTURES)
    eye = open_eye(store, "", "portraits", device)
    batch = CPU_BATCH if device.type == "cpu" else DEVICE_BATCH
    study = drop_study(eye, n, batch, SIZE, device, seed)
    slices = -(-2 * n // batch) + len(study.models) * -(-n // batch)
    watch(study.slices(), slices, f"{len(study.models)} worlds, {n} pictures each")
    result = drop_result(study)
    facts = tuple(
        Fact(
            f"without {row.name}",
            f"rank {row.rank}",
            f"{written(100.0 * row.relative, 0)} %; FSD {written(row.fsd)}, {written(row.ratio)} x the floor",
        )
        for row in result.rows
    )
    chart = class_chart("portraits", study.shown, study.compare())
    made_with: dict[str, Cell] = {
        "n": n, "seed": seed, "size": SIZE, "segmenter": eye.segmenter, "device": str(device),
        "threads": threads,
    }  # fmt: skip
    report = Report(
        title="Worlds without a class",
        lead=f"{n} pictures of portraits against as many of five variants that never show one class. The "
        "class that is gone should be the most lost; FSD of a small or rare class rises little, which is why "
        f"the figure is shown beside it. Noise floor {written(result.floor.mean)}, other pictures of the "
        f"whole world {written(result.alike)}.",
        facts=facts,
        sections=(Section("Classes", "One colour per variant.", (chart,)),),
        made_with=made_with,
    )
    return write_answer(folder, "drops", {**made_with, **result.as_dict()}, {"drops": result.table()}, report)
