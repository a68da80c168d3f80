"""Inversion: `wend reproduce seeing --experiment inversion`, six ways to find what a generator drew."""

from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import use_device, watch
from wend.cli.reproduce.asked import write_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from wend.generators.generator import Generator
    from wend.library.encoders import EncoderStore
    from wend.library.models import ModelStore
    from wend.measure.chart import BarChart
    from wend.measure.export import Cell
    from wend.measure.report.page import Fact
    from wend.methods.layerwise.comparison import Mean, Row
    from wend.methods.layerwise.inversion import LayeredModel
    from wend.methods.layerwise.settings import LayerwiseSettings, Start
    from wend.settings import Settings

TARGETS, QUICK_TARGETS = 20, 2
QUICK_UPDATES = 20


def reproduce_inversion(
    settings: "Settings",
    folder: Path,
    quick: bool,
    seed: int,
    count: int | None = None,
    model: str | None = None,
) -> dict[str, object]:
    """Correlation of true with recovered at z, at r and at pixels, by method; a row that is done is kept.

    model: with an encoder on the shelf; None for the first there is an encoder for. Source: Bau et al.,
    "Seeing what a GAN cannot generate", 2019, section 4.3. Raises: ModelNotFound, EncoderMissing.
    """
    from wend.cli.reproduce.bench import open_bench
    from wend.library.encoders import EncoderStore
    from wend.library.models import ModelStore
    from wend.measure.report.page import Report, Section, picture_sheet
    from wend.methods.layerwise.comparison import (
        SHOWN,
        bracket_of,
        compare,
        means_of,
        methods_of,
        table_of,
    )
    from wend.methods.layerwise.inversion import Eye
    from wend.methods.layerwise.kept import KeptComparison
    from wend.methods.layerwise.likeness import find_features
    from wend.methods.layerwise.settings import METHODS

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(model or _first(store, EncoderStore.beside(store.roots))).card
    bench = open_bench(settings, store, card.id, device)
    models = _models(store, card.id, bench.generator)
    eye = Eye(*find_features(bench, None))
    n = count or (QUICK_TARGETS if quick else TARGETS)

    def shorten(each: "LayerwiseSettings") -> "LayerwiseSettings":
        return replace(each, updates=min(each.updates, QUICK_UPDATES)) if quick else each

    about: dict[str, object] = {
        "model": card.hash, "seed": seed, "quick": quick, "eye": eye.name,
        "encoders": sorted(_digest(each) for each in models.values()),
    }  # fmt: skip
    kept = KeptComparison(folder / "kept", about)
    before = [row for row in kept.rows() if row.target < n]
    slices = n * len(methods_of(models)) - len(before)
    work = compare(models, eye, n, seed, shorten, before, kept.keep)
    rows = watch(work, slices, f"{n} pictures, {len(methods_of(models))} methods")
    means, split = means_of(rows), models["layered"].split
    made_with: dict[str, Cell] = {
        "model": card.id, "model_hash": card.hash[:16], "split_behind": split.layer, "n": n, "seed": seed,
        "quick": quick, "looked_at_by": eye.name, "device": str(device), "threads": threads,
    }  # fmt: skip
    lacking = "" if len(means) == len(METHODS) else " b and c need an encoder learnt as a whole: train one "
    lacking += f"with wend train encoder {card.id} --direct." if lacking else ""
    bracket = bracket_of(means)
    told = (
        ""
        if bracket is None
        else f" So what it can make of these lies between errors of {bracket.error_d:.2f} (d) and "
        f"{bracket.error_f:.2f} (f)."
    )
    shown = min(n, SHOWN)
    pictures = _sheet(models["layered"], rows, means, shown, seed)
    report = Report(
        title=f"Six ways into {card.id}",
        lead=f"{n} pictures that it drew itself, so that {split.top}, the activation r behind {split.layer} "
        "and pixels are known. d and e bound from below what the generator can make, f from above: it may "
        f"leave what its early layers can make.{told}{lacking}",
        facts=tuple(_fact(mean, split.top) for mean in means),
        sections=(
            Section("In numbers", "From d to f: the bracket.", _charts(means, split.top)),
            Section(
                "Side by side",
                f"Rows: the picture, then {', '.join(mean.method for mean in means)}.",
                (picture_sheet("Found", "", pictures, shown, 2),),
            ),
        ),
        made_with=made_with,
    )  # fmt: skip
    answer = {
        **made_with,
        "methods": {mean.method: _plain(mean) for mean in means},
        "bracket": None if bracket is None else asdict(bracket),
    }
    return write_answer(folder, "inversion", answer, {"inversion": table_of(means, split.top)}, report)


