"""Network trainer: AdamW with warm-up and cosine decay, and the moving average that is published."""

import copy
import math
import time
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from wend.optim.checkpoint import rng_state
from wend.training.perception.recipe import PerceptionRecipe
from wend.training.perception.task import Task


@dataclass(frozen=True)
class Losses:
    """Named losses of one step."""

    values: tuple[tuple[str, float], ...]

    def __str__(self) -> str:
        return "  ".join(f"{name} {value:.3f}" for name, value in self.values)


class NetworkTrainer:
    """Trains one task's network; all state is in `state_dict`."""

    def __init__(
        self, task: Task, recipe: PerceptionRecipe, lr: float, total_images: int, device: torch.device
    ) -> None:
        self.task, self.recipe, self.device = task, recipe, device
        self.lr, self.total_images = lr, total_images
        self.network = task.network
        self.average = copy.deepcopy(task.network).eval().requires_grad_(False)
        for module in (self.network, self.average):
            module.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the pair
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=lr, weight_decay=recipe.weight_decay, betas=(0.9, 0.99), fused=True
        )
        self.rng = torch.Generator().manual_seed(recipe.seed)
        self.images_seen = 0
        self.steps = 0
        self.seconds = 0.0  # spent in steps, over all sessions of the run

    @property
    def is_done(self) -> bool:
        return self.images_seen >= self.total_images

    def state_dict(self) -> dict[str, object]:
        return {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "rng": rng_state(self.rng),
            "images_seen": self.images_seen,
            "steps": self.steps,
            "seconds": self.seconds,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        for name in ("network", "average", "optimizer"):
            getattr(self, name).load_state_dict(state[name])
        # A checkpoint is contiguous; the fused step walks weights and moments in the order of memory.
        for parameter, moments in self.optimizer.state.items():
            for name in ("exp_avg", "exp_avg_sq"):
                moments[name] = torch.empty_like(parameter).copy_(moments[name])
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.images_seen = cast("int", state["images_seen"])
        self.steps = cast("int", state["steps"])
        self.seconds = cast("float", state["seconds"])

    def step(self) -> Losses:
        """One update; a step whose gradient is not finite changes nothing."""
        started = time.monotonic()
        batch = {name: value.to(self.device) for name, value in self.task.batch(self.rng).items()}
        batch["images"] = batch["images"].contiguous(memory_format=torch.channels_last)
        for group in self.optimizer.param_groups:
            group["lr"] = self.lr * self._rate()
        dtype = self.recipe.dtype()
        self.network.train()
        with torch.autocast(self.device.type, dtype, enabled=dtype != torch.float32):
            losses = self.task.losses(self.network, batch)
        self.optimizer.zero_grad(set_to_none=True)
        losses["total"].backward()
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        if bool(torch.isfinite(norm)):
            self.optimizer.step()
        self.steps += 1
        self.images_seen += len(batch["images"])
        self._update_average()
        self.seconds += time.monotonic() - started
        return Losses(tuple((name, float(value.detach())) for name, value in losses.items()))

    def _rate(self) -> float:
        """Share of the full learning rate: a straight rise, then half a cosine down to zero."""
        share = min(1.0, self.images_seen / self.total_images)
        if share < self.recipe.warmup:
            return max(0.05, share / self.recipe.warmup)
        return 0.5 + 0.5 * math.cos(math.pi * (share - self.recipe.warmup) / (1.0 - self.recipe.warmup))

    @torch.no_grad()
    def _update_average(self) -> None:
        # A young average forgets faster: the first random weights must not linger in it.
        keep = min(self.recipe.ema, self.steps / (self.steps + 10.0))
        for average, newest in zip(self.average.parameters(), self.network.parameters(), strict=True):
            average.lerp_(newest, 1.0 - keep)
