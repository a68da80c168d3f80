"""Domains: `wend reproduce seeing --experiment domains`, other worlds looked for in a portrait model."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import use_device, watch
from wend.cli.reproduce.asked import write_answer

if TYPE_CHECKING:
    from wend.measure.export import Cell
    from wend.measure.slices import Sliced
    from wend.methods.vanished.job import VanishedJob
    from wend.settings import Settings

MODEL = "portraits-64"
DOMAINS = {
    "held-out pictures of its world": "portraits",
    "a near variant: the cast": "portraits-cast",
    "another world: sprites": "sprites-color",
}
PICTURES, QUICK_PICTURES = 24, 2


def reproduce_domains(
    settings: "Settings", folder: Path, quick: bool, seed: int, count: int | None = None
) -> dict[str, object]:
    """Error and label agreement of what is found, for pictures ever less like those the model was trained on.

    A domain that is done is kept, and not looked for again. Source of the question: Bau et al., "Seeing what
    a GAN cannot generate", 2019, section 4.4. Raises: PerceptionNotFound, ModelNotFound.
    """
    from wend.cli.reproduce.bench import open_bench
    from wend.library.models import ModelStore
    from wend.measure.chart import Axis, BarChart
    from wend.measure.export import Table
    from wend.measure.report.page import Fact, Report, Section
    from wend.methods.vanished.job import VanishedJob
    from wend.methods.vanished.params import VanishedParams

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    bench = open_bench(settings, store, MODEL, device)
    n = count or (QUICK_PICTURES if quick else PICTURES)
    steps = {"updates": 20, "tries": 32} if quick else {"updates": 300, "tries": 256}
    told: dict[str, dict[str, object]] = {}
    for title, world in DOMAINS.items():
        params = VanishedParams.model_validate(
            {"model": MODEL, "pictures": world, "count": n, "seed": seed, **steps}
        )
        about = json.dumps([params.model_dump(mode="json"), store.get(MODEL).card.hash], sort_keys=True)
        place = folder / f"kept-{world}.json"
        kept = json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}
        if kept.get("about") != about:
            job = VanishedJob(params, bench)
            watch(_run(job), 100, title)
            job.finish(folder / world)
            kept = {"about": about, "album": job.album.as_dict()}
            place.write_text(json.dumps(kept), encoding="utf-8")
        told[title] = kept["album"]
    columns = ("pictures", "n", "error (0-255)", "labels agree", "unlike its own pictures")
    table = Table(
        columns,
        tuple(
            (title, n, each["mean_error"], each["mean_agreement"], each["outside"])  # type: ignore[misc]  # numbers
            for title, each in told.items()
        ),
    )
    facts = tuple(
        Fact(
            title,
            f"{each['mean_error']:.1f}",
            f"of 255; labels agree on {100 * float(str(each['mean_agreement'])):.0f} %; "
            f"{each['outside']} of {n} unlike its own",
        )
        for title, each in told.items()
    )
    names = tuple(told)
    errors = tuple(float(str(each["mean_error"])) for each in told.values())
    agreed = tuple(100.0 * float(str(each["mean_agreement"])) for each in told.values())
    charts = (
        BarChart("Error", Axis("mean absolute difference of a pixel", "of 255"), names, {"": errors}),
        BarChart("Labels that agree", Axis("pixels of one label", "%"), names, {"": agreed}),
    )
    made_with: dict[str, Cell] = {
        "model": MODEL, "n": n, "seed": seed, "quick": quick, "device": str(device), "threads": threads,
        "segmenter": str(next(iter(told.values()))["segmenter"]),
    }  # fmt: skip
    report = Report(
        title=f"Other worlds in {MODEL}",
        lead=f"{n} pictures each, looked for in w+. What a model was not trained on comes back as what it "
        "knows: the further away, the larger the error, and the labels are those of faces.",
        facts=facts,
        sections=(Section("Side by side", "", charts),),
        made_with=made_with,
    )
    return write_answer(folder, "domains", {**made_with, "domains": told}, {"domains": table}, report)


def _run(job: "VanishedJob") -> "Sliced[None]":
    """A slice is a hundredth of it, so that the bar tells how far it is."""
    shown = 0
    while True:
        done = job.step()
        while shown < int(100 * done.fraction):
            shown += 1
            yield
        if done.is_done:
            return
