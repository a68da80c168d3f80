"""Widening: a generator and a walk trained together, so that the walk reaches further than the data did.

Source: Jahanian, Chai and Isola, "On the 'steerability' of generative adversarial networks", ICLR 2020,
section on joint training, in the form of the authors' released code: six terms of equal weight,

    L_D    = BCE(D(x~), 1) + BCE(D(G(z)), 0) + BCE(D(G(z + a w)), 0)
    L_G,w  = BCE(D(G(z)), 1) + BCE(D(G(z + a w)), 1) + L2_masked(G(z + a w), edit(G(z), a))

with x~ a real picture after a random edit of the same family and range. The target comes from the
generator in eval mode, once per batch before any update, and carries no gradient.
"""

import math
from collections.abc import Callable
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.errors import Diverged
from wend.generators.generator import Generator, synthesize
from wend.generators.portion import portion
from wend.methods.edits.edit import Edit
from wend.methods.edits.loss import edit_loss
from wend.methods.fresh_noise import fresh_noise
from wend.methods.reals import Reals, augmented
from wend.methods.widen.plan import WideningPlan
from wend.methods.widen.target import EditTarget, drawn_amounts
from wend.optim.adversarial import backward_of, fake_loss, gradient_penalty, real_loss, taught
from wend.optim.average import average_weight, move_average
from wend.optim.checkpoint import rng_state
from wend.optim.guarded_step import apply_update

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
MAX_BAD = 5
"""Updates in a row that were left out before a run is given up."""


