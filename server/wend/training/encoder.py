"""The trainer of layered encoders: `step`, `state_dict` and `load_state_dict`, as every trainer."""

import time
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from wend.generators.layered_encoder import EncoderConfig, LayeredEncoder
from wend.generators.split import Split
from wend.measure.recovery import Recovery, recovery
from wend.optim.checkpoint import rng_state
from wend.optim.guarded_step import apply_update
from wend.training.encoder_losses import EncoderLosses, fit_sizes
from wend.training.encoder_recipe import EncoderRecipe, fallen
from wend.training.recipe import DTYPES

SHEET = 32
SHEET_COLUMNS = 16
_SIZED_BY = 256  # pictures
_CHUNK = 32
# Pictures that errors are told by, and those a sheet shows, are never trained on.
_TEST_SEED = 1_000_003


@dataclass(frozen=True)
class EncoderLossesOfStep:
    """Of one update, by name."""

    parts: dict[str, float]

    def __str__(self) -> str:
        return "  ".join(f"{name} {value:.3f}" for name, value in self.parts.items())


class EncoderTrainer:
    """Trains a `LayeredEncoder` on what the generator draws; all state is in `state_dict`.

    Every picture is drawn anew, of a z that never comes again. The generator stays as it is.
    """

    def __init__(self, recipe: EncoderRecipe, split: Split) -> None:
        self.recipe, self.split = recipe, split
        # Network initialisation draws from torch's global generator; a fork leaves the caller's alone.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            self.encoder = LayeredEncoder(config_of(recipe, split))
        self.encoder.to(device=split.device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the pair
        self.losses = EncoderLosses(split, self.encoder, recipe.reconstruction, recipe.image)
        self.rng = torch.Generator().manual_seed(recipe.seed)
        fit_sizes(split, self.encoder, self._latents(_SIZED_BY))
        self.opt_apart, self.opt_joint = self._apart(), self._joint()
        self.steps = 0
        self.seconds = 0.0  # spent in steps, over all sessions of the run

    @property
    def images_seen(self) -> int:
        return self.steps * self.recipe.batch

    @property
    def is_done(self) -> bool:
        return self.steps >= self.recipe.steps

    @property
    def is_apart(self) -> bool:
        """Whether the layers' networks still learn each by itself."""
        return not self.recipe.direct and self.steps < self.recipe.steps_apart

    def state_dict(self) -> dict[str, object]:
        return {
            "encoder": self.encoder.state_dict(),
            "opt_apart": self.opt_apart.state_dict(),
            "opt_joint": self.opt_joint.state_dict(),
            "rng": rng_state(self.rng),
            "steps": self.steps,
            "seconds": self.seconds,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        self.encoder.load_state_dict(cast("dict[str, Tensor]", state["encoder"]))
        self.opt_apart.load_state_dict(cast("dict[str, object]", state["opt_apart"]))
        self.opt_joint.load_state_dict(cast("dict[str, object]", state["opt_joint"]))
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.steps = cast("int", state["steps"])
        self.seconds = cast("float", state["seconds"])

    # -- one step ------------------------------------------------------------------------------

    def step(self) -> EncoderLossesOfStep:
        """One batch: each layer's network by itself, or all as one. Gradients are cleared first."""
        started = time.monotonic()
        self.encoder.train()
        optimizer = self.opt_apart if self.is_apart else self.opt_joint
        self._set_rates()
        optimizer.zero_grad(set_to_none=True)
        dtype = DTYPES[self.recipe.precision]
        with torch.autocast(self.split.device.type, dtype, enabled=dtype != torch.float32):
            with torch.no_grad():
                top = self.split.top_of(self._latents(self.recipe.batch))
                states = self.split.early(top)
                image = self.split.late(states[-1], top)
            if self.is_apart:
                parts = self._parts_apart([state.x for state in states], top, image)
            elif self.recipe.direct:
                parts = self.losses.direct(top, image)
            else:
                parts = self.losses.joint(states[-1].x, top, image)
        torch.stack([part.float() for part in parts.values()]).sum().backward()
        apply_update(optimizer)
        self.steps += 1
        self.seconds += time.monotonic() - started
        return EncoderLossesOfStep({name: part.item() for name, part in parts.items()})

    def _parts_apart(self, rs: list[Tensor], top: Tensor, image: Tensor) -> dict[str, Tensor]:
        """Networks share nothing, so one sum gives each its own gradient."""
        parts = self.losses.pixels(rs[-1], top, image)
        for index in range(self.split.count, 0, -1):
            parts[f"e_{index}"] = self.losses.layer(index, rs, top)
        return parts

    def _latents(self, count: int) -> Tensor:
        z_dim = self.split.generator.spec.z_dim
        return torch.randn(count, z_dim, generator=self.rng).to(self.split.device)

    def _apart(self) -> torch.optim.Adam:
        """Three groups: e_f, e_2, and the other layers' networks."""
        encoder = self.encoder
        second = list(encoder.layers[0].parameters()) if len(encoder.layers) else []
        others = [p for layer in [*list(encoder.layers)[1:], encoder.first] for p in layer.parameters()]
        pixels = [*encoder.trunk.parameters(), *encoder.to_r.parameters()]
        if encoder.aside is not None:
            pixels += list(encoder.aside.parameters())
        groups = [{"params": pixels}, {"params": second}, {"params": others}]
        return torch.optim.Adam(groups, lr=self.recipe.lr_layers)

    def _joint(self) -> torch.optim.Adam:
        """All but the redundant convolutions, which are held; learnt directly, all."""
        held = set() if self.recipe.direct else {id(p) for p in self.encoder.redundant()}
        free = [p for p in self.encoder.parameters() if id(p) not in held]
        return torch.optim.Adam(free, lr=self.recipe.lr_joint)

    def _set_rates(self) -> None:
        recipe = self.recipe
        if self.is_apart:
            share = self.steps / recipe.steps_apart
            rates = (
                recipe.lr_pixels * fallen(share, recipe.drops_pixels, recipe.fall_apart),
                recipe.lr_layers * fallen(share, recipe.drops_second, recipe.fall_apart),
                recipe.lr_layers * fallen(share, recipe.drops_layers, recipe.fall_apart),
            )
            for group, rate in zip(self.opt_apart.param_groups, rates, strict=True):
                group["lr"] = rate
            return
        before = 0 if recipe.direct else recipe.steps_apart
        share = (self.steps - before) / max(1, recipe.steps - before)
        for group in self.opt_joint.param_groups:
            group["lr"] = recipe.lr_joint * fallen(share, recipe.drops_joint, recipe.fall_joint)

    # -- looking -------------------------------------------------------------------------------

    def test_tops(self, count: int) -> Tensor:
        """Tops [N, D] that are never trained on."""
        rng = torch.Generator().manual_seed(_TEST_SEED + self.recipe.seed)
        z = torch.randn(count, self.split.generator.spec.z_dim, generator=rng)
        return self.split.top_of(z.to(self.split.device))

    @torch.no_grad()
    def measure(self) -> Recovery:
        """On the recipe's test pictures, by standing statistics (eval mode): true against recovered."""
        self.encoder.eval()
        found = []
        for top in self.test_tops(self.recipe.test).split(_CHUNK):
            states = self.split.early(top)
            image = self.split.late(states[-1], top)
            again = self.encoder(image)
            state = self.split.early(again)[-1]
            tops = [(each - self.encoder.top_mean) / self.encoder.top_sd for each in (top, again)]
            found.append(
                recovery(tops[0], tops[1], states[-1].x, state.x, image, self.split.late(state, again))
            )
        return Recovery.of(found)

    @torch.no_grad()
    def sheet(self) -> tuple[Tensor, int]:
        """A row of pictures that the generator drew, and below each what the encoder makes of it."""
        self.encoder.eval()
        true = self.split.draw(self.test_tops(SHEET))
        again = self.split.draw(self.encoder(true))
        rows = [part for pair in zip(true.split(SHEET_COLUMNS), again.split(SHEET_COLUMNS)) for part in pair]  # noqa: B905 - alike
        return torch.cat(rows).cpu(), SHEET_COLUMNS


def config_of(recipe: EncoderRecipe, split: Split) -> EncoderConfig:
    """The shapes of the encoder of a split."""
    return EncoderConfig(
        resolution=split.generator.spec.resolution,
        layer=split.layer,
        top=split.top,
        top_dim=split.top_dim,
        shapes=",".join(f"{channels}x{side}" for channels, side in split.shapes),
        ignores_scale=split.ignores_scale,
        trunk=recipe.trunk,
        hidden=recipe.hidden,
    )


def parameters_of(network: nn.Module) -> int:
    """How many numbers it learns."""
    return sum(parameter.numel() for parameter in network.parameters())
