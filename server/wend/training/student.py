"""The student's trainer: a network learns what a world draws from the same latent."""

import time
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.errors import InvalidInput
from wend.latents.seed import z_of_seeds
from wend.optim.adversarial import gradient_penalty
from wend.optim.average import average_weight, follow
from wend.optim.checkpoint import rng_state
from wend.optim.conv_muon import ConvMuon
from wend.optim.guarded_step import apply_update
from wend.perception.unet import UNet
from wend.training.dataset import ImageDataset
from wend.training.lesson import Lesson
from wend.training.likeness import Likeness
from wend.training.pupil import Pupil, pupil_of
from wend.training.recipe import Setting
from wend.training.student_recipe import ChainStudentRecipe, StudentRecipe
from wend.training.trainer import Weights
from wend.training.update import decay_factor, set_learning_rate

SHEET_COLUMNS = 16
SHEET_SEEDS = 64
_BETAS = (0.9, 0.99)
_STATE = ("generator", "average", "discriminator", "lesson", "opt_g", "opt_m", "opt_d", "opt_lesson")
_LESSONS_A_STEP = 20
_THIN = 3  # channels
_LEAST_ERROR = 1e-3  # of 2: a picture that is drawn without an error comes again, too
_SIZE = 0.02  # weight of keeping what is told about as large as z


@dataclass(frozen=True)
class LessonLoss:
    """Of lessons before the first picture: how many there were, and how badly factors are told from w."""

    lessons: int
    loss: float

    def __str__(self) -> str:
        return f"lesson {self.lessons}: {self.loss:.2f}"


@dataclass(frozen=True)
class StudentLosses:
    """Of one step. error: mean absolute difference of drawn and real pixels, in 8-bit steps; the others
    only once the discriminator has joined."""

    error: float
    generator: float | None = None
    discriminator: float | None = None

    def __str__(self) -> str:
        text = f"error {self.error:.1f}"
        if self.generator is None or self.discriminator is None:
            return text
        return f"{text}  G {self.generator:.2f}  D {self.discriminator:.2f}"


