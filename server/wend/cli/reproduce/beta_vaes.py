"""VAEs of the beta study: how much of it is done, those that are trained for it, and the public ones."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from wend.cli.measure.answer import watch
from wend.cli.training_bar import open_bar, watch_training
from wend.errors import EncoderMissing

if TYPE_CHECKING:
    import torch

    from wend.library.models import ModelStore
    from wend.measure.latent_use import LatentUse
    from wend.methods.workbench import Workbench
    from wend.settings import Settings

BETAS = (1.0, 4.0, 10.0, 20.0)
PUBLIC = {"VAE_dsprites": 1.0, "betaH_dsprites": 4.0, "btcvae_dsprites": 6.4}
"""Of disentangling-vae: the plain VAE, beta-VAE and beta-TCVAE with the weights their specs name."""
SAVE_S = 60.0


@dataclass(frozen=True)
class BetasPlan:
    """How much is done. images: that every VAE learns from; pictures: drawn of the world for it; codes: put
    at every place; held_out: pictures whose code is looked at. quick: shorter searches for lines."""

    betas: tuple[float, ...] = BETAS
    seeds: tuple[int, ...] = (0, 1, 2)
    images: int = 40_000
    pictures: int = 20_000
    codes: int = 50
    held_out: int = 500
    quick: bool = False

    @classmethod
    def of(cls, is_quick: bool, images: int | None, seed: int = 0) -> "BetasPlan":
        """images: in place of the plan's own; seed: the first of those that VAEs are trained with.

        Quick ones are the shipped VAEs: nothing is trained.
        """
        if is_quick:
            return cls(seeds=(0,), images=0, codes=20, held_out=100, quick=True)
        seeds = (seed, seed + 1, seed + 2)
        return cls(seeds=seeds) if images is None else cls(seeds=seeds, images=images)

    @property
    def is_shipped(self) -> bool:
        """Whether the VAEs are those that come with the program, one of each beta."""
        return self.images == 0


def train_vae(
    folder: Path, name: str, beta: float, seed: int, plan: BetasPlan, device: "torch.device"
) -> None:
    """Train and publish one, unless its model is there."""
    from wend.training.publish import publish_run
    from wend.training.run import TrainingRun, settle_recipe
    from wend.training.vae_recipe import VAERecipe
    from wend.worlds.registry import open_world

    fresh = VAERecipe(beta=beta, seed=seed, total_images=plan.images, pictures=plan.pictures)
    recipe = settle_recipe(folder / "runs" / name, fresh, dict(fresh.as_dict()))
    if (folder / "models" / name).exists():
        return
    world, console = open_world(recipe.data), Console(stderr=True)
    run = TrainingRun(folder / "runs" / name, recipe, device)
    with open_bar(console) as bar:
        drawing = bar.add_task(f"{name}: pictures", total=None)
        run.prepare(world, None, lambda n, m: bar.update(drawing, completed=n, total=m))
        bar.remove_task(drawing)
        watch_training(
            lambda report, should_stop: run.train(report, should_stop, SAVE_S),
            name, recipe.total_images, bar, console,
        )  # fmt: skip
    assert run.trainer is not None
    if not run.trainer.is_done:
        console.print(f"Saved in {folder}. Run the same command again to go on.")
        raise typer.Exit(130)
    publish_run(run, world, folder / "models" / name)


def open_public(settings: "Settings", folder: Path, public: Path) -> "ModelStore":
    """Those of PUBLIC, imported once into `folder`. Raises: the family of FormatRefused."""
    from wend.cli.foreign import open_sandbox
    from wend.library.imports import import_file
    from wend.library.models import ModelStore

    with open_sandbox(settings) as sandbox:
        for name in PUBLIC:
            if not (folder / name).exists():
                import_file(sandbox, public / name / "model.pt", folder, name)
    return ModelStore([folder])


def look_at_code(store: "ModelStore", bench: "Workbench", plan: BetasPlan, is_public: bool) -> "LatentUse":
    """What the code tells of pictures of the world that nobody was trained on: without soft edges, as the
    published ones are, for the public VAEs."""
    import numpy as np
    import torch

    from wend.measure.latent_use import latent_use, slices_of
    from wend.measure.seeds import WORLD_SEED
    from wend.worlds.registry import open_world
    from wend.worlds.sprites import GRID_COUNT, draw_grid, grid_factors
    from wend.worlds.world import sample_factors

    encoder = store.load_encoder(bench.model, bench.device)
    if encoder is None:
        raise EncoderMissing(bench.model)
    if is_public:
        index = np.random.RandomState(WORLD_SEED).randint(0, GRID_COUNT, plan.held_out)
        values = grid_factors(index)
        white = torch.from_numpy(draw_grid(index)).float()[:, None]
        images = (2.0 * white - 1.0).repeat(1, 3, 1, 1)
    else:
        world = open_world("sprites")
        values = sample_factors(world, plan.held_out, WORLD_SEED)
        with torch.no_grad():
            images = world.render(values, bench.generator.spec.resolution).images
    told = {name: values[name] for name in ("x", "y", "scale")}
    work = latent_use(bench.generator, encoder, images, told)
    return watch(work, slices_of(plan.held_out), f"{bench.model}: code")
