"""A second judge for generators: it sees pictures only through a frozen network that knows their world."""

from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from wend.optim.guarded_step import apply_update
from wend.perception.unet import DECODED, UNet
from wend.training.update import set_learning_rate

_HEAD_SIDE = 4
_WIDTH = 64
_LEAST_APART = 1e-3
# Without momentum, as the adversarial pair it joins.
_BETAS = (0.0, 0.99)


class ProjectedDiscriminator(nn.Module):
    """One small head per scale of frozen features, each behind a fixed random mixing of channels.

    What a young discriminator must first find out (where eyes are, that there are glasses) the frozen
    network knows from the start, so the generator hears of it from the first step. The mixing keeps a
    head from leaning on the few channels that tell real from drawn most easily.
    Source: Sauer et al., "Projected GANs Converge Faster", NeurIPS 2021, sections 3.1 and 3.2
    (cross-channel mixing, hinge loss, spectral norm). Mixing across scales is left out: the features
    come from the decoder of a U-Net, which has done that.
    """

    def __init__(
        self, eye: UNet, resolution: int, seed: int, c_dim: int = 0, sees_variety: bool = False
    ) -> None:
        """`eye` is frozen and belongs to the caller: it is no part of the state.

        sees_variety: pictures of a batch are also held against each other, so a batch must be all real
        or all drawn.
        """
        super().__init__()
        self._eye = (eye,)  # a tuple keeps it out of the modules
        sides = [resolution // 2 ** (len(DECODED) - k) for k in range(len(DECODED))]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.mixing = nn.ModuleList(nn.Conv2d(width, _WIDTH, 1, bias=False) for width in DECODED)
            for mixing in self.mixing:
                nn.init.kaiming_normal_(cast("nn.Conv2d", mixing).weight, nonlinearity="linear")
            self.heads = nn.ModuleList(_Head(side, c_dim, sees_variety) for side in sides)
        self.mixing.requires_grad_(False)

    def forward(self, images: Tensor, c: Tensor | None = None) -> Tensor:
        """Images [N, 3, S, S], classes c [N, c_dim], to logits float32 [N, heads]: large for real."""
        decoded = self._eye[0].decode(images.contiguous(memory_format=torch.channels_last))
        logits = [
            head(mixing(features), c)
            for features, mixing, head in zip(decoded, self.mixing, self.heads, strict=True)
        ]
        return torch.stack(logits, dim=1)


class _Head(nn.Module):
    """Mixed features of one scale to a logit; a class is heard by projection (Miyato and Koyama 2018).

    One that sees variety also weighs how far a picture's features lie from those of the others of its
    batch, channel by channel: a picture alone never shows that all pictures are alike (Salimans et al.,
    "Improved Techniques for Training GANs", NeurIPS 2016, section 3.2, with features for projections).
    """

    def __init__(self, side: int, c_dim: int, sees_variety: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        while side > _HEAD_SIDE:
            layers += [spectral_norm(nn.Conv2d(_WIDTH, _WIDTH, 4, stride=2, padding=1)), nn.LeakyReLU(0.2)]
            side //= 2
        layers += [spectral_norm(nn.Conv2d(_WIDTH, _WIDTH, 3, padding=1)), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers)
        self.out = spectral_norm(nn.Conv2d(_WIDTH, 1, min(side, _HEAD_SIDE)))
        self.embed = spectral_norm(nn.Linear(c_dim, _WIDTH, bias=False)) if c_dim else None
        self.variety = spectral_norm(nn.Linear(_WIDTH, 1, bias=False)) if sees_variety else None

    def forward(self, features: Tensor, c: Tensor | None) -> Tensor:
        h = self.body(features)
        logits: Tensor = self.out(h).float().mean(dim=(1, 2, 3))
        if self.embed is not None:
            heard: Tensor = (self.embed(c).float() * h.float().mean(dim=(2, 3))).sum(dim=1)
            logits = logits + heard
        if self.variety is not None:
            varied: Tensor = self.variety(_log_apart(h.float())).float().squeeze(1)
            logits = logits + varied
        return logits


def _log_apart(h: Tensor) -> Tensor:
    """Log of the mean absolute distance of each picture's features [N, C, H, W] to the others', [N, C].

    N >= 2. The log makes a lack of variety count by its share, however small the features of a scale are.
    """
    distances = (h[:, None] - h[None]).abs().mean(dim=(3, 4))
    return torch.log(distances.sum(dim=1) / (len(h) - 1) + _LEAST_APART)


class SecondJudge:
    """A projected discriminator with its optimiser, beside a trainer's own discriminator."""

    def __init__(
        self,
        eye: UNet,
        resolution: int,
        seed: int,
        lr: float,
        device: torch.device,
        c_dim: int = 0,
        sees_variety: bool = False,
    ) -> None:
        self.lr = lr
        self.network = ProjectedDiscriminator(eye.to(device), resolution, seed, c_dim, sees_variety)
        self.network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the pair
        self.optimizer = torch.optim.Adam(self.network.heads.parameters(), lr=lr, betas=_BETAS)

    def state_dict(self) -> dict[str, object]:
        return {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state: dict[str, object]) -> None:
        self.network.load_state_dict(cast("dict[str, Tensor]", state["network"]))
        self.optimizer.load_state_dict(cast("dict[str, object]", state["optimizer"]))

    def generator_loss(self, fake: Tensor, c: Tensor | None = None) -> Tensor:
        """What the generator minimises beside its other loss: the heads' logits, negated and summed."""
        self.network.heads.requires_grad_(False)
        return -cast("Tensor", self.network(fake, c)).mean(dim=0).sum()

    def loss(
        self, real: Tensor, fake: Tensor, real_c: Tensor | None = None, fake_c: Tensor | None = None
    ) -> Tensor:
        """The heads' own hinge loss, summed over heads."""
        self.network.heads.requires_grad_(True)
        told = F.relu(1.0 - self.network(real, real_c)) + F.relu(1.0 + self.network(fake, fake_c))
        return told.mean(dim=0).sum()

    def update(self, factor: float) -> None:
        """Step along the gradients of `loss`, at the learning rate times `factor`."""
        set_learning_rate(self.optimizer, self.lr * factor)
        apply_update(self.optimizer)
        self.optimizer.zero_grad(set_to_none=True)
