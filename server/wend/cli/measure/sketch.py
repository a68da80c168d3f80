"""`wend measure sketch`: a taught generator beside its parent and the exact target of its sketches."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from wend.cli.measure.answer import (
    AsJson,
    CsvOption,
    DataOption,
    ModelsOption,
    PerceptionOption,
    Quick,
    ReportOption,
    print_answer,
    use_device,
    watch,
    write_text,
)
from wend.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch

    from wend.library.card import ModelCard, Scalar
    from wend.library.models import ModelStore
    from wend.measure.sketch_sight import Onlooker
    from wend.worlds.world import World

QUICK_PICTURES = 250
_CHECKPOINTS = {
    "best": "The model is the best checkpoint of its training, chosen by",
    "last": "The model is the last checkpoint of its training; the best one is a model of its own, chosen by",
    "best and last": "The model is the last checkpoint of its training and the best, chosen by",
}


def measure_sketch(
    name: Annotated[str, typer.Argument(help="id of a model; default: the bundled default generator")],
    task: Annotated[
        str | None,
        typer.Option(
            help="tilted, sideways, low or glasses: what it was taught [default: the one that its pictures "
            "come nearest to]"
        ),
    ] = None,
    parent: Annotated[
        str | None,
        typer.Option(help="model it was taught from [default: by its card; itself where that is not here]"),
    ] = None,
    as_json: AsJson = False,
    quick: Quick = False,
    count: Annotated[
        int | None, typer.Option("--n", min=50, max=50_000, help="pictures of either side [default: 2500]")
    ] = None,
    pool: Annotated[
        int,
        typer.Option(min=0, max=200_000, help="samples of the parent that a baseline picks n from; 0: none"),
    ] = 0,
    k: Annotated[int, typer.Option(min=1, max=100, help="neighbours of precision and recall")] = 3,
    perception: PerceptionOption = None,
    csv: CsvOption = None,
    report: ReportOption = None,
    models: ModelsOption = None,
    data: DataOption = None,
) -> None:
    """How near a generator taught by sketches comes to their exact target, beside its untouched parent.

    n pictures of the model without truncation are held against n of the world that keep the task's bounds:
    Frechet distance with its noise floor, precision and recall, how well lines match held-out drawings, and
    what became of every factor. Numbers compare only at the same n, resolution and networks.
    """
    from wend.library.models import ModelStore
    from wend.measure.export import to_csv
    from wend.measure.report.page import render_report
    from wend.measure.sample import batches
    from wend.measure.sketch_judge import (
        judge_slices,
        likeliest_task,
        look_at_parent,
        open_judge,
        parent_slices,
    )
    from wend.measure.sketch_report import sketch_report
    from wend.measure.sketch_tasks import TARGETS, task_named

    settings = Settings.load(os.environ, {"models_dir": models, "data_dir": data})
    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if name == "default" else name).card
    found, lost = (parent, "") if parent else taught_from(card, store)
    above = store.get(found).card
    n = count or (QUICK_PICTURES if quick else TARGETS)
    onlooker, world, eye = open_onlooker(settings, above, perception, device)
    size = card.resolution
    child_work = onlooker.of_model(store.load(card.id, device), card.hash, n)
    child = watch(child_work, batches(n), f"{card.id}: {n} pictures")
    chosen = task_named(task) if task else likeliest_task(onlooker, world, child, size)
    looking = look_at_parent(onlooker, world, store.load(above.id, device), above.hash, size, n, pool, k)
    side = watch(looking, parent_slices(n, pool), f"{above.id} and {world.name}")
    judging = open_judge(onlooker, world, chosen, side, size, n, k)
    judge = watch(judging, judge_slices(n), f"{chosen.title}: {2 * n} pictures")
    truth = judge.truth(child)
    picked = judge.picked(judge.drawings.ink) if pool > n else None
    baseline = None if picked is None else judge.truth(picked)
    made_with: dict[str, str | int | float] = {
        "model": card.id, "model_hash": card.hash[:16], "parent": above.id, "task": chosen.name,
        "task_title": chosen.title, "task_by": "asked" if task else "nearest", "world": world.name,
        "eye": eye, "resolution": size, "psi": 1.0, "device": str(device), "threads": threads,
    }  # fmt: skip
    answer: dict[str, object] = {**truth.as_dict(), **made_with}
    note = selection_of({} if card.training is None else card.training.recipe)
    if note:
        answer["selection"] = note
    if lost:
        answer["lost_parent"] = lost
    if baseline is not None:
        answer["baseline"] = {"pool": pool, "frechet": baseline.child.frechet, "match": baseline.match,
                              "precision": baseline.child.manifold.precision,
                              "recall": baseline.child.manifold.recall}  # fmt: skip
    write_text(csv, to_csv(answer) if csv else "")
    page = (
        sketch_report(truth, judge, child, picked, baseline, made_with, f"{note} {lost}".strip())
        if report
        else None
    )
    write_text(report, render_report(page) if page else "")
    print_answer(answer, as_json)


def selection_of(recipe: "Mapping[str, Scalar]") -> str:
    """How the checkpoint of a taught model was chosen, by its card's recipe; empty for one that was not."""
    chosen = _CHECKPOINTS.get(str(recipe.get("checkpoint")), "") if recipe.get("method") == "sketch" else ""
    if not chosen:
        return ""
    by = (
        "drawings held out of its own set"
        if recipe.get("match_held_out")
        else "the drawings that it learned from, too few to hold any out"
    )
    return f"{chosen} how near samples came to {by}; nothing of the target took part."


def taught_from(card: "ModelCard", store: "ModelStore") -> tuple[str, str]:
    """The model that a card says it was taught from, found by the weights it had then, whatever it is called.
    Where it is not here, the model itself, and a sentence about that."""
    from wend.library.kinship import parent_of

    made_of = parent_of(card)
    if made_of is None:
        return card.id, ""
    same = [model.card.id for model in store.list().models if model.card.hash == made_of.hash]
    if same:
        return (made_of.id if made_of.id in same else same[0]), ""
    return (
        card.id,
        f"{made_of.id}, which it was taught from, is not here as it was then: it is held against itself.",
    )


def open_onlooker(
    settings: "Settings", card: "ModelCard", perception: str | None, device: "torch.device"
) -> "tuple[Onlooker, World, str]":
    """The networks that look at pictures of a model's world and draw them, and the set they are of.

    Raises: InvalidInput for a model of no world, or of one without these tasks; PerceptionNotFound.
    """
    from wend.cli.measure.eyes import open_eye
    from wend.errors import InvalidInput
    from wend.library.perception import PerceptionStore
    from wend.library.seeing import set_seeing
    from wend.measure.card_world import world_of
    from wend.measure.sketch_sight import Onlooker
    from wend.measure.sketch_tasks import WORLD
    from wend.perception.trust import Trust

    world = world_of(card)
    if world.name.split("-")[0] != WORLD:
        raise InvalidInput(f"The tasks are of the world {WORLD}; {card.id} draws {world.name}.")
    sets, eye = open_eye(settings, world, perception, device)
    store = PerceptionStore(settings.perception_roots, Trust.of(settings))
    lines = store.lines(perception or set_seeing(store, world.name, "lines").card.id, device)
    return Onlooker(eye, lines, settings.data_dir / "measure" / "samples", device), world, sets.features
