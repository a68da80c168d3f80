"""The GAN trainer: a job-shaped object with `step`, `state_dict` and `load_state_dict`."""

import copy
import time
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.generators.discriminator import Discriminator
from wend.generators.layers import Conv2dLayer, upsample2d
from wend.generators.stylegan2 import StyleGAN2Generator, SynthesisNetwork
from wend.latents.seed import z_of_seeds
from wend.optim.adversarial import gradient_penalty
from wend.optim.average import average_weight, follow
from wend.optim.checkpoint import rng_state
from wend.optim.guarded_step import apply_update
from wend.perception.regressor import HeadRegressor
from wend.perception.unet import UNet
from wend.training.dataset import ImageDataset
from wend.training.growth import as_grown, fade_after
from wend.training.moments import MomentMatch
from wend.training.projected import SecondJudge
from wend.training.recipe import GanRecipe, Setting
from wend.training.style_average import card_config, draw_samples, settle_w_avg
from wend.training.trainer import StepLosses, Weights
from wend.training.update import decay_factor, set_learning_rate

SHEET_SEEDS = 64
SHEET_COLUMNS = 16
MOMENT_PICTURES = 4096


class GanTrainer:
    """Trains a generator of the StyleGAN2 family and its discriminator; all state is in `state_dict`."""

    kind = "stylegan2"

    def __init__(
        self,
        recipe: GanRecipe,
        dataset: ImageDataset,
        device: torch.device,
        eye: UNet | None = None,
        reader: HeadRegressor | None = None,
    ) -> None:
        """eye: frozen, what the recipe's second judge sees through; reader: frozen, whose moments match."""
        self.recipe, self.dataset, self.device = recipe, dataset, device
        config = recipe.config()
        # Network initialisation draws from torch's global generator; a fork leaves the caller's alone.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            self.generator = StyleGAN2Generator(config)
            self.discriminator = Discriminator(config)
            # Reads half-resolution pictures during growth; no part of the finished discriminator.
            self.coarse_entry = Conv2dLayer(3, config.channels(config.resolution // 2), 1)
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(False)
        for module in (self.generator, self.discriminator, self.coarse_entry, self.average):
            module.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the pair
        lazy = recipe.r1_interval / (recipe.r1_interval + 1)
        self.opt_g = torch.optim.Adam(
            self.generator.parameters(), lr=recipe.lr_generator, betas=(0.0, 0.99), eps=1e-8
        )
        self.opt_d = torch.optim.Adam(
            [*self.discriminator.parameters(), *self.coarse_entry.parameters()],
            lr=recipe.lr_discriminator * lazy,
            betas=(0.0, 0.99**lazy),
            eps=1e-8,
        )
        self.judge = None
        if eye is not None:
            self.judge = SecondJudge(
                eye,
                recipe.resolution,
                recipe.seed,
                recipe.lr_judge,
                device,
                sees_variety=recipe.judge_variety,
            )
        self.moments = None
        if reader is not None:
            self.moments = MomentMatch(reader, dataset.first(MOMENT_PICTURES).split(64), device)
        self.rng = torch.Generator().manual_seed(recipe.seed)
        self.images_seen = 0
        self.steps = 0
        self.seconds = 0.0  # spent in steps, over all sessions of the run

    # -- state ---------------------------------------------------------------------------------

    @property
    def is_done(self) -> bool:
        return self.images_seen >= self.recipe.total_images

    def state_dict(self) -> dict[str, object]:
        return {
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "coarse_entry": self.coarse_entry.state_dict(),
            "average": self.average.state_dict(),
            "opt_g": self.opt_g.state_dict(),
            "opt_d": self.opt_d.state_dict(),
            "rng": rng_state(self.rng),
            "images_seen": self.images_seen,
            "steps": self.steps,
            "seconds": self.seconds,
            **({} if self.judge is None else {"judge": self.judge.state_dict()}),
            **({} if self.moments is None else {"moments": self.moments.state_dict()}),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        for name in ("generator", "discriminator", "coarse_entry", "average", "opt_g", "opt_d"):
            getattr(self, name).load_state_dict(state[name])
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.images_seen = cast("int", state["images_seen"])
        self.steps = cast("int", state["steps"])
        self.seconds = cast("float", state["seconds"])
        if self.judge is not None:
            self.judge.load_state_dict(cast("dict[str, object]", state["judge"]))
        if self.moments is not None:
            self.moments.load_state_dict(cast("dict[str, object]", state["moments"]))

    def load_weights(self, generator: dict[str, Tensor], discriminator: dict[str, Tensor]) -> None:
        """Start from a published model: weights only, past the coarse phase."""
        self.generator.load_state_dict(generator)
        self.average.load_state_dict(generator)
        self.discriminator.load_state_dict(discriminator)

    def config(self) -> dict[str, Setting]:
        return card_config(self.recipe.config())

    def weights(self) -> Weights:
        return Weights(self.average.state_dict(), self.discriminator.state_dict())

    # -- growth --------------------------------------------------------------------------------

    @property
    def fade(self) -> float | None:
        """None at half resolution; then 0..1, the share of the last resolution."""
        return fade_after(self.recipe, self.images_seen)

    @property
    def is_full_size(self) -> bool:
        """Past the fade: what is published draws with the last layers alone."""
        return self.fade is not None and self.fade >= 1.0 and self.images_seen > 0

    def _noise_size(self, row: int) -> int:
        """Side of the noise map a style row reads now; 0 for none. The last resolution's come late."""
        size = self.generator.spec.noise_sizes[row]
        is_late = self.images_seen >= self.recipe.noise_from * self.recipe.total_images
        return 0 if size == self.recipe.resolution and not is_late else size

    def _synthesize(self, z: Tensor, other: Tensor, network: StyleGAN2Generator) -> Tensor:
        """z, other [N, z_dim]: a random share of samples takes w of `other` from a random row on."""
        num_ws = network.synthesis.num_ws
        w, w_other = network.mapping(torch.cat([z, other])).chunk(2)
        if network.training:
            with torch.no_grad():
                network.mapping.w_avg.lerp_(w.float().mean(dim=0), 0.002)
        cutoff = torch.randint(1, num_ws, (len(z), 1), generator=self.rng)
        is_mixed = torch.rand(len(z), 1, generator=self.rng) < self.recipe.style_mixing
        takes_other = (is_mixed & (torch.arange(num_ws)[None] >= cutoff)).to(self.device)
        ws = torch.where(takes_other[:, :, None], w_other[:, None], w[:, None])
        return self._run_synthesis(network.synthesis, ws, self.fade)

    def _run_synthesis(self, synthesis: SynthesisNetwork, ws: Tensor, fade: float | None) -> Tensor:
        """Images at the resolution in training, [N, 3, R or R/2, R or R/2]."""
        rows = synthesis.num_ws - 2 if fade is None else synthesis.num_ws
        state = synthesis.start(len(ws), self.recipe.dtype())
        coarse: Tensor | None = None
        for row in range(rows):
            size = self._noise_size(row)
            noise = torch.randn(len(ws), 1, size, size, generator=self.rng).to(self.device) if size else None
            coarse = state.rgb if row == synthesis.num_ws - 1 else coarse
            state = synthesis.step(state, ws[:, row], noise)
        assert state.rgb is not None
        if fade is None or fade >= 1.0 or coarse is None:
            return state.rgb
        kernel = synthesis.block(0).resample_filter
        return torch.lerp(upsample2d(coarse, kernel), state.rgb, fade)

    def _judge(self, images: Tensor) -> Tensor:
        """Logits [N, 1] of images at the resolution in training."""
        net, full = self.discriminator, self.recipe.resolution
        images = images.contiguous(memory_format=torch.channels_last)
        if images.shape[-1] < full:
            return net.judge(self.coarse_entry(images), full // 2)
        fade = self.fade
        if fade is None or fade >= 1.0:
            return cast("Tensor", net(images))
        fine = net.block(full)(net.block(full).fromrgb(images))
        return net.judge(torch.lerp(self.coarse_entry(F.avg_pool2d(images, 2)), fine, fade), full // 2)

    def _real(self) -> Tensor:
        return as_grown(self.dataset.batch(self.recipe.batch, self.rng).to(self.device), self.fade)

    def _latents(self) -> tuple[Tensor, Tensor]:
        z, other = torch.randn(2, self.recipe.batch, self.recipe.z_dim, generator=self.rng).to(self.device)
        return z, other

    # -- one step ------------------------------------------------------------------------------

    def step(self) -> StepLosses:
        """One update of each network. Source: non-saturating loss and R1 (Mescheder et al. 2018, eq. 9)."""
        recipe, started = self.recipe, time.monotonic()
        judge = self.judge if self.fade is not None else None  # it knows pictures of full size
        self._set_learning_rates()
        with self._autocast():
            self.discriminator.requires_grad_(False)
            fake = self._synthesize(*self._latents(), self.generator)
            loss_g = F.softplus(-self._judge(fake).float()).mean()
            judged = None if judge is None else judge.generator_loss(fake)
        loss = loss_g if judged is None else loss_g + judged
        if self.moments is not None and self.fade is not None:
            loss = loss + recipe.moments * self.moments.loss(fake)
        self.opt_g.zero_grad(set_to_none=True)
        loss.backward()
        apply_update(self.opt_g)
        self.discriminator.requires_grad_(True)

        real = self._real()
        with self._autocast():
            with torch.no_grad():
                fake = self._synthesize(*self._latents(), self.generator)
            fake_logits = self._judge(fake).float()
            real_logits = self._judge(real).float()
            loss_d = F.softplus(fake_logits).mean() + F.softplus(-real_logits).mean()
            loss_j = None if judge is None else judge.loss(real, fake)
        self.opt_d.zero_grad(set_to_none=True)
        (loss_d if loss_j is None else loss_d + loss_j).backward()
        r1 = self._add_r1(real) if self.steps % recipe.r1_interval == 0 else None
        apply_update(self.opt_d)
        if judge is not None:
            judge.update(self._decay)

        self.steps += 1
        self.images_seen += recipe.batch
        self._update_average()
        self.seconds += time.monotonic() - started
        return StepLosses(
            loss_g.item(), loss_d.item(), real_logits.mean().item(), fake_logits.mean().item(), r1
        )

    def _autocast(self) -> torch.autocast:
        dtype = self.recipe.dtype()
        return torch.autocast(self.device.type, dtype, enabled=dtype != torch.float32)

    def _add_r1(self, real: Tensor) -> float:
        half = real[: max(1, len(real) // 2)].detach().requires_grad_(True)
        with self._autocast():
            logits = self._judge(half)
        penalty = gradient_penalty(half, logits)
        (penalty * (0.5 * self.recipe.r1_gamma * self.recipe.r1_interval)).backward()
        return penalty.item()

    @property
    def _decay(self) -> float:
        return decay_factor(self.images_seen, self.recipe.total_images, self.recipe.decay_from)

    def _set_learning_rates(self) -> None:
        recipe = self.recipe
        lazy = recipe.r1_interval / (recipe.r1_interval + 1)
        set_learning_rate(self.opt_g, recipe.lr_generator * self._decay)
        set_learning_rate(self.opt_d, recipe.lr_discriminator * lazy * self._decay)

    def _update_average(self) -> None:
        recipe = self.recipe
        weight = average_weight(recipe.batch, self.images_seen, recipe.ema_images)
        follow(self.average, self.generator, weight)

    # -- looking -------------------------------------------------------------------------------

    def settle(self) -> None:
        settle_w_avg(self.average, self.recipe.z_dim, self.device)

    def sheet(self) -> tuple[Tensor, int]:
        """Seeds 0..63, sixteen in a row."""
        return self.samples(z_of_seeds(list(range(SHEET_SEEDS)), self.recipe.z_dim)), SHEET_COLUMNS

    def samples(self, z: Tensor, psi: float = 1.0) -> Tensor:
        """Images float32 [N, 3, S, S] of the averaged generator, its own noise maps, no mixing."""
        resolution = self.recipe.resolution // 2 if self.fade is None else None
        return draw_samples(self.average, z.to(self.device), psi, resolution)
