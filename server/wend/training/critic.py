"""The trainer of chains that learn from a critic, growing or at full size from the start."""

import copy
import time
from dataclasses import asdict
from typing import cast

import torch
from torch import Tensor, nn

from wend.generators.chain import ChainGenerator
from wend.generators.generator import synthesize
from wend.generators.progressive import ProgressiveConfig, ProgressiveNetwork
from wend.generators.progressive_discriminator import ProgressiveDiscriminator
from wend.generators.residual import ResidualCritic, ResidualNetwork
from wend.latents.seed import z_of_seeds
from wend.optim.adversarial import slope_penalty
from wend.optim.average import average_weight, follow
from wend.optim.checkpoint import rng_state
from wend.optim.guarded_step import apply_update
from wend.training.chain_growth import LowerEnds, Stage, stage_at
from wend.training.critic_recipe import ProgressiveRecipe, ResidualRecipe
from wend.training.dataset import ImageDataset
from wend.training.recipe import Setting
from wend.training.trainer import StepLosses, Weights
from wend.training.update import decay_factor, set_learning_rate

SHEET_SEEDS = 64
SHEET_COLUMNS = 16
SETTLING_BATCHES = 64
_PARTS = ("generator", "critic", "ends", "average", "opt_g", "opt_c")


class CriticTrainer:
    """Trains a chain and its critic; all state is in `state_dict`. `ends` has layers only where it grows."""

    def __init__(
        self, recipe: ProgressiveRecipe | ResidualRecipe, dataset: ImageDataset, device: torch.device
    ) -> None:
        self.recipe, self.dataset, self.device = recipe, dataset, device
        self.sides = _sides(recipe.first_side, recipe.resolution)
        # Network initialisation draws from torch's global generator; a fork leaves the caller's alone.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            self.network, self.critic, self.ends = _networks(recipe, self.sides)
        self.generator = ChainGenerator(self.network)
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(False)
        for module in (self.generator, self.critic, self.ends, self.average):
            module.to(device)
        self.opt_g = self._adam(self.generator, self.ends.outputs)
        self.opt_c = self._adam(self.critic, self.ends.inputs)
        self.rng = torch.Generator().manual_seed(recipe.seed)
        self.images_seen = 0
        self.seconds = 0.0  # spent in steps, over all sessions of the run

    @property
    def kind(self) -> str:
        return self.recipe.architecture

    # -- state ---------------------------------------------------------------------------------

    @property
    def is_done(self) -> bool:
        return self.images_seen >= self.recipe.total_images

    @property
    def stage(self) -> Stage:
        return stage_at(self.images_seen, self.sides, self.recipe.stage_images, self.recipe.fade_images)

    @property
    def is_full_size(self) -> bool:
        """Past the last fade: what is published draws with the last layers alone."""
        stage = self.stage
        return self.images_seen > 0 and stage.side == self.recipe.resolution and stage.share >= 1.0

    def state_dict(self) -> dict[str, object]:
        return {
            **{name: getattr(self, name).state_dict() for name in _PARTS},
            "rng": rng_state(self.rng),
            "images_seen": self.images_seen,
            "seconds": self.seconds,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        for name in _PARTS:
            getattr(self, name).load_state_dict(state.get(name, {}))
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.images_seen = cast("int", state["images_seen"])
        self.seconds = cast("float", state["seconds"])

    def load_weights(self, generator: dict[str, Tensor], discriminator: dict[str, Tensor]) -> None:
        """Start from a published model: weights only."""
        self.generator.load_state_dict(generator)
        self.average.load_state_dict(generator)
        self.critic.load_state_dict(discriminator)

    def config(self) -> dict[str, Setting]:
        return asdict(self.recipe.config())

    def weights(self) -> Weights:
        return Weights(self.average.state_dict(), self.critic.state_dict())

    # -- one step ------------------------------------------------------------------------------

    def step(self) -> StepLosses:
        """The critic `critic_updates` times, each on new pictures, then the generator once."""
        recipe, started = self.recipe, time.monotonic()
        for optimizer in (self.opt_g, self.opt_c):
            set_learning_rate(optimizer, recipe.lr * self._decay)
        self.generator.train()
        stage = self.stage
        self.critic.requires_grad_(True)
        self.ends.inputs.requires_grad_(True)
        taught = [self._teach(stage) for _ in range(recipe.critic_updates)]
        self.critic.requires_grad_(False)
        self.ends.inputs.requires_grad_(False)
        loss_g = -self._judge(self._draw(self.network, self._latents(), stage), stage).mean()
        self.opt_g.zero_grad(set_to_none=True)
        loss_g.backward()
        apply_update(self.opt_g)
        self.images_seen += recipe.batch * recipe.critic_updates
        self._update_average()
        self.seconds += time.monotonic() - started
        return StepLosses(loss_g.item(), *taught[-1])

    def _teach(self, stage: Stage) -> tuple[float, float, float, float]:
        """One update of the critic: its loss, mean scores of real and drawn pictures, and the penalty."""
        recipe = self.recipe
        real = stage.shown(self.dataset.batch(recipe.batch, self.rng).to(self.device))
        with torch.no_grad():
            fake = self._draw(self.network, self._latents(), stage)
        share = torch.rand(recipe.batch, 1, 1, 1, generator=self.rng).to(self.device)
        between = torch.lerp(real, fake, share).requires_grad_(True)
        real_scores, fake_scores = self._judge(real, stage), self._judge(fake, stage)
        penalty = slope_penalty(between, self._judge(between, stage))
        loss = fake_scores.mean() - real_scores.mean() + recipe.penalty * penalty
        loss = loss + recipe.drift * real_scores.square().mean()
        self.opt_c.zero_grad(set_to_none=True)
        loss.backward()
        apply_update(self.opt_c)
        return loss.item(), real_scores.mean().item(), fake_scores.mean().item(), penalty.item()

    def _judge(self, images: Tensor, stage: Stage) -> Tensor:
        """Scores float32 [N, 1] of pictures at the stage's side."""
        dtype = self.recipe.dtype()
        with torch.autocast(self.device.type, dtype, enabled=dtype != torch.float32):
            if isinstance(self.critic, ProgressiveDiscriminator):
                scores = self.ends.judge(self.critic, images, stage)
            else:
                scores = self.critic(images)
        return scores.float()

    def _draw(self, network: ProgressiveNetwork | ResidualNetwork, z: Tensor, stage: Stage) -> Tensor:
        """Pictures float32 [N, 3, side, side] of z [N, z_dim]."""
        dtype = self.recipe.dtype() if network is self.network else torch.float32
        with torch.autocast(self.device.type, dtype, enabled=dtype != torch.float32):
            if isinstance(network, ProgressiveNetwork):
                return self.ends.draw(network, z, stage, dtype)
            generator = self.generator if network is self.network else self.average
            return synthesize(generator, z[:, None].expand(-1, generator.spec.num_ws, -1), None, dtype)

    def _latents(self) -> Tensor:
        return torch.randn(self.recipe.batch, self.recipe.z_dim, generator=self.rng).to(self.device)

    def _adam(self, *modules: nn.Module) -> torch.optim.Adam:
        parameters = [parameter for module in modules for parameter in module.parameters()]
        return torch.optim.Adam(parameters, lr=self.recipe.lr, betas=(0.0, self.recipe.beta2), eps=1e-8)

    @property
    def _decay(self) -> float:
        return decay_factor(self.images_seen, self.recipe.total_images, self.recipe.decay_from)

    @torch.no_grad()
    def _update_average(self) -> None:
        seen = self.recipe.batch * self.recipe.critic_updates
        weight = average_weight(seen, self.images_seen, self.recipe.ema_images)
        follow(self.average, self.generator, weight)

    # -- looking -------------------------------------------------------------------------------

    @torch.no_grad()
    def settle(self) -> None:
        """Batch statistics are of the newest weights: those of the average are taken anew, seeded."""
        if not list(self.average.buffers()):
            return
        rng = torch.Generator().manual_seed(0)
        self.average.train()
        for _ in range(SETTLING_BATCHES):
            z = torch.randn(self.recipe.batch, self.recipe.z_dim, generator=rng).to(self.device)
            self._draw(cast("ResidualNetwork", self.average.network), z, self.stage)
        self.average.eval()

    def sheet(self) -> tuple[Tensor, int]:
        """Seeds 0..63, sixteen in a row."""
        return self.samples(z_of_seeds(list(range(SHEET_SEEDS)), self.recipe.z_dim)), SHEET_COLUMNS

    @torch.no_grad()
    def samples(self, z: Tensor, psi: float = 1.0) -> Tensor:
        """Images float32 [N, 3, S, S] of the averaged generator, at the side in training now."""
        network = cast("ProgressiveNetwork | ResidualNetwork", self.average.network)
        chunks = (psi * z.to(self.device)).split(32)
        return torch.cat([self._draw(network, chunk, self.stage) for chunk in chunks]).cpu()


def _sides(first: int, last: int) -> tuple[int, ...]:
    return (first,) if first == last else (first, *_sides(2 * first, last))


def _networks(
    recipe: ProgressiveRecipe | ResidualRecipe, sides: tuple[int, ...]
) -> tuple[ProgressiveNetwork | ResidualNetwork, ProgressiveDiscriminator | ResidualCritic, LowerEnds]:
    match recipe:
        case ProgressiveRecipe():
            config = recipe.config()
            return ProgressiveNetwork(config), ProgressiveDiscriminator(config), LowerEnds(config, sides)
        case ResidualRecipe():
            shapes = recipe.config()
            none = LowerEnds(ProgressiveConfig(), sides[-1:])
            return ResidualNetwork(shapes), ResidualCritic(shapes), none