def _models(store: "ModelStore", model: str, generator: "Generator") -> "dict[Start, LayeredModel]":
    """By start, those that there are encoders for. Raises: EncoderMissing without a layered one."""
    from wend.errors import EncoderMissing
    from wend.methods.layerwise.inversion import open_layered

    found: dict[Start, LayeredModel] = {"layered": open_layered(store, model, generator, "layered")}
    with suppress(EncoderMissing):
        found["direct"] = open_layered(store, model, generator, "direct")
    return found


def _first(store: "ModelStore", encoders: "EncoderStore") -> str:
    """The model of the shelf's first layered encoder, a chain's before others; else the default model."""
    models = {each.card.hash: each.card.id for each in store.list().models}
    cards = [each.card for each in encoders.list() if not each.card.is_direct]
    able = [card for card in cards if card.generator_hash in models]
    able.sort(key=lambda card: card.config["top"] != "z")
    return models[able[0].generator_hash] if able else store.default


def _digest(model: "LayeredModel") -> str:
    from wend.library.weights import generator_hash

    return generator_hash(model.encoder.state_dict())[:16]


def _fact(mean: "Mean", top: str) -> "Fact":
    from wend.measure.report.page import Fact
    from wend.methods.layerwise.settings import TITLES

    found = mean.recovery
    return Fact(
        f"{mean.method}: {TITLES[mean.method]}",
        f"{found.error:.2f}",
        f"of 255 a pixel; correlation {found.z:.3f} at {top}, {found.r:.3f} at r, "
        f"{found.pixels:.3f} at pixels; {mean.seconds:.1f} s",
    )


def _charts(means: "Sequence[Mean]", top: str) -> "tuple[BarChart, ...]":
    from wend.measure.chart import Axis, BarChart

    names = tuple(mean.method for mean in means)
    found = [mean.recovery for mean in means]
    series = {
        top: tuple(each.z for each in found),
        "r": tuple(each.r for each in found),
        "pixels": tuple(each.pixels for each in found),
    }
    error = Axis("mean absolute difference of a pixel", "of 255", low=0.0)
    return (
        BarChart("Error", error, names, {"": tuple(each.error for each in found)}),
        BarChart("Correlation of true with recovered", Axis("correlation"), names, series, "", 0.95),
    )


def _plain(mean: "Mean") -> dict[str, float]:
    found = mean.recovery
    return {
        "z": found.z, "r": found.r, "pixels": found.pixels, "error": found.error,
        "updates": mean.updates, "seconds": mean.seconds,
    }  # fmt: skip


def _sheet(
    model: "LayeredModel", rows: "tuple[Row, ...]", means: "tuple[Mean, ...]", shown: int, seed: int
) -> "torch.Tensor":
    """The targets, then a row of pictures for each method, [(1 + methods) shown, 3, R, R]."""
    import torch

    from wend.methods.layerwise.comparison import targets_of

    with torch.no_grad():
        true = model.split.draw(targets_of(model, shown, seed)).clamp(-1.0, 1.0).cpu()
    lines = [true]
    for mean in means:
        own = {row.target: row.image for row in rows if row.method == mean.method}
        pictures = [own.get(index) for index in range(shown)]
        blank = torch.ones_like(true[:1])
        lines.append(torch.cat([blank if picture is None else picture for picture in pictures]))
    return torch.cat(lines)
