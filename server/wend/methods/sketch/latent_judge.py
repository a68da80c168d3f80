"""Latent judge: what D_Y says of a picture, told from its w by a small network that never sees pictures.

    latent = LatentJudge(parent, extractor, seed)
    latent.remember(w, maps)                             # what the pupil drew just now
    latent.ask(judges.says)                              # every update: what does D_Y say by now?
    loss = latent.loss(pupil.generator.mapping(z))       # of drawing what D_Y takes for drawings

The gradient of D_Y through pictures ends where pictures change at a stroke: between short hair and long there
is nothing that looks like a drawing of either, so hair stays short. A network that is fitted to what D_Y says
of many samples is smooth across such steps. It reads w, in which a mapping network has pulled apart what is
folded in z.

Ours. A critic of latents, and an actor that moves them: Engel, Hoffman and Roberts, "Latent constraints",
ICLR 2018; here D_Y goes on learning from what the actor draws, as in Wang, Bau and Zhu, ICCV 2021, equation
15.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.generator import Generator, synthesize
from wend.generators.portion import portion
from wend.methods.sketch.extractor import Extractor
from wend.methods.sketch.resolution import doubled, halved
from wend.optim.adversarial import real_loss
from wend.optim.checkpoint import rng_state

WAITS = 40
"""Updates of D_Y before anything follows what is told of it."""
SAMPLES = 4_000
"""Of the parent, drawn little by little, about which D_Y is asked again and again."""
_DRAWN = 32
"""Samples that are drawn before a question, until there are enough."""
_ASKED = 48
"""Samples in a question, and as many of the pupil's last pictures."""
_RECENT = 512
"""Pictures of the pupil that are remembered."""
_ANSWERS = 2_400
"""The last of D_Y, to which the network is fitted: of 25 questions."""
_WIDTH, _STEPS, _BATCH = 64, 8, 256
_RATE, _DECAY = 2e-3, 1.0
_NOISE = 0.2
"""On w, in standard deviations, while the network is fitted."""
_SPREAD = 4_096
"""Latents of which mean and standard deviation of w are taken."""

Says = Callable[[Tensor], Tensor]
"""Maps [N, C, S, S] to logits [N, 1]."""


