"""Experiment `architectures`: one world, one budget, three kinds of generators, the same walks on each."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wend.cli.measure.answer import watch, write_text
from wend.cli.reproduce.compare import ComparePlan, Jury, open_jury, run_compare
from wend.cli.reproduce.trained import ensure_trained

if TYPE_CHECKING:
    import torch

    from wend.library.models import ModelStore
    from wend.methods.steer.architectures import Architectures
    from wend.methods.steer.comparison import Comparison
    from wend.settings import Settings
    from wend.training.build import Recipe

WORLD = "portraits-cast"
RESOLUTION = 32
"""The least side at which the networks that judge still tell where a head is and how large."""
NAMES = {"stylegan2": "style-based", "biggan": "BigGAN-style", "dcgan": "conditional DCGAN"}
EDITS = ("shift_x", "zoom")
# Far from the seeds that walks are judged on.
_FIRST_SEED = 40_000


@dataclass(frozen=True)
class Budget:
    """What every architecture gets. images: that a generator learns from; pictures: of the world, drawn for
    it; looked: of its own pictures, that are held against the world's; compare: how walks are taught and
    judged."""

    images: int = 24_000
    pictures: int = 8_000
    looked: int = 600
    compare: ComparePlan = field(default_factory=lambda: ComparePlan(count=64, seeds=1))


QUICK = Budget(256, 128, 48, ComparePlan(samples=24, held_out=1, count=4, looks=1, seeds=1, world=96))


@dataclass(frozen=True)
class ArchitecturesAsked:
    """What was asked for. seed: of generators and walks; keys: of NAMES, those that are compared."""

    budget: Budget = Budget()
    seed: int = 0
    keys: tuple[str, ...] = tuple(NAMES)

    @classmethod
    def of(cls, is_quick: bool, images: int | None, seed: int) -> "ArchitecturesAsked":
        """images: in place of the budget's own."""
        budget = QUICK if is_quick else Budget()
        return cls(budget if images is None else replace(budget, images=images), seed)

    @property
    def folder(self) -> str:
        """Runs of different lengths lie in different folders."""
        is_quick = self.budget.compare == QUICK.compare
        return "-".join(["architectures", *(["quick"] if is_quick else []), str(self.budget.images)])

    def recipe(self, key: str) -> "Recipe":
        """Each architecture's own recipe for a CPU, at this size and length, without a second judge.

        What is said in images there - growth, averaging - is a like share of this shorter run. The
        style-based one is as large as the BigGAN-style one, and takes small batches: 750 updates of 32 drew
        no faces.
        """
        from wend.training.conditional_recipe import ConditionalRecipe
        from wend.training.dcgan_recipe import DCGANRecipe
        from wend.training.recipe import GanRecipe

        images, pictures, seed = self.budget.images, self.budget.pictures, self.seed
        match key:
            case "stylegan2":
                return GanRecipe(
                    data=WORLD, resolution=RESOLUTION, total_images=images, pictures=pictures, seed=seed,
                    batch=8, channel_base=1024, mirror=False, coarse_images=images // 5,
                    fade_images=images // 20, ema_images=images / 20,
                )  # fmt: skip
            case "biggan":
                return ConditionalRecipe(
                    data=WORLD, resolution=RESOLUTION, widths="8,8,4,2", total_images=images,
                    pictures=pictures, seed=seed, ema_images=images / 20,
                )  # fmt: skip
            case _:
                return DCGANRecipe(
                    data=WORLD, resolution=RESOLUTION, total_images=images, pictures=pictures, seed=seed,
                    dense=512, maps=64, discriminator_maps=64, image_channels=3,
                )  # fmt: skip


def reproduce_architectures(
    settings: "Settings", folder: Path, asked: ArchitecturesAsked
) -> "dict[str, object]":
    """Train what is not trained yet, teach, judge, and write CSV, HTML and JSON into `folder`.

    Runs and models are kept there. Ctrl-C in a training keeps a checkpoint and ends with code 130; the same
    command goes on. Raises: as `run_compare`; InvalidInput for a folder of other settings.
    """
    from wend.cli.measure.answer import use_device
    from wend.library.models import ModelStore
    from wend.measure.export import Cell, to_json
    from wend.measure.report.page import render_report
    from wend.worlds.registry import open_world

    device, threads = use_device(settings)
    for key in asked.keys:
        ensure_trained(folder, key, NAMES[key], asked.recipe(key), open_world(WORLD), device)
    found = _compare(settings, ModelStore([folder / "models"]), folder, asked, device)
    made_with: dict[str, Cell] = {
        "images": asked.budget.images, "samples": asked.budget.compare.samples,
        "n": asked.budget.compare.count, "seed": asked.seed, "device": str(device), "threads": threads,
    }  # fmt: skip
    answer: dict[str, object] = {**found.as_dict(), **made_with}
    write_text(folder / "architectures.csv", found.table().to_csv())
    write_text(folder / "architectures.html", render_report(found.report(made_with)))
    write_text(folder / "architectures.json", to_json(answer) + "\n")
    return answer


def _compare(
    settings: "Settings",
    store: "ModelStore",
    folder: Path,
    asked: ArchitecturesAsked,
    device: "torch.device",
) -> "Architectures":
    """Walks in z, and with a vector per layer, for every edit, all judged by the same network."""
    from wend.cli.reproduce.bench import open_bench
    from wend.measure.probe import Probe
    from wend.methods.steer.architectures import Architectures, Trained, likeness
    from wend.methods.steer.comparison import Kind

    plan = asked.budget.compare
    kinds = (Kind("linear", "z", "l2"), Kind("linear", "layers", "l2"))
    jury: Jury | None = None
    trained: list[Trained] = []
    found: dict[str, tuple[Comparison, ...]] = {}
    for key in asked.keys:
        name = NAMES[key]
        bench = open_bench(settings, store, key, device)
        jury = open_jury(bench, plan, asked.seed) if jury is None else jury
        found[key] = tuple(
            run_compare(
                bench,
                folder / "walks" / key / edit,
                replace(plan, edit=edit),
                asked.seed,
                kinds,
                jury,
            )
            for edit in EDITS
        )
        card, recipe = store.get(key).card, asked.recipe(key)
        probe = Probe(bench.generator, card.psi, list(range(_FIRST_SEED, _FIRST_SEED + asked.budget.looked)))
        attributes = tuple(comparison.attribute for comparison in found[key])
        like = watch(
            likeness(probe, jury.judge, jury.sight, attributes), len(probe.chunks), f"{name}: at rest"
        )
        hours = 0.0 if card.training is None else card.training.hours
        trained.append(
            Trained.of(key, name, bench.generator, like, (asked.budget.images, recipe.batch, hours * 3600.0))
        )
    return Architectures(WORLD, RESOLUTION, tuple(trained), found)
