"""Chains of masks: one face and its parts, several chains at once, and the same chains on another face."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import write_text

if TYPE_CHECKING:
    from torch import Tensor

    from wend.latents.chain import ChainWalk
    from wend.measure.export import Cell
    from wend.methods.manifold.trial import Trial
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

_SHOWN = 12  # frames of a chain on the page


@dataclass(frozen=True)
class Plan:
    """What is found. faces: seeds; others: how many other faces each chain is tried on."""

    faces: tuple[int, ...] = (3, 5, 12)
    parts: tuple[str, ...] = ("mouth", "eyes", "chin")
    frames: int = 36
    others: int = 4


QUICK = Plan(faces=(3,), parts=("mouth", "eyes"), frames=9, others=1)


@dataclass(frozen=True)
class Row:
    """One chain on one face. kind: 'found', 'sum' of all parts' chains, or 'transfer' to the face `on`.

    inside and the like are medians over frames; pixels: mean absolute change, 0..255; leakage: outside over
    inside of those. What holds of found chains alone is None for others.
    """

    face: int
    part: str
    kind: str
    on: int
    pixels_inside: float
    pixels_outside: float
    leakage: float
    c: float | None = None
    inside: float | None = None
    near: float | None = None
    spacing: float | None = None
    spacing_sd: float | None = None
    sigma: float | None = None
    energy: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Chains:
    """All rows; sheets: for each face strips of pictures float32 [K, N, 3, H, W] and what each shows."""

    rows: tuple[Row, ...]
    sheets: "dict[int, tuple[Tensor, tuple[str, ...]]]"


def run_chains(bench: "Workbench", plan: Plan, seed: int) -> Chains:
    """Find, add and carry over. Raises: InvalidInput for a face that shows no such part."""
    import torch

    rows: list[Row] = []
    sheets: dict[int, tuple[Tensor, tuple[str, ...]]] = {}
    for face in (1000 * seed + each for each in plan.faces):
        found, strips, names = _face(bench, plan, face)
        rows += found
        sheets[face] = torch.stack(strips), tuple(names)
    return Chains(tuple(rows), sheets)


def _face(bench: "Workbench", plan: Plan, face: int) -> "tuple[list[Row], list[Tensor], list[str]]":
    from wend.cli.measure.manifold import told
    from wend.latents.chain import ChainWalk, add_chains
    from wend.methods.manifold.result import whole_displacements
    from wend.methods.manifold.trial import on_parts, part_task, run_ours

    rows: list[Row] = []
    strips: list[Tensor] = []
    names: list[str] = []
    chains: list[ChainWalk] = []
    for part in plan.parts:
        task = part_task(bench, face, part, plan.frames, is_cut=False)
        with told(f"Face {face}, {part}") as tell:
            trial = run_ours(task, bench, tell)
        chain = ChainWalk(whole_displacements(trial.chain, task.scene), task.scene.layers)
        chains.append(chain)
        rows.append(_found(face, part, trial))
        strips.append(_strip(bench, face, chain))
        names.append(part)
        for other in range(face + 1, face + 1 + plan.others):
            moved = on_parts(bench, other, (part,), chain)
            if moved is not None:
                rows.append(Row(face, part, "transfer", other, *moved))
        strips.append(_strip(bench, face + 1, chain))
        names.append(f"{part}, on the next face")
    both = add_chains(chains)
    moved = on_parts(bench, face, plan.parts, both)
    assert moved is not None, "each of the parts was found"
    rows.append(Row(face, " + ".join(plan.parts), "sum", face, *moved))
    return rows, [*strips, _strip(bench, face, both)], [*names, "all together"]


def _found(face: int, part: str, trial: "Trial") -> Row:
    report, measured = trial.report, trial.measured
    return Row(
        face, part, "found", face,
        float(report.pixels_inside.median()), float(report.pixels_outside.median()), report.leakage,
        c=measured.c,
        inside=float(report.inside.median()),
        near=report.near,
        spacing=float(report.gaps.mean()),
        spacing_sd=float(report.gaps.std(correction=0)),
        sigma=measured.sigma,
        energy=report.energy,
        seconds=trial.seconds,
    )  # fmt: skip


def _strip(bench: "Workbench", face: int, chain: "ChainWalk") -> "Tensor":
    """The face as it was, then frames of a chain on it: float32 [N, 3, H, W] on the CPU."""
    import torch

    from wend.methods.manifold.trial import draw_along, face_scene

    numbers = torch.linspace(1, chain.frames, min(chain.frames, _SHOWN - 1)).round().tolist()
    return draw_along(face_scene(bench, face), chain, [0.0, *numbers])


def reproduce_chains(
    settings: "Settings", folder: Path, model: str, quick: bool, seed: int
) -> "dict[str, object]":
    """Find, measure, and write CSV, HTML and JSON into `folder`. Raises: as `run_chains`; ModelNotFound."""
    from wend.cli.measure.answer import use_device
    from wend.cli.reproduce.bench import open_bench
    from wend.library.models import ModelStore
    from wend.measure.export import Cell, Table, to_json

    device, threads = use_device(settings)
    store = ModelStore(settings.model_roots, settings.default_model)
    card = store.get(store.default if model == "default" else model).card
    bench = open_bench(settings, store, card.id, device)
    found = run_chains(bench, QUICK if quick else Plan(), seed)
    made_with: dict[str, Cell] = {
        "model": card.id, "model_hash": card.hash[:16], "quick": quick, "seed": seed, "device": str(device),
        "threads": threads,
    }  # fmt: skip
    answer: dict[str, object] = {
        "rows": [asdict(row) for row in found.rows], "medians": medians(found.rows), **made_with
    }  # fmt: skip
    columns = tuple(Row.__dataclass_fields__)
    table = Table(columns, tuple(tuple(asdict(row).values()) for row in found.rows))
    write_text(folder / "chains.csv", table.to_csv())
    write_text(folder / "chains.html", render_chains(found, made_with))
    write_text(folder / "chains.json", to_json(answer) + "\n")
    return answer


def medians(rows: tuple[Row, ...]) -> dict[str, dict[str, float]]:
    """Median leakage and pixels inside of each kind of row."""
    from statistics import median

    return {
        kind: {
            "leakage": median(row.leakage for row in rows if row.kind == kind),
            "pixels_inside": median(row.pixels_inside for row in rows if row.kind == kind),
        }
        for kind in dict.fromkeys(row.kind for row in rows)
    }


def render_chains(found: Chains, made_with: "dict[str, Cell]") -> str:
    """The page."""
    from wend.measure.report.page import Fact, Report, Section, picture_sheet, render_report

    told = {"found": "where they were found", "sum": "added up", "transfer": "carried over to other faces"}
    facts = tuple(
        Fact(f"Leakage, {told[kind]}", f"{each['leakage']:.2f}", f"{each['pixels_inside']:.0f} of 255 inside")
        for kind, each in medians(found.rows).items()
    )
    sections = tuple(
        Section(
            f"Face {face}",
            "From above: " + "; ".join(names) + ". The first picture of each row is the face as it was.",
            (picture_sheet("Frames along each chain", "", strips.flatten(0, 1), strips.shape[1]),),
        )
        for face, (strips, names) in found.sheets.items()
    )
    lead = (
        "Animations of painted parts. Leakage is the mean absolute change per pixel outside of the mask over "
        "that inside, a median over frames."
    )
    return render_report(Report("Chains of masks", lead, facts, sections, made_with))