class LatentJudge:
    """A network from w [N, w_dim] to logits [N] beside the level of the newest question; to the last of D_Y's
    answers it is fitted from where it was."""

    def __init__(self, parent: Generator, extractor: Extractor, seed: int) -> None:
        """parent: draws the samples; seed: of these, and of the network and its fits."""
        self._parent, self._extractor = parent, extractor
        self._side, self._device = parent.spec.resolution, parent.device
        self._rng = torch.Generator().manual_seed(seed)
        # A source of their own: a run that goes on draws the samples again.
        self._draws = torch.Generator().manual_seed(seed + 1)
        with torch.no_grad():
            w = parent.mapping(self._latents(_SPREAD))
        self._mean, self._sd = w.mean(dim=0), w.std(dim=0).clamp_min(1e-6)
        self._samples = self._recent = _Shown(w[:0], torch.zeros(0, device=self._device))
        self._places, self._answers = w[:0], torch.zeros(0, device=self._device)
        self._level = torch.zeros((), device=self._device)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self._network = nn.Sequential(
                nn.Linear(w.shape[1], _WIDTH), nn.LeakyReLU(0.2),
                nn.Linear(_WIDTH, _WIDTH), nn.LeakyReLU(0.2),
                nn.Linear(_WIDTH, 1),
            ).to(self._device)  # fmt: skip
        self._optimizer = torch.optim.AdamW(self._network.parameters(), lr=_RATE, weight_decay=_DECAY)

    def remember(self, w: Tensor, maps: Tensor) -> None:
        """What the pupil drew just now: places [N, w_dim], and what F draws of the pictures [N, C, S, S]."""
        self._recent = self._recent.and_then(self._place(w), maps, _RECENT)

    @torch.no_grad()
    def ask(self, says: Says) -> None:
        """One question to D_Y, of the parent's samples and the pupil's last pictures, and a fit to its newest
        answers."""
        if self._samples.count < SAMPLES:
            self._draw()
        asked = self._samples.some(self._rng)
        if self._recent.count:
            asked = asked.beside(self._recent.some(self._rng))
        at_once = portion(self._side, _ASKED)
        said = torch.cat([says(doubled(_floats(part), self._side)) for part in asked.maps.split(at_once)])
        answers = said[:, 0].float()
        # From question to question D_Y's level comes and goes, and tells nothing of any picture.
        self._level = answers.mean()
        self._places = torch.cat([self._places, asked.places])[-_ANSWERS:]
        self._answers = torch.cat([self._answers, answers - self._level])[-_ANSWERS:]
        with torch.enable_grad():
            self._fit()

    def tells(self, w: Tensor) -> Tensor:
        """What D_Y would say of the pictures of w [N, w_dim]: logits [N], with their gradient by w."""
        told: Tensor = self._network(self._place(w))
        return told[:, 0] + self._level

    def loss(self, w: Tensor) -> Tensor:
        """The generator's side of D_Y, by `tells`: softplus(-logits), a mean."""
        return real_loss(self.tells(w))

    def _latents(self, count: int) -> Tensor:
        z = torch.randn(count, self._parent.spec.z_dim, generator=self._draws)
        return z.to(self._device)

    def _place(self, w: Tensor) -> Tensor:
        return (w - self._mean) / self._sd

    def _draw(self) -> None:
        """More of the parent's samples."""
        w = self._parent.mapping(self._latents(_DRAWN))
        noise = self._parent.constant_noise()
        for some in w.split(portion(self._side, _DRAWN)):
            ws = some[:, None].expand(-1, self._parent.spec.num_ws, -1)
            maps = self._extractor.maps(synthesize(self._parent, ws, noise).clamp(-1.0, 1.0))
            self._samples = self._samples.and_then(self._place(some), maps, SAMPLES)

    def _fit(self) -> None:
        self._network.requires_grad_(True)
        for _ in range(_STEPS):
            chosen = torch.randint(len(self._answers), (_BATCH,), generator=self._rng).to(self._device)
            places = self._places[chosen]
            off = _NOISE * torch.randn(places.shape, generator=self._rng)
            told = self._network(places + off.to(self._device))[:, 0]
            self._optimizer.zero_grad(set_to_none=True)
            F.mse_loss(told, self._answers[chosen]).backward()
            self._optimizer.step()
        self._network.requires_grad_(False)

    # -- state -------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, object]:
        """All but the parent's samples, which are drawn again."""
        return {
            "network": self._network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "rng": rng_state(self._rng),
            "samples": self._samples.count,
            "recent": [self._recent.places, self._recent.maps],
            "answers": [self._places, self._answers, self._level],
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError, RuntimeError, ValueError."""
        self._network.load_state_dict(cast("dict[str, Tensor]", state["network"]))
        self._optimizer.load_state_dict(cast("dict[str, object]", state["optimizer"]))
        self._rng.set_state(cast("Tensor", state["rng"]))
        recent = [tensor.to(self._device) for tensor in cast("list[Tensor]", state["recent"])]
        self._recent = _Shown(*recent)
        answers = [tensor.to(self._device) for tensor in cast("list[Tensor]", state["answers"])]
        self._places, self._answers, self._level = answers
        with torch.no_grad():
            while self._samples.count < cast("int", state["samples"]):
                self._draw()


@dataclass(frozen=True)
class _Shown:
    """Places in w, standardised, [N, w_dim], and the maps there, uint8 [N, C, S, S], S 256 at most."""

    places: Tensor
    maps: Tensor

    @property
    def count(self) -> int:
        return len(self.places)

    def and_then(self, places: Tensor, maps: Tensor, most: int) -> "_Shown":
        """With others [N, C, S, S] in [-1, 1] behind them; the last `most` of all."""
        fresh = ((halved(maps) + 1.0) * 127.5).round().clamp(0.0, 255.0).to(torch.uint8)
        together = fresh if not self.count else torch.cat([self.maps, fresh])
        return _Shown(torch.cat([self.places, places])[-most:], together[-most:])

    def some(self, rng: torch.Generator) -> "_Shown":
        """As many as a question holds, with replacement."""
        chosen = torch.randint(self.count, (_ASKED,), generator=rng).to(self.places.device)
        return _Shown(self.places[chosen], self.maps[chosen])

    def beside(self, others: "_Shown") -> "_Shown":
        return _Shown(torch.cat([self.places, others.places]), torch.cat([self.maps, others.maps]))


def _floats(maps: Tensor) -> Tensor:
    return maps.float() / 127.5 - 1.0
