"""The trainer of class-conditional DCGANs: `step`, `state_dict` and `load_state_dict`, as every trainer."""

import time
from dataclasses import asdict
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.generators.dcgan import DCGANDiscriminator, DCGANGenerator
from wend.generators.generator import synthesize
from wend.latents.seed import z_of_seeds
from wend.optim.adversarial import fake_loss, real_loss
from wend.optim.checkpoint import rng_state
from wend.optim.guarded_step import apply_update
from wend.training.dataset import ImageDataset
from wend.training.dcgan_recipe import DCGANRecipe
from wend.training.recipe import Setting
from wend.training.trainer import StepLosses, Weights

SHEET_COLUMNS = 10


class DCGANTrainer:
    """Trains a DCGAN and its discriminator; all state is in `state_dict`.

    `average` is the generator itself: the published experiment averages nothing but batch statistics.
    """

    kind = "dcgan"

    def __init__(self, recipe: DCGANRecipe, dataset: ImageDataset, device: torch.device) -> None:
        self.recipe, self.dataset, self.device = recipe, dataset, device
        names = dataset.class_names
        config = recipe.config(len(names))
        # Network initialisation draws from torch's global generator; a fork leaves the caller's alone.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            self.average = DCGANGenerator(config, names).to(device)
            self.discriminator = DCGANDiscriminator(config).to(device)
        betas = (recipe.beta1, 0.999)
        self.opt_g = torch.optim.Adam(self.average.parameters(), lr=recipe.lr, betas=betas)
        self.opt_d = torch.optim.Adam(self.discriminator.parameters(), lr=recipe.lr, betas=betas)
        self.rng = torch.Generator().manual_seed(recipe.seed)
        self.images_seen = 0
        self.seconds = 0.0  # spent in steps, over all sessions of the run

    # -- state ---------------------------------------------------------------------------------

    @property
    def is_done(self) -> bool:
        return self.images_seen >= self.recipe.total_images

    @property
    def is_full_size(self) -> bool:
        return self.images_seen > 0

    def state_dict(self) -> dict[str, object]:
        return {
            "generator": self.average.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "opt_g": self.opt_g.state_dict(),
            "opt_d": self.opt_d.state_dict(),
            "rng": rng_state(self.rng),
            "images_seen": self.images_seen,
            "seconds": self.seconds,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        self.load_weights(
            cast("dict[str, Tensor]", state["generator"]), cast("dict[str, Tensor]", state["discriminator"])
        )
        self.opt_g.load_state_dict(cast("dict[str, object]", state["opt_g"]))
        self.opt_d.load_state_dict(cast("dict[str, object]", state["opt_d"]))
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.images_seen = cast("int", state["images_seen"])
        self.seconds = cast("float", state["seconds"])

    def load_weights(self, generator: dict[str, Tensor], discriminator: dict[str, Tensor]) -> None:
        """Start from a published model: weights only."""
        self.average.load_state_dict(generator)
        self.discriminator.load_state_dict(discriminator)

    def config(self) -> dict[str, Setting]:
        return asdict(self.average.config)

    def weights(self) -> Weights:
        return Weights(self.average.state_dict(), self.discriminator.state_dict())

    # -- one step ------------------------------------------------------------------------------

    def step(self) -> StepLosses:
        """The discriminator once, then the generator `generator_updates` times, all on one batch."""
        recipe, started = self.recipe, time.monotonic()
        self.average.train()
        self.discriminator.train()
        images, classes = self.dataset.labelled_batch(recipe.batch, self.rng)
        real, c = images.to(self.device), self._one_hot(classes)
        w = self.average.mapping(
            torch.randn(recipe.batch, recipe.z_dim, generator=self.rng).to(self.device), c
        )
        with torch.no_grad():
            fake = self._draw(w)
        self.discriminator.requires_grad_(True)
        real_logits, fake_logits = self.discriminator(real, c), self.discriminator(fake, c)
        loss_d = real_loss(real_logits) + fake_loss(fake_logits)
        self.opt_d.zero_grad(set_to_none=True)
        loss_d.backward()
        apply_update(self.opt_d)
        self.discriminator.requires_grad_(False)
        loss_g = torch.zeros(())
        for _ in range(recipe.generator_updates):
            loss_g = real_loss(self.discriminator(self._draw(w), c))
            self.opt_g.zero_grad(set_to_none=True)
            loss_g.backward()
            apply_update(self.opt_g)
        self.images_seen += recipe.batch
        self.seconds += time.monotonic() - started
        return StepLosses(
            loss_g.item(), loss_d.item(), real_logits.mean().item(), fake_logits.mean().item(), None
        )

    def _draw(self, w: Tensor) -> Tensor:
        return synthesize(self.average, w[:, None].expand(-1, self.average.spec.num_ws, -1), None)

    def _one_hot(self, classes: Tensor) -> Tensor:
        return F.one_hot(classes, len(self.dataset.class_names)).float().to(self.device)

    # -- looking -------------------------------------------------------------------------------

    def settle(self) -> None:
        """Nothing to settle: batch statistics are averaged while it trains."""
        self.average.eval()

    def samples(self, z: Tensor, psi: float = 1.0) -> Tensor:
        """Images float32 [N, 3, R, R]; row i of z is of class i mod c_dim."""
        return self._look(z, torch.arange(len(z)) % self.average.spec.c_dim, psi)

    def sheet(self) -> tuple[Tensor, int]:
        """Pictures to follow a run by and how many go in a row: one row of seeds 0..9 per class."""
        c_dim = self.average.spec.c_dim
        z = z_of_seeds(list(range(SHEET_COLUMNS)), self.recipe.z_dim).repeat(c_dim, 1)
        return self._look(z, torch.arange(c_dim).repeat_interleave(SHEET_COLUMNS), 1.0), SHEET_COLUMNS

    @torch.no_grad()
    def _look(self, z: Tensor, classes: Tensor, psi: float) -> Tensor:
        self.average.eval()
        c = self._one_hot(classes)
        w = self.average.mapping(z.to(self.device), c)
        center = self.average.center(c)
        return self._draw(center + psi * (w - center)).cpu()
