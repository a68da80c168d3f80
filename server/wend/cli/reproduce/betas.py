"""Experiment `betas`: VAEs of rising beta on the sprites, and how precisely each can be steered."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch, write_text
from wend.cli.reproduce.beta_lines import QUICK, Found, LinePlan, find_line
from wend.cli.reproduce.beta_vaes import PUBLIC, BetasPlan, look_at_code, open_public, train_vae

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from wend.library.models import ModelStore
    from wend.measure.betas import BetaStudy, Steered, SteeredVAE
    from wend.measure.export import Cell
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

# Codes that are put at places lie far from those that lines are learned from.
_FIRST_SEED = 50_000
_SHOWN = 3  # the code of the pictures, counted from there


Find = Callable[["Workbench", str, LinePlan], Found | str]
"""(bench, factor, how long to look) -> a line in z, or why there is none."""


def reproduce_betas(
    settings: "Settings", folder: Path, plan: BetasPlan, public: Path | None, look: Find = find_line
) -> "dict[str, object]":
    """Train what is not trained yet, steer, measure, and write CSV, JSON, HTML, SVG and PNG into `folder`.

    Runs, models and each VAE's own figures are kept there, so what was broken off goes on. public: a folder
    with the VAEs of `PUBLIC`, each with its model.pt; None leaves them out. look: what finds lines.
    Ctrl-C in a training keeps a checkpoint and ends with code 130. Raises: InvalidInput for a folder of other
    settings; what opening the public ones raises.
    """
    from wend.cli.measure.answer import use_device
    from wend.library.models import ModelStore
    from wend.measure.betas import BetaStudy
    from wend.measure.export import Cell

    device, threads = use_device(settings)
    told = sorted((beta, seed) for beta in plan.betas for seed in plan.seeds)
    if plan.is_shipped:
        store = ModelStore(settings.model_roots)
        names = {key: f"sprites-vae-b{key[0]:g}" for key in told}
    else:
        names = {key: f"b{key[0]:g}-s{key[1]}" for key in told}
        for (beta, seed), name in sorted(names.items(), key=lambda each: (each[0][1], each[0][0])):
            train_vae(folder, name, beta, seed, plan, device)
        store = ModelStore([folder / "models"])
    ours = tuple(
        _steered(settings, store, folder, name, beta, seed, plan, look)
        for (beta, seed), name in names.items()
    )
    others: tuple[SteeredVAE, ...] = ()
    if public is not None:
        theirs = open_public(settings, folder / "public", public)
        others = tuple(
            _steered(settings, theirs, folder, name, beta, None, plan, look) for name, beta in PUBLIC.items()
        )
    study = BetaStudy(ours, others)
    made_with: dict[str, Cell] = {
        "images": plan.images or "shipped", "codes": plan.codes, "held_out": plan.held_out,
        "device": str(device), "threads": threads,
    }  # fmt: skip
    _write(folder, study, _sheets(store, study, device), made_with)
    return {**study.as_dict(), **made_with}


def _steered(
    settings: "Settings",
    store: "ModelStore",
    folder: Path,
    name: str,
    beta: float,
    seed: int | None,
    plan: BetasPlan,
    look: Find,
) -> "SteeredVAE":
    """One VAE looked at and steered; kept, so that it is not done again."""
    from pydantic import TypeAdapter

    from wend.cli.measure.answer import use_device
    from wend.cli.reproduce.bench import open_bench
    from wend.measure.betas import FACTORS, SteeredVAE

    kept, adapter = folder / "rows" / f"{name}.json", TypeAdapter(SteeredVAE)
    if kept.exists():
        return adapter.validate_json(kept.read_bytes())
    bench = open_bench(settings, store, name, use_device(settings)[0])
    use = look_at_code(store, bench, plan, is_public=seed is None)
    factors = {factor: _steer(bench, factor, measured, plan, look) for factor, measured in FACTORS.items()}
    card = store.get(name).card
    images = None if card.training is None else card.training.images_seen
    row = SteeredVAE(name, beta, seed, images, use, factors)
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(".partial")
    partial.write_bytes(adapter.dump_json(row))
    partial.replace(kept)
    return row


def _steer(bench: "Workbench", factor: str, measured: str, plan: BetasPlan, look: Find) -> "Steered":
    """Find a line and put codes along it."""
    from wend.measure.betas import Steered
    from wend.measure.pixel_statistics import of_white
    from wend.measure.probe import Probe
    from wend.measure.traversal import PLACES, traverse

    found = look(bench, factor, QUICK if plan.quick else LinePlan())
    if isinstance(found, str):
        return Steered(None, lack=found)
    probe = Probe(bench.generator, 1.0, list(range(_FIRST_SEED, _FIRST_SEED + plan.codes)))
    slices = len(probe.chunks) * (1 + len(PLACES))
    traversal = watch(traverse(probe, found.line, of_white, measured), slices, f"{bench.model}: {factor}")
    return Steered(traversal, found.direction, found.kept, found.rejected)


def _sheets(store: "ModelStore", study: "BetaStudy", device: "torch.device") -> "dict[str, Tensor]":
    """Of the first seed of each beta one code at every place: factor -> images float32 [B * 11, 3, R, R]."""
    import torch

    from wend.generators.generator import synthesize
    from wend.latents.factor import FactorWalk, MonotoneCurve
    from wend.measure.betas import FACTORS
    from wend.measure.probe import Probe
    from wend.measure.traversal import PLACES

    firsts = [study.of(beta)[0] for beta in study.betas]
    rows: dict[str, list[Tensor]] = {factor: [] for factor in FACTORS}
    for vae in firsts:
        probe = Probe(store.load(vae.name, device), 1.0, [_FIRST_SEED + _SHOWN])
        for factor, steered in vae.factors.items():
            if steered.traversal is None:
                size = probe.generator.spec.resolution
                rows[factor].append(-torch.ones(len(PLACES), 3, size, size))
                continue
            sign = -1.0 if steered.traversal.is_turned else 1.0
            u = sign * torch.tensor(steered.direction, device=device)
            line = FactorWalk.in_z(u, MonotoneCurve.identity(), (PLACES[0], PLACES[-1]))
            at = torch.tensor(PLACES, dtype=torch.float64, device=device)
            z = line.put(probe.z.expand(len(PLACES), -1), at)
            with torch.no_grad():
                w = probe.generator.mapping(z)[:, None]
                rows[factor].append(synthesize(probe.generator, w, [None]).cpu())
    return {factor: torch.cat(images) for factor, images in rows.items()}


def _write(
    folder: Path, study: "BetaStudy", sheets: "dict[str, Tensor]", made_with: "dict[str, Cell]"
) -> None:
    """Tables, the page, the figure as a drawing of its own, and the pictures."""
    import torch

    from wend.imaging.contact_sheet import save_sheet
    from wend.measure.betas_report import betas_report, precision_chart
    from wend.measure.export import to_json
    from wend.measure.report.alone import draw_alone
    from wend.measure.report.page import render_report
    from wend.measure.traversal import PLACES

    write_text(folder / "betas.csv", study.table().to_csv())
    write_text(folder / "betas-each.csv", study.each().to_csv())
    write_text(folder / "betas-places.csv", study.places().to_csv())
    write_text(folder / "betas.json", to_json({**study.as_dict(), **made_with}) + "\n")
    write_text(folder / "betas.html", render_report(betas_report(study, sheets, made_with)))
    figure = precision_chart(study, ("x", "y"))
    if figure.lines:
        write_text(folder / "betas.svg", draw_alone(figure))
    save_sheet(torch.cat(list(sheets.values())), folder / "betas.png", len(PLACES))
