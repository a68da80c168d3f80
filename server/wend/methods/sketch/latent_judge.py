"""Latent judge: what D_Y says of a picture, told from its w by a smooth function that never sees pictures.

    latent = LatentJudge(parent, extractor, seed)
    latent.remember(w, maps)                             # what the pupil drew just now
    latent.ask(judges.says)                              # every update: what does D_Y say by now?
    loss = latent.loss(pupil.generator.mapping(z))       # of drawing what D_Y takes for drawings

The gradient of D_Y through pictures ends where pictures change at a stroke: between short hair and long there
is nothing that looks like a drawing of either, so hair stays short. What is fitted to what D_Y says of many
samples is smooth across such steps. It is told from w, in which a mapping network has pulled apart what is
folded in z. Most of what D_Y says of one picture is about that picture alone; a posterior mean leaves it out,
where a network that is trained on as many answers learns it by heart.

Ours. A critic of latents, and an actor that moves them: Engel, Hoffman and Roberts, "Latent constraints",
ICLR 2018; here D_Y goes on learning from what the actor draws, as in Wang, Bau and Zhu, ICCV 2021, equation
15.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from wend.generators.generator import Generator, synthesize
from wend.generators.portion import portion
from wend.methods.sketch.evidence import posterior_mean
from wend.methods.sketch.extractor import Extractor
from wend.methods.sketch.resolution import doubled, halved
from wend.methods.sketch.smooth_features import SmoothFeatures
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
"""Of D_Y that are remembered at first, the newest: of 25 questions."""
_ONE_IN, _MOST = 3, 30_000
"""Later, as the pupil moves ever less: a third of all that were given, and no more than so many."""
_SPREAD = 4_096
"""Latents by which it is known how wide w is."""

Says = Callable[[Tensor], Tensor]
"""Maps [N, C, S, S] to logits [N, 1]."""


class LatentJudge:
    """From w [N, w_dim] to logits [N]: the smooth part of D_Y's last answers, beside the level of the newest
    question."""

    def __init__(self, parent: Generator, extractor: Extractor, seed: int) -> None:
        """parent: draws the samples; seed: of these, and of what is asked."""
        self._parent, self._extractor = parent, extractor
        self._side, self._device = parent.spec.resolution, parent.device
        self._rng = torch.Generator().manual_seed(seed)
        # A source of their own: a run that goes on draws the samples again.
        self._draws = torch.Generator().manual_seed(seed + 1)
        with torch.no_grad():
            w = parent.mapping(self._latents(_SPREAD))
        self._smooth = SmoothFeatures.over(w, seed)
        self._samples = self._recent = _Shown(w[:0], torch.zeros(0, device=self._device))
        self._places, self._answers = w[:0], torch.zeros(0, device=self._device)
        self._level = torch.zeros((), device=self._device)
        self._given = 0
        self._weights = torch.zeros(self._smooth.count, device=self._device)

    def remember(self, w: Tensor, maps: Tensor) -> None:
        """What the pupil drew just now: places [N, w_dim], and what F draws of the pictures [N, C, S, S]."""
        self._recent = self._recent.and_then(w, maps, _RECENT)

    @torch.no_grad()
    def ask(self, says: Says) -> bool:
        """One question to D_Y, of the parent's samples and the pupil's last pictures; from then on its last
        answers are told. False where one of them is no number: nothing is kept of these."""
        if self._samples.count < SAMPLES:
            self._draw()
        asked = self._samples.some(self._rng)
        if self._recent.count:
            asked = asked.beside(self._recent.some(self._rng))
        at_once = portion(self._side, _ASKED)
        said = torch.cat([says(doubled(_floats(part), self._side)) for part in asked.maps.split(at_once)])
        answers = said[:, 0].float()
        # From question to question D_Y's level comes and goes, and tells nothing of any picture.
        level = answers.mean()
        if not bool(level.isfinite()):
            return False
        given = self._given + len(answers)
        kept = min(max(_ANSWERS, given // _ONE_IN), _MOST)
        places = torch.cat([self._places, asked.places])[-kept:]
        answers = torch.cat([self._answers, answers - level])[-kept:]
        weights = posterior_mean(self._smooth.of(places), answers)
        if weights is None:
            return False
        self._given, self._level, self._weights = given, level, weights
        self._places, self._answers = places, answers
        return True

    @property
    def doubt(self) -> float:
        """How far off may be what is told, 1 at first, less as it is told by more answers: what is worth its
        while must speak louder than that.

        Source: Donoho and Johnstone, "Ideal spatial adaptation by wavelet shrinkage", Biometrika 1994: a
        threshold in proportion to the noise, which goes with the root of the number of answers.
        """
        return math.sqrt(_ANSWERS / max(_ANSWERS, len(self._answers)))

    def tells(self, w: Tensor) -> Tensor:
        """What D_Y would say of the pictures of w [N, w_dim]: logits [N], with their gradient by w."""
        return self._smooth.of(w) @ self._weights + self._level

    def loss(self, w: Tensor) -> Tensor:
        """The generator's side of D_Y, by `tells`: softplus(-logits), a mean."""
        return real_loss(self.tells(w))

    def _latents(self, count: int) -> Tensor:
        z = torch.randn(count, self._parent.spec.z_dim, generator=self._draws)
        return z.to(self._device)

    def _draw(self) -> None:
        """More of the parent's samples."""
        w = self._parent.mapping(self._latents(_DRAWN))
        noise = self._parent.constant_noise()
        for some in w.split(portion(self._side, _DRAWN)):
            ws = some[:, None].expand(-1, self._parent.spec.num_ws, -1)
            maps = self._extractor.maps(synthesize(self._parent, ws, noise).clamp(-1.0, 1.0))
            self._samples = self._samples.and_then(some, maps, SAMPLES)

    # -- state -------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, object]:
        """All but the parent's samples, which are drawn again; what is told, the next question finds."""
        return {
            "rng": rng_state(self._rng),
            "samples": self._samples.count,
            "recent": [self._recent.places, self._recent.maps],
            "answers": [self._places, self._answers, self._level],
            "given": self._given,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError, RuntimeError, ValueError."""
        self._rng.set_state(cast("Tensor", state["rng"]))
        recent = [tensor.to(self._device) for tensor in cast("list[Tensor]", state["recent"])]
        self._recent = _Shown(*recent)
        answers = [tensor.to(self._device) for tensor in cast("list[Tensor]", state["answers"])]
        self._places, self._answers, self._level = answers
        self._given = cast("int", state["given"])
        with torch.no_grad():
            while self._samples.count < cast("int", state["samples"]):
                self._draw()


@dataclass(frozen=True)
class _Shown:
    """Places in w, [N, w_dim], and the maps there, uint8 [N, C, S, S], S 256 at most."""

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
