"""Judges: D_Y, which is shown drawings, and D_X, which is shown pictures; both begin as the parent's own.

Source: Wang, Bau and Zhu, "Sketch your own GAN", ICCV 2021, equations 15, 16 and 18 in the form of the
released code: the logistic loss that does not saturate, R1 every 16th update (Mescheder et al. 2018, equation
9), lambda on every term of D_X.
"""

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn

from wend.errors import NoDiscriminator
from wend.generators.build import build_discriminator
from wend.generators.generator import Generator
from wend.optim.adversarial import backward_of, fake_loss, gradient_penalty, real_loss
from wend.optim.guarded_step import apply_update

R1_EVERY = 16
LAZY = R1_EVERY / (R1_EVERY + 1)
"""Of Adam's rate and betas: one update of 17 is the penalty's (Karras et al., CVPR 2020, appendix B)."""
BETAS = (0.0, 0.99)

Augment = Callable[[Tensor], Tensor]


def colored(maps: Tensor) -> Tensor:
    """Maps [N, 1 or 3, S, S] as a discriminator of pictures reads them, [N, 3, S, S]."""
    return maps if maps.shape[1] == 3 else maps.expand(-1, 3, -1, -1)


def judge_of(own: nn.Module | None, generator: Generator, model: str, fresh_seed: int | None) -> nn.Module:
    """A discriminator to begin with: `own` of the model, or one that begins anew where there is a seed.

    Raises: NoDiscriminator.
    """
    if fresh_seed is None:
        if own is None:
            raise NoDiscriminator(model)
        return own
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(fresh_seed)
        built = build_discriminator(generator)
    if built is None:
        raise NoDiscriminator(model)
    return built.to(generator.device)


class Judges:
    """drawings: D_Y; pictures: D_X, None where lambda is 0; one optimiser for both."""

    def __init__(
        self,
        drawings: nn.Module,
        pictures: nn.Module | None,
        image_weight: float,
        rate: float,
        r1_gamma: float,
        augment: Augment,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        """augment: maps to maps, for what D_Y alone is shown; dtype: of their convolutions."""
        self.drawings, self.pictures, self.augment, self._dtype = drawings, pictures, augment, dtype
        self.image_weight, self.r1_gamma = image_weight, r1_gamma
        self._networks = [drawings] if pictures is None else [drawings, pictures]
        own = [parameter for network in self._networks for parameter in network.parameters()]
        betas = (BETAS[0] ** LAZY, BETAS[1] ** LAZY)
        self.optimizer = torch.optim.Adam(own, lr=rate * LAZY, betas=betas)

    def _of_maps(self, maps: Tensor) -> Tensor:
        return self._of(self.drawings, colored(self.augment(maps)))

    def _of(self, judge: nn.Module, images: Tensor) -> Tensor:
        """Logits float32 [N, 1]."""
        images = images.contiguous(memory_format=torch.channels_last)
        with torch.autocast(images.device.type, self._dtype, enabled=self._dtype != torch.float32):
            logits: Tensor = judge(images)
        return logits.float()

    def _train(self, is_trained: bool) -> None:
        for network in self._networks:
            network.requires_grad_(is_trained)

    # -- the generator's side ----------------------------------------------------------------------

    def says(self, maps: Tensor) -> Tensor:
        """What D_Y says of maps [N, C, S, S], as it is shown them: logits [N, 1]."""
        self._train(False)
        return self._of_maps(maps)

    def of_generator(self, draws: Callable[[Tensor], Tensor] | None) -> dict[str, Callable[[Tensor], Tensor]]:
        """Its losses of images G(z) by name: 'sketch', of the maps F(G(z)) that `draws` makes of them, none
        where it is left out, and 'image' with its weight."""
        self._train(False)
        losses: dict[str, Callable[[Tensor], Tensor]] = {}
        if draws is not None:
            losses["sketch"] = lambda images: real_loss(self._of_maps(draws(images)))
        if (judge := self.pictures) is not None:
            losses["image"] = lambda images: self.image_weight * real_loss(self._of(judge, images))
        return losses

    # -- their own side ----------------------------------------------------------------------------

    def update(
        self, drawn: Tensor, maps: Tensor, reals: Tensor | None, images: Tensor
    ) -> tuple[dict[str, float], bool]:
        """One update of both on real drawings [N, C, S, S] and maps of fakes, real pictures [N, 3, S, S] and
        fakes. Losses by name, and whether it could be taken."""
        self._train(True)
        self.optimizer.zero_grad(set_to_none=True)
        # Term by term: what one keeps for its gradient is gone before the next.
        own = backward_of(real_loss(self._of_maps(drawn))) + backward_of(fake_loss(self._of_maps(maps)))
        losses = {"judge of drawings": own}
        if self.pictures is not None:
            assert reals is not None
            weight = self.image_weight
            other = backward_of(real_loss(self._of(self.pictures, reals)), weight)
            other += backward_of(fake_loss(self._of(self.pictures, images)), weight)
            losses["judge of pictures"] = other
        return losses, apply_update(self.optimizer)

    def penalize(self, drawn: Tensor, reals: Tensor | None) -> tuple[dict[str, float], bool]:
        """R1 as an update of its own. By the maps as F draws them, before they are moved and repeated."""
        self._train(True)
        self.optimizer.zero_grad(set_to_none=True)
        weight = 0.5 * self.r1_gamma * R1_EVERY
        drawn = drawn.detach().requires_grad_(True)
        losses = {"r1 of drawings": backward_of(gradient_penalty(drawn, self._of_maps(drawn)), weight)}
        if self.pictures is not None:
            assert reals is not None
            reals = reals.detach().requires_grad_(True)
            penalty = gradient_penalty(reals, self._of(self.pictures, reals))
            losses["r1 of pictures"] = backward_of(penalty, weight * self.image_weight)
        return losses, apply_update(self.optimizer)

    def of_pictures(self) -> dict[str, Tensor] | None:
        """Tensors of D_X; None where lambda is 0."""
        if self.pictures is None:
            return None
        return {name: tensor.detach().clone() for name, tensor in self.pictures.state_dict().items()}

    # -- state -------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, object]:
        return {
            "drawings": self.drawings.state_dict(),
            "pictures": None if self.pictures is None else self.pictures.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        self.drawings.load_state_dict(cast("dict[str, Tensor]", state["drawings"]))
        if self.pictures is not None:
            self.pictures.load_state_dict(cast("dict[str, Tensor]", state["pictures"]))
        self.optimizer.load_state_dict(cast("dict[str, object]", state["optimizer"]))