class StudentTrainer:
    """Trains a generator on pairs of latent and picture, late with a discriminator; see `TaughtRecipe`."""

    def __init__(
        self,
        recipe: StudentRecipe | ChainStudentRecipe,
        dataset: ImageDataset,
        device: torch.device,
        eye: UNet | None,
    ) -> None:
        """eye: frozen, what likeness is seen through beside pixels.

        Raises: InvalidInput for pictures that no world drew.
        """
        if dataset.origin is None:
            raise InvalidInput("A student learns from a world: of other pictures nobody knows the latents.")
        self.recipe, self.dataset, self.device, self.origin = recipe, dataset, device, dataset.origin
        # Network initialisation draws from torch's global generator; a fork leaves the caller's alone.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            self.pupil: Pupil = pupil_of(recipe)
            self.lesson = Lesson(self.origin, self.pupil.told_width)
        self.generator, self.discriminator = self.pupil.generator, self.pupil.discriminator
        self.average = self.pupil.average
        for module in (self.generator, self.discriminator, self.average, self.lesson):
            module.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the pair
        self.likeness = Likeness(None if eye is None else eye.to(device), recipe.seen, recipe.by_parts)
        layers, others = _parted(self.pupil.drawing)
        self.opt_m = ConvMuon(layers, recipe.lr_layers)
        groups = [
            {"params": others},
            {"params": list(self.pupil.telling.parameters())},
            {"params": list(self.lesson.parameters())},
        ]
        self.opt_g = torch.optim.Adam(groups, lr=recipe.lr, betas=_BETAS, eps=1e-8)
        lazy = recipe.r1_interval / (recipe.r1_interval + 1)
        self.opt_d = torch.optim.Adam(
            self.discriminator.parameters(), lr=recipe.lr_discriminator * lazy,
            betas=(0.0, 0.99**lazy), eps=1e-8,
        )  # fmt: skip
        self.opt_lesson = torch.optim.Adam(
            [
                {"params": list(self.pupil.telling.parameters())},
                {"params": list(self.lesson.parameters())},
            ],
            betas=_BETAS,
        )
        self.rng = torch.Generator().manual_seed(recipe.seed)
        # Of every picture when it was last drawn, to the power of `by_error`; at first all alike, and large.
        self.errors = torch.ones(len(dataset))
        self.lessons = 0
        self.images_seen = 0
        self.steps = 0
        self.seconds = 0.0  # spent in steps, over all sessions of the run

    @property
    def kind(self) -> str:
        return self.pupil.kind

    # -- state ---------------------------------------------------------------------------------

    @property
    def is_done(self) -> bool:
        return self.images_seen >= self.recipe.total_images

    @property
    def is_full_size(self) -> bool:
        return self.images_seen > 0

    @property
    def has_joined(self) -> bool:
        """Whether the discriminator has a say by now."""
        return self.images_seen >= self.recipe.adversarial_from * self.recipe.total_images

    def state_dict(self) -> dict[str, object]:
        return {
            **{name: getattr(self, name).state_dict() for name in _STATE},
            "rng": rng_state(self.rng),
            "errors": self.errors,
            "lessons": self.lessons,
            "images_seen": self.images_seen,
            "steps": self.steps,
            "seconds": self.seconds,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        for name in _STATE:
            getattr(self, name).load_state_dict(state[name])
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.errors = cast("Tensor", state["errors"])
        self.lessons = cast("int", state["lessons"])
        self.images_seen = cast("int", state["images_seen"])
        self.steps = cast("int", state["steps"])
        self.seconds = cast("float", state["seconds"])

    def load_weights(self, generator: dict[str, Tensor], discriminator: dict[str, Tensor]) -> None:
        """Start from a published model: how it draws and judges. How it tells pictures apart only where its
        latents stand for the same ones."""
        telling = {id(parameter) for parameter in self.pupil.telling.parameters()}
        foreign = {name for name, kept in self.generator.named_parameters() if id(kept) in telling}
        if self.recipe.keeps_latents:
            foreign = set()
        own = {name: tensor for name, tensor in generator.items() if name not in foreign}
        for network in (self.generator, self.average):
            network.load_state_dict(network.state_dict() | own)
        self.pupil.forget_noise()
        self.discriminator.load_state_dict(discriminator)

    def config(self) -> dict[str, Setting]:
        return self.pupil.config()

    def weights(self) -> Weights:
        return Weights(self.average.state_dict(), self.discriminator.state_dict())

    # -- one step ------------------------------------------------------------------------------

    def step(self) -> StudentLosses | LessonLoss:
        """One update of the generator on a batch of pairs, and of the discriminator once it has joined.

        Before the first picture some lessons of the mapping alone.
        """
        recipe, started = self.recipe, time.monotonic()
        if self.lessons < recipe.lessons:
            return self._take_lessons(started)
        self._set_learning_rates()
        index = torch.multinomial(self.errors, recipe.batch, replacement=True, generator=self.rng)
        real = self.dataset.chosen(index).to(self.device, memory_format=torch.channels_last)
        z = self.origin.latents(self.origin.numbers[index], self.rng).to(self.device)
        taught = [part.to(self.device) for part in self.lesson.batch(self.rng, self.pupil.beside)]
        with torch.autocast(self.device.type, recipe.dtype(), enabled=recipe.precision != "float32"):
            both = self.pupil.tell(torch.cat([z, taught[0]]), recipe.dtype())
            told, also = both.split([len(z), len(taught[0])])
            drawn = self.pupil.draw(told, recipe.dtype())
            loss = self.likeness.loss(drawn, real) + recipe.lesson * self.lesson.loss(also, *taught[1:])
            judged = self._judged(drawn) if self.has_joined else None
        for optimizer in (self.opt_g, self.opt_m):
            optimizer.zero_grad(set_to_none=True)
        (loss if judged is None else loss + recipe.adversarial * judged).backward()
        self.opt_m.gather()
        for optimizer in (self.opt_g, self.opt_m):
            apply_update(optimizer)
        loss_d = self._teach_discriminator(real, drawn.detach()) if self.has_joined else None
        self.steps += 1
        self.images_seen += recipe.batch
        self._update_average(told)
        self.seconds += time.monotonic() - started
        errors = (drawn.detach() - real).abs().mean(dim=(1, 2, 3))
        if recipe.by_error:
            self._note(index, errors.float().cpu())
        return StudentLosses(float(errors.mean()) * 127.5, None if judged is None else judged.item(), loss_d)

    def _note(self, index: Tensor, errors: Tensor) -> None:
        """How badly pictures were drawn. One that was drawn as nothing finite comes as often as before: like
        its step it is left out, and nothing can be chosen by odds that are not finite."""
        odds = errors.clamp_min(_LEAST_ERROR) ** self.recipe.by_error
        known = torch.isfinite(odds)
        self.errors[index[known]] = odds[known]

    def _take_lessons(self, started: float) -> LessonLoss:
        loss = torch.zeros(())
        for _ in range(min(_LESSONS_A_STEP, self.recipe.lessons - self.lessons)):
            rate = self.recipe.lr_lesson * decay_factor(self.lessons, self.recipe.lessons, 0.5)
            for group, times in zip(self.opt_lesson.param_groups, (self.pupil.kept_larger, 1.0), strict=True):
                group["lr"] = rate * times
            z, *taught = (part.to(self.device) for part in self.lesson.batch(self.rng))
            told = self.pupil.tell(z, torch.float32)
            loss = self.lesson.loss(told, *taught)
            self.opt_lesson.zero_grad(set_to_none=True)
            (loss + _SIZE * (told.square().mean() - 1.0).square()).backward()
            apply_update(self.opt_lesson)
            self.pupil.note(told, 0.01)
            self.lessons += 1
        follow(self.average, self.generator, 1.0)
        self.seconds += time.monotonic() - started
        return LessonLoss(self.lessons, float(loss.detach()))

    def _judged(self, drawn: Tensor) -> Tensor:
        """The non-saturating loss of drawn pictures."""
        self.discriminator.requires_grad_(False)
        return F.softplus(-self.discriminator(drawn).float()).mean()

    def _teach_discriminator(self, real: Tensor, drawn: Tensor) -> float:
        """One update. Source: Mescheder et al. 2018, equation 9, R1 taken lazily as in StyleGAN2."""
        recipe = self.recipe
        self.discriminator.requires_grad_(True)
        with torch.autocast(self.device.type, recipe.dtype(), enabled=recipe.precision != "float32"):
            loss = F.softplus(self.discriminator(drawn).float()).mean()
            loss = loss + F.softplus(-self.discriminator(real).float()).mean()
        self.opt_d.zero_grad(set_to_none=True)
        loss.backward()
        if self.steps % recipe.r1_interval == 0:
            half = real[: max(1, len(real) // 2)].detach().requires_grad_(True)
            with torch.autocast(self.device.type, recipe.dtype(), enabled=recipe.precision != "float32"):
                logits = self.discriminator(half)
            (gradient_penalty(half, logits) * (0.5 * recipe.r1_gamma * recipe.r1_interval)).backward()
        apply_update(self.opt_d)
        return float(loss.detach())

    def _set_learning_rates(self) -> None:
        recipe = self.recipe
        factor = decay_factor(self.images_seen, recipe.total_images, recipe.decay_from)
        for group, times in zip(self.opt_g.param_groups, (1.0, recipe.mapping_rate, 1.0), strict=True):
            group["lr"] = recipe.lr * times * factor
        set_learning_rate(self.opt_m, recipe.lr_layers * factor)
        lazy = recipe.r1_interval / (recipe.r1_interval + 1)
        for group in self.opt_d.param_groups:
            group["lr"] = recipe.lr_discriminator * lazy * factor

    @torch.no_grad()
    def _update_average(self, told: Tensor) -> None:
        recipe = self.recipe
        self.pupil.note(told, 0.002)
        weight = average_weight(recipe.batch, self.images_seen, recipe.ema_images)
        follow(self.average, self.generator, weight)

    # -- looking -------------------------------------------------------------------------------

    def settle(self) -> None:
        self.pupil.settle(self.device)

    def sheet(self) -> tuple[Tensor, int]:
        """Seeds 0..63, sixteen in a row."""
        return self.samples(z_of_seeds(list(range(SHEET_SEEDS)), self.recipe.z_dim)), SHEET_COLUMNS

    def samples(self, z: Tensor, psi: float = 1.0) -> Tensor:
        """Images float32 [N, 3, S, S] of the averaged generator."""
        return self.pupil.samples(z.to(self.device), psi)


def _parted(drawing: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Weights of layers, and everything else: biases, constants, layers too thin for directions."""
    layers = [p for p in drawing.parameters() if p.ndim in (2, 4) and min(p.shape[:2]) > _THIN]
    known = {id(parameter) for parameter in layers}
    return layers, [p for p in drawing.parameters() if id(p) not in known]