class Widening:
    """The generator in training, its discriminator, the walk and their optimisers; all is in `state_dict`.

    generator: read through w; the walk adds `alpha / scale * walk` to w on every style row, in the first
    `free` coordinates, so that a class in w is never moved. discriminator: called with pictures and, where
    there are classes, one-hot classes.
    """

    def __init__(
        self,
        generator: Generator,
        discriminator: nn.Module,
        reals: Reals,
        edit: Edit,
        plan: WideningPlan,
        ground: float | None = -1.0,
        walk_spread: float = 1.0,
    ) -> None:
        """ground: picture value where an edit leaves nothing, in [-1, 1], None for what is beside it;
        walk_spread: the walk's first numbers are uniform between it and its negative, published 1; 0: it
        moves nothing."""
        assert isinstance(generator, nn.Module)
        assert len(edit.sliders) == 1, edit.name
        self.generator: Generator = generator
        self.network: nn.Module = generator
        self.discriminator, self.reals, self.edit = discriminator, reals, edit
        self.target = EditTarget(edit, ground, plan.warps_mask_twice)
        self.plan, self.update = plan, 0
        spec = generator.spec
        self.free = spec.z_dim if spec.classes and spec.w_dim > spec.z_dim else spec.w_dim
        self.rng = torch.Generator().manual_seed(plan.seed)
        numbers = 2.0 * torch.rand(self.free, generator=self.rng) - 1.0
        self.walk = (walk_spread * numbers).to(generator.device).requires_grad_(True)
        betas = (plan.beta1, plan.beta2)
        self._learned = [tensor for tensor in self.network.parameters() if tensor.requires_grad]
        self.opt_g = torch.optim.Adam(self._learned, lr=plan.lr, betas=betas)
        self.opt_d = torch.optim.Adam(discriminator.parameters(), lr=plan.lr, betas=betas)
        self.opt_w = torch.optim.Adam([self.walk], lr=plan.lr_walk if plan.is_joint else plan.lr_frozen)
        # Of the walk before the networks join in; what it has gathered then says nothing of what comes.
        self.opt_first = torch.optim.Adam([self.walk], lr=plan.lr_frozen)
        self._averages = [tensor.detach().clone() for tensor in self._newest()] if plan.average_images else []
        self.edit_losses: list[float] = []
        self._bad, self._is_bad = 0, False
        self._dtype = torch.float32
        self.walk_at_once = portion(spec.resolution, plan.walk_batch, has_gradient=True)
        self._is_edited = torch.from_numpy(reals.edited(plan.augment_share, plan.seed))

    @property
    def is_done(self) -> bool:
        return self.update >= self.plan.total

    def step(self) -> dict[str, float]:
        """One iteration; its losses by name, 'total' among them, without those that are not finite.

        An update with a gradient that is not finite is left out, and what batch norms had averaged in that
        iteration with it. Raises: Diverged after MAX_BAD such iterations in a row.
        """
        buffers = [*self.network.buffers(), *self.discriminator.buffers()]
        before = [buffer.clone() for buffer in buffers]
        self._is_bad = False
        self._dtype = _DTYPES[self.plan.precision]
        try:
            losses = self._adversarial() if self.update in self.plan.together else self._frozen()
        finally:
            self._dtype = torch.float32
        self.update += 1
        if self._is_bad:
            for buffer, kept in zip(buffers, before, strict=True):
                buffer.copy_(kept)
        self._bad = self._bad + 1 if self._is_bad else 0
        if self._bad >= MAX_BAD:
            raise Diverged(self.update, self._bad)
        if "edit" in losses:
            self.edit_losses.append(losses["edit"])
        return {name: loss for name, loss in losses.items() if math.isfinite(loss)}

    def _apply(self, *optimizers: torch.optim.Optimizer) -> None:
        """Step with each, or note that one could not."""
        for optimizer in optimizers:
            self._is_bad |= not apply_update(optimizer)

    def _newest(self) -> list[Tensor]:
        """What is averaged: the weights of the generator, and the walk."""
        return [*self._learned, self.walk]

    @torch.no_grad()
    def take_averages(self) -> None:
        """Puts the running averages, where there are any, in the place of the newest weights and walk."""
        for newest, average in zip(self._newest(), self._averages, strict=False):
            newest.copy_(average)

    # -- pictures ------------------------------------------------------------------------------

    def draw(
        self,
        w: Tensor,
        amounts: Tensor | None = None,
        walk: Tensor | None = None,
        noise: list[Tensor | None] | None = None,
    ) -> Tensor:
        """Images float32 [N, 3, R, R] of w [N, w_dim], moved by amounts [N] of the edit's unit; in float32
        but in training."""
        if amounts is not None:
            walk = self.walk if walk is None else walk
            moved = (amounts / self.plan.scale)[:, None] * walk[None]
            w = w + F.pad(moved, (0, w.shape[1] - self.free))
        ws = w[:, None].expand(-1, self.generator.spec.num_ws, -1)
        noise = self.generator.constant_noise() if noise is None else noise
        with self._autocast():
            return synthesize(self.generator, ws, noise, self._dtype).float()

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.generator.device.type, self._dtype, enabled=self._dtype != torch.float32)

    def codes(self, classes: Tensor) -> Tensor:
        """w [N, w_dim] of fresh latents, one of each class [N]."""
        z = torch.randn(len(classes), self.generator.spec.z_dim, generator=self.rng)
        return self.generator.mapping(z.to(self.generator.device), self.one_hot(classes))

    def one_hot(self, classes: Tensor) -> Tensor | None:
        """float32 [N, c_dim]; None where there are no classes."""
        count = self.generator.spec.c_dim
        return F.one_hot(classes, count).float().to(self.generator.device) if count else None

    # -- one update ----------------------------------------------------------------------------

    def _judge(self, images: Tensor, c: Tensor | None) -> Tensor:
        with self._autocast():
            logits: Tensor = self.discriminator(images) if c is None else self.discriminator(images, c)
        return logits.float()

    def _adversarial(self) -> dict[str, float]:
        """Discriminator once, then generator and walk `generator_updates` times on the same batch."""
        plan, network = self.plan, self.network
        images, classes, index = self.reals.batch(self.update, plan.batch, plan.seed)
        device = self.generator.device
        turns, amounts = (
            drawn_amounts(self.edit, plan.reach, plan.batch, self.rng).to(device) for _ in range(2)
        )
        images, chosen = images.to(device), self._is_edited[index]
        images = augmented(images, chosen, turns, lambda x, a: self.target(x, a)[0])
        c = self.one_hot(classes)
        with torch.no_grad():
            w, noise = self.codes(classes), fresh_noise(self.generator, plan.batch, self.rng)
            network.eval()
            target, mask = images, images
            if plan.is_joint:
                target, mask = self.target(self.draw(w, noise=noise), amounts)
            network.train()
            fakes = [self.draw(w, noise=noise)] if plan.has_fake_term else []
            fakes += [self.draw(w, amounts, noise=noise)] if plan.is_joint and plan.has_steered_term else []
        self.discriminator.train()
        self.discriminator.requires_grad_(True)
        self.opt_d.zero_grad(set_to_none=True)
        # Term by term: what one keeps for its gradient is gone before the next.
        shown = [(images, real_loss), *((fake, fake_loss) for fake in fakes)]
        loss_d = sum(backward_of(loss(self._judge(each, c))) for each, loss in shown)
        losses: dict[str, float] = {"discriminator": loss_d}
        if plan.r1_gamma and (self.update - plan.together.start) % plan.r1_every == 0:
            losses["r1"] = self._add_r1(images[: max(1, plan.batch // 2)], c)
        self._apply(self.opt_d)
        self.discriminator.requires_grad_(False)
        for _ in range(plan.generator_updates):
            losses |= self._generator_update(w, noise, c, amounts, target, mask)
        if self._averages:
            seen = (self.update + 1 - plan.together.start) * plan.batch
            weight = average_weight(plan.batch, seen, plan.average_images)
            move_average(self._averages, self._newest(), weight)
        return losses

    def _add_r1(self, images: Tensor, c: Tensor | None) -> float:
        """The penalty on real images [N, 3, R, R], its gradient added to the discriminator's."""
        images = images.detach().requires_grad_(True)
        penalty = gradient_penalty(images, self._judge(images, None if c is None else c[: len(images)]))
        return backward_of(penalty, 0.5 * self.plan.r1_gamma * self.plan.r1_every)

    def _generator_update(
        self, w: Tensor, noise: list[Tensor | None], c: Tensor | None, amounts: Tensor, target: Tensor,
        mask: Tensor,
    ) -> dict[str, float]:  # fmt: skip
        plan = self.plan
        losses: dict[str, float] = {}
        self.opt_g.zero_grad(set_to_none=True)
        self.opt_w.zero_grad(set_to_none=True)

        def judged(images: Tensor) -> Tensor:
            return real_loss(self._judge(images, c))

        if plan.has_fake_term:
            losses |= taught(self.draw(w, noise=noise), {"generator": judged})
        is_steered = plan.is_joint and (plan.has_steered_term or plan.has_edit_term)
        if is_steered:
            terms: dict[str, Callable[[Tensor], Tensor]] = {}
            if plan.has_steered_term:
                terms["steered"] = judged
            if plan.has_edit_term:
                terms["edit"] = lambda images: edit_loss(images, target, mask)
            losses |= taught(self.draw(w, amounts, noise=noise), terms)
        self._apply(self.opt_g, *((self.opt_w,) if is_steered else ()))
        return losses | {"total": sum(losses.values())}

    def _frozen(self) -> dict[str, float]:
        """The walk alone, on the generator as it is: one amount for the whole batch, never 0."""
        plan = self.plan
        self.network.eval()
        for tensor in self._learned:
            tensor.requires_grad_(False)
        amount = float(self.edit.draw(self.rng, 1, plan.reach)[0, 0])
        count = max(self.generator.spec.c_dim, 1)
        w = self.codes(torch.arange(plan.walk_batch) % count)
        amounts = torch.full((plan.walk_batch,), amount, device=w.device)
        parts = w.split(self.walk_at_once)
        self.opt_w.zero_grad(set_to_none=True)
        with torch.no_grad():
            wanted = [self.target(self.draw(part), amounts[: len(part)]) for part in parts]
        whole = torch.stack([mask.sum() for _, mask in wanted]).sum()
        loss = 0.0
        for part, (target, mask) in zip(parts, wanted, strict=True):
            loss += backward_of(edit_loss(self.draw(part, amounts[: len(part)]), target, mask, whole))
        self._apply(self.opt_first if plan.is_joint else self.opt_w)
        for tensor in self._learned:
            tensor.requires_grad_(True)
        return {"edit": loss, "total": loss}

    # -- state ---------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, object]:
        return {
            "generator": self.network.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "walk": self.walk.detach().clone(),
            "opt_g": self.opt_g.state_dict(),
            "opt_d": self.opt_d.state_dict(),
            "opt_w": self.opt_w.state_dict(),
            "opt_first": self.opt_first.state_dict(),
            "averages": list(self._averages),
            "rng": rng_state(self.rng),
            "update": self.update,
            "bad": self._bad,
            "edit_losses": torch.tensor(self.edit_losses, dtype=torch.float64),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError, RuntimeError, ValueError for a state of something else."""
        averages = cast("list[Tensor]", state.get("averages", []))
        if len(averages) != len(self._averages):
            raise ValueError("an earlier version, which trained otherwise, began it: start it over")
        self.network.load_state_dict(cast("dict[str, Tensor]", state["generator"]))
        self.discriminator.load_state_dict(cast("dict[str, Tensor]", state["discriminator"]))
        with torch.no_grad():
            self.walk.copy_(cast("Tensor", state["walk"]))
            for average, kept in zip(self._averages, averages, strict=True):
                average.copy_(kept)
        for name in ("opt_g", "opt_d", "opt_w"):
            getattr(self, name).load_state_dict(state[name])
        if "opt_first" in state:  # states of earlier versions know no walk before the networks
            self.opt_first.load_state_dict(cast("dict[str, Tensor]", state["opt_first"]))
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.update = cast("int", state["update"])
        self._bad = cast("int", state.get("bad", 0))
        self.edit_losses = cast("Tensor", state.get("edit_losses", torch.zeros(0))).tolist()
