"""The trainer of beta-VAEs: `step`, `state_dict` and `load_state_dict`, as every trainer."""

import time
from dataclasses import asdict, dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.generators.plain import PlainGenerator
from wend.generators.vae import VAEDecoder, VAEEncoder, kl_to_prior
from wend.latents.seed import z_of_seeds
from wend.optim.checkpoint import rng_state
from wend.optim.guarded_step import apply_update
from wend.training.dataset import ImageDataset
from wend.training.recipe import Setting
from wend.training.trainer import Weights
from wend.training.vae_recipe import VAERecipe

SHEET_PAIRS = 32
SHEET_SEEDS = 32
SHEET_COLUMNS = 16


@dataclass(frozen=True)
class VAELosses:
    """Both terms of one step, in nats per picture: what the decoder misses, and the KL to the prior."""

    reconstruction: float
    divergence: float

    def __str__(self) -> str:
        return f"reconstruction {self.reconstruction:.1f}  KL {self.divergence:.2f}"


class VAETrainer:
    """Trains a decoder and its encoder; all state is in `state_dict`.

    `average` is the decoder itself behind the generator protocol: nothing is averaged.
    Source: Kingma and Welling 2014 (the estimate with one draw); Higgins et al. 2017 (beta).
    """

    kind = "vae"

    def __init__(self, recipe: VAERecipe, dataset: ImageDataset, device: torch.device) -> None:
        self.recipe, self.dataset, self.device = recipe, dataset, device
        config = recipe.config()
        # Network initialisation draws from torch's global generator; a fork leaves the caller's alone.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            self.decoder, self.encoder = VAEDecoder(config), VAEEncoder(config)
        for module in (self.decoder, self.encoder):
            module.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the pair
        self.average = PlainGenerator(self.decoder, config.resolution, config.z_dim)
        self.optimizer = torch.optim.Adam([*self.decoder.parameters(), *self.encoder.parameters()], recipe.lr)
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
            "decoder": self.decoder.state_dict(),
            "encoder": self.encoder.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "rng": rng_state(self.rng),
            "images_seen": self.images_seen,
            "seconds": self.seconds,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        self.decoder.load_state_dict(cast("dict[str, Tensor]", state["decoder"]))
        self.encoder.load_state_dict(cast("dict[str, Tensor]", state["encoder"]))
        self.optimizer.load_state_dict(cast("dict[str, object]", state["optimizer"]))
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.images_seen = cast("int", state["images_seen"])
        self.seconds = cast("float", state["seconds"])

    def config(self) -> dict[str, Setting]:
        return asdict(self.decoder.config)

    def weights(self) -> Weights:
        return Weights(self.average.state_dict(), encoder=self.encoder.state_dict())

    # -- one step ------------------------------------------------------------------------------

    def step(self) -> VAELosses:
        """One batch through the encoder, one draw of z each, and the decoder."""
        recipe, started = self.recipe, time.monotonic()
        images = self.dataset.batch(recipe.batch, self.rng).to(self.device)
        noise = torch.randn(recipe.batch, recipe.z_dim, generator=self.rng).to(self.device)
        mean, log_variance = self.encoder(images)
        z = mean + torch.exp(0.5 * log_variance) * noise
        missed = pixel_nats(self.decoder.logits(z), images).mean()
        divergence = kl_to_prior(mean, log_variance).sum(dim=1).mean()
        self.optimizer.zero_grad(set_to_none=True)
        (missed + recipe.beta * divergence).backward()
        apply_update(self.optimizer)
        self.images_seen += recipe.batch
        self.seconds += time.monotonic() - started
        return VAELosses(missed.item(), divergence.item())

    # -- looking -------------------------------------------------------------------------------

    def settle(self) -> None:
        """Nothing to settle: there are no statistics of batches."""

    @torch.no_grad()
    def samples(self, z: Tensor, psi: float = 1.0) -> Tensor:
        """Images float32 [N, 3, R, R] of z [N, z_dim] times psi."""
        images: Tensor = self.decoder(psi * z.to(self.device))
        return images.expand(-1, 3, -1, -1).cpu()

    @torch.no_grad()
    def sheet(self) -> tuple[Tensor, int]:
        """Pictures to follow a run by and how many go in a row: training pictures, the same through encoder
        and decoder below each row, then seeds 0..31."""
        real = self.dataset.first(SHEET_PAIRS)
        again = self.samples(self.encoder(real.to(self.device))[0].cpu())
        rows = [
            part
            for k in range(0, len(real), SHEET_COLUMNS)
            for part in (real[k : k + SHEET_COLUMNS], again[k : k + SHEET_COLUMNS])
            if len(real) - k >= SHEET_COLUMNS
        ]
        drawn = self.samples(z_of_seeds(list(range(SHEET_SEEDS)), self.recipe.z_dim))
        return torch.cat([*rows, drawn]), SHEET_COLUMNS


def pixel_nats(logits: Tensor, images: Tensor) -> Tensor:
    """What Bernoulli pixels of logits [N, C, R, R] miss of images [N, 3, R, R] in [-1, 1]: nats, summed over
    a picture, [N]. Soft pixels count for both values in proportion."""
    shown = 0.5 * (images + 1.0)
    wanted = shown if logits.shape[1] == shown.shape[1] else shown.mean(dim=1, keepdim=True)
    each = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return each.flatten(1).sum(dim=1)
