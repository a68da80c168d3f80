"""The trainer of class-conditional GANs: `step`, `state_dict` and `load_state_dict`, as every trainer."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.generators.biggan import BigGANGenerator
from wend.generators.conditional_norm import settle_statistics
from wend.generators.generator import synthesize
from wend.generators.projection_discriminator import ProjectionDiscriminator
from wend.latents.seed import z_of_seeds
from wend.optim.adversarial import gradient_penalty
from wend.optim.average import average_weight, move_average
from wend.optim.checkpoint import rng_state
from wend.optim.guarded_step import apply_update
from wend.perception.unet import UNet
from wend.training.conditional_recipe import ConditionalRecipe
from wend.training.dataset import ImageDataset
from wend.training.projected import SecondJudge
from wend.training.recipe import Setting
from wend.training.spectral import add_spectral_norm, folded_weights, load_folded
from wend.training.trainer import StepLosses, Weights
from wend.training.update import decay_factor, set_learning_rate

SHEET_COLUMNS = 12
SETTLE_BATCHES = 8
SETTLE_BATCH = 96


class ConditionalTrainer:
    """Trains a BigGAN and its projection discriminator; all state is in `state_dict`.

    `average` is the averaged generator as it is published: plain weights, spectral norm folded in.
    """

    kind = "biggan"

    def __init__(
        self, recipe: ConditionalRecipe, dataset: ImageDataset, device: torch.device, eye: UNet | None = None
    ) -> None:
        """`eye`: the frozen network that the recipe's second judge sees through, if it has one."""
        self.recipe, self.dataset, self.device = recipe, dataset, device
        names = dataset.class_names
        config = recipe.config(len(names))
        # Network initialisation draws from torch's global generator; a fork leaves the caller's alone.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            self.generator = BigGANGenerator(config, names)
            self.discriminator = ProjectionDiscriminator(config)
            self.average = BigGANGenerator(config, names).requires_grad_(False).eval()
            if recipe.spectral_norm:
                add_spectral_norm(self.discriminator)
        for module in (self.generator, self.discriminator, self.average):
            module.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the pair
        move_average(self._averages(), self._newest(), 1.0)
        lazy = self._lazy
        self.opt_g = torch.optim.Adam(
            self.generator.parameters(), lr=recipe.lr_generator, betas=(0.0, 0.99), eps=1e-8
        )
        self.opt_d = torch.optim.Adam(
            self.discriminator.parameters(),
            lr=recipe.lr_discriminator * lazy,
            betas=(0.0, 0.99**lazy),
            eps=1e-8,
        )
        self.judge = None
        if eye is not None:
            resolution, lr = recipe.resolution, recipe.lr_judge
            self.judge = SecondJudge(eye, resolution, recipe.seed, lr, device, len(names))
        self.rng = torch.Generator().manual_seed(recipe.seed)
        self.images_seen = 0
        self.steps = 0
        self.seconds = 0.0  # spent in steps, over all sessions of the run

    @property
    def _lazy(self) -> float:
        interval = self.recipe.r1_interval
        return interval / (interval + 1) if self.recipe.r1_gamma else 1.0

    # -- state ---------------------------------------------------------------------------------

    @property
    def is_done(self) -> bool:
        return self.images_seen >= self.recipe.total_images

    def state_dict(self) -> dict[str, object]:
        return {
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "average": self.average.state_dict(),
            "opt_g": self.opt_g.state_dict(),
            "opt_d": self.opt_d.state_dict(),
            "rng": rng_state(self.rng),
            "images_seen": self.images_seen,
            "steps": self.steps,
            "seconds": self.seconds,
            **({} if self.judge is None else {"judge": self.judge.state_dict()}),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        for name in ("generator", "discriminator", "average", "opt_g", "opt_d"):
            getattr(self, name).load_state_dict(state[name])
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.images_seen = cast("int", state["images_seen"])
        self.steps = cast("int", state["steps"])
        self.seconds = cast("float", state["seconds"])
        if self.judge is not None:
            self.judge.load_state_dict(cast("dict[str, object]", state["judge"]))

    def load_weights(self, generator: dict[str, Tensor], discriminator: dict[str, Tensor]) -> None:
        """Start from a published model: weights only. What is folded keeps a norm of 1."""
        load_folded(self.generator, generator)
        load_folded(self.discriminator, discriminator)
        self.average.load_state_dict(generator)

    def config(self) -> dict[str, Setting]:
        return asdict(self.recipe.config(self.average.spec.c_dim))

    def weights(self) -> Weights:
        return Weights(self.average.state_dict(), folded_weights(self.discriminator))

    @property
    def is_full_size(self) -> bool:
        return self.images_seen > 0

    # -- one step ------------------------------------------------------------------------------

    def step(self) -> StepLosses:
        """One update of each network. Source: hinge loss as in Miyato et al. 2018, equations 16 and 17."""
        recipe, started = self.recipe, time.monotonic()
        factor = decay_factor(self.images_seen, recipe.total_images, recipe.decay_from)
        set_learning_rate(self.opt_g, recipe.lr_generator * factor)
        set_learning_rate(self.opt_d, recipe.lr_discriminator * self._lazy * factor)
        self.generator.train()

        self.discriminator.requires_grad_(False)
        fake, c = self._draw()
        fake_logits = self.discriminator(fake, c, recipe.dtype(), recipe.in_pairs)
        loss_g = F.softplus(-fake_logits).mean() if recipe.loss == "logistic" else -fake_logits.mean()
        self.opt_g.zero_grad(set_to_none=True)
        self._with_judge(loss_g, lambda judge: judge.generator_loss(fake, c)).backward()
        apply_update(self.opt_g)
        self.discriminator.requires_grad_(True)

        images, classes = self._real()
        real, real_c = images.to(self.device), self._one_hot(classes)
        # The same fakes again: a forward of the generator saved, and they are but one update old.
        both, both_c = torch.cat([real, fake.detach()]), torch.cat([real_c, c])
        logits = self.discriminator(both, both_c, recipe.dtype(), recipe.in_pairs)
        real_logits, fake_logits = logits.chunk(2)
        if recipe.loss == "logistic":
            loss_d = F.softplus(fake_logits).mean() + F.softplus(-real_logits).mean()
        else:
            loss_d = F.relu(1.0 + fake_logits).mean() + F.relu(1.0 - real_logits).mean()
        self.opt_d.zero_grad(set_to_none=True)
        self._with_judge(loss_d, lambda judge: judge.loss(real, fake.detach(), real_c, c)).backward()
        is_r1 = recipe.r1_gamma > 0.0 and self.steps % recipe.r1_interval == 0
        r1 = self._add_r1(real, real_c) if is_r1 else None
        apply_update(self.opt_d)
        if self.judge is not None:
            self.judge.update(factor)

        self.steps += 1
        self.images_seen += recipe.batch
        move_average(
            self._averages(),
            self._newest(),
            average_weight(recipe.batch, self.images_seen, recipe.ema_images),
        )
        self.seconds += time.monotonic() - started
        return StepLosses(
            loss_g.item(), loss_d.item(), real_logits.mean().item(), fake_logits.mean().item(), r1
        )

    def _with_judge(self, loss: Tensor, judged: Callable[[SecondJudge], Tensor]) -> Tensor:
        """`loss`, and what the second judge adds to it where there is one."""
        if self.judge is None:
            return loss
        dtype = self.recipe.dtype()
        with torch.autocast(self.device.type, dtype, enabled=dtype != torch.float32):
            return loss + judged(self.judge)

    def _draw(self) -> tuple[Tensor, Tensor]:
        """A batch of the generator in training, images [N, 3, R, R], and its classes c [N, c_dim]."""
        count = self.recipe.batch
        z = torch.randn(count, self.recipe.z_dim, generator=self.rng).to(self.device)
        c = self._one_hot(self._classes(count))
        return self._synthesize(self.generator, z, c, self.recipe.dtype()), c

    def _classes(self, count: int) -> Tensor:
        """Classes to draw, int64 [count]; in pairs, if the recipe has them so."""
        names = len(self.dataset.class_names)
        if not self.recipe.in_pairs:
            return torch.randint(names, (count,), generator=self.rng)
        return torch.randint(names, (count // 2,), generator=self.rng).repeat_interleave(2)

    def _real(self) -> tuple[Tensor, Tensor]:
        draw = self.dataset.labelled_pairs if self.recipe.in_pairs else self.dataset.labelled_batch
        return draw(self.recipe.batch, self.rng)

    def _synthesize(self, network: BigGANGenerator, z: Tensor, c: Tensor, dtype: torch.dtype) -> Tensor:
        ws = network.mapping(z, c)[:, None].expand(-1, network.spec.num_ws, -1)
        return synthesize(network, ws, None, dtype)

    def _one_hot(self, classes: Tensor) -> Tensor:
        return F.one_hot(classes, len(self.dataset.class_names)).float().to(self.device)

    def _add_r1(self, real: Tensor, c: Tensor) -> float:
        half = real[: max(1, len(real) // 2)].detach().requires_grad_(True)
        logits = self.discriminator(half, c[: len(half)], self.recipe.dtype())
        penalty = gradient_penalty(half, logits)
        (penalty * (0.5 * self.recipe.r1_gamma * self.recipe.r1_interval)).backward()
        return penalty.item()

    def _averages(self) -> list[Tensor]:
        return [parameter.data for _, parameter in self.average.named_parameters()]

    def _newest(self) -> list[Tensor]:
        weights = folded_weights(self.generator)
        return [weights[name] for name, _ in self.average.named_parameters()]

    # -- looking -------------------------------------------------------------------------------

    def settle(self) -> None:
        """Take the averaged generator's standing statistics anew, over seeded latents of all classes."""
        rng = torch.Generator().manual_seed(0)
        c_dim = self.average.spec.c_dim

        def draw_batch() -> Tensor:
            z = torch.randn(SETTLE_BATCH, self.recipe.z_dim, generator=rng).to(self.device)
            c = self._one_hot(torch.arange(SETTLE_BATCH) % c_dim)
            return self._synthesize(self.average, z, c, torch.float32)

        settle_statistics(self.average, draw_batch, SETTLE_BATCHES)

    def samples(self, z: Tensor, psi: float = 1.0) -> Tensor:
        """Images float32 [N, 3, R, R] of the averaged generator; row i of z is of class i mod c_dim.

        Call `settle` first.
        """
        classes = torch.arange(len(z)) % self.average.spec.c_dim
        return self._look(z, classes, psi)

    def sheet(self) -> tuple[Tensor, int]:
        """Pictures to follow a run by and how many go in a row: one row of seeds 0..11 per class."""
        self.settle()
        c_dim = self.average.spec.c_dim
        z = z_of_seeds(list(range(SHEET_COLUMNS)), self.recipe.z_dim).repeat(c_dim, 1)
        return self._look(z, torch.arange(c_dim).repeat_interleave(SHEET_COLUMNS), 1.0), SHEET_COLUMNS

    @torch.no_grad()
    def _look(self, z: Tensor, classes: Tensor, psi: float) -> Tensor:
        parts = zip((psi * z).to(self.device).split(32), self._one_hot(classes).split(32), strict=True)
        return torch.cat([self._synthesize(self.average, part, c, torch.float32) for part, c in parts]).cpu()
