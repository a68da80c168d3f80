"""Edit: what a walk can be taught to do to a picture, with its unit, training draw and scale."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, assert_never

import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.methods.edits.picture import Edited

Law = Literal["whole", "zoom", "even", "even_each"]
"""How strengths are drawn, up to a reach r. whole: a whole number from 1 to r, a fair coin its sign; zoom:
a fair coin, then the view's width even in (2^-r, 1) or in (1, 2^r); even: even in (-r, r); even_each: so for
every slider and every sample, where the other laws draw once for a whole batch."""

PLAIN_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""What an edit may be called: its walks' family on the shelf is called after it."""

OneNumber = Callable[[Tensor, float], Tensor | Edited]
"""An edit as a user writes it: (images [N, 3, H, W], alpha) -> target, or (target, mask [N, 3, H, W])."""


@dataclass(frozen=True)
class Steps:
    """What one forward step of a non-linear walk does, and how many there are either way in training.

    size: strength of a step in the slider's unit, negative where it lowers alpha; is_pixels: it is that of
    pictures of 256 px and grows with their side, by whole pixels. weights: how a strength is shared
    out among the sliders, which one such walk moves together.
    """

    size: float
    count: int
    is_pixels: bool = False
    weights: tuple[float, ...] = (1.0,)

    def size_at(self, side: int) -> float:
        return self.size if not self.is_pixels else float(max(1, round(self.size * side / 256.0)))


@dataclass(frozen=True)
class Edit:
    """One edit. Strengths (alpha) are in the slider's `unit`, positive as `summary` says.

    apply: (images [N, 3, H, W], alpha float64 [N, S]) -> target and mask like the images.
    sliders: names of the S sliders that are learned together. law: training draw. most: largest |alpha|
    that leaves something of a picture of any size (see `most_at`). published_reach:
    largest |alpha| the source trains; fast_reach: ours, what a generator of nearly centred pictures can
    follow. gain: what alpha 1 multiplies the walk by in the source (alpha_g). is_share: reaches are
    shares of the picture's side, and the gain is to be divided by it. source: sha256 in hex of the file
    it came from, empty for ours.
    """

    name: str
    title: str
    summary: str
    unit: str
    apply: Callable[[Tensor, Tensor], Edited]
    law: Law
    published_reach: float
    fast_reach: float
    gain: float
    steps: Steps
    most: float
    sliders: tuple[str, ...] = ("",)
    is_share: bool = False
    source: str = ""

    @property
    def is_per_sample(self) -> bool:
        return self.law == "even_each"

    def reach_at(self, side: int, is_published: bool) -> float:
        """Largest |alpha| in training pictures of `side` pixels."""
        reach = self.published_reach if is_published else self.fast_reach
        if not self.is_share:
            return reach
        # The source shifts by whole pixels less than half a picture: D/2 - 1 at most.
        return float(max(1, math.ceil(reach * side) - 1 if is_published else round(reach * side)))

    def most_at(self, side: int) -> float:
        """Largest |alpha| that can be asked of pictures of `side` pixels: below a whole side for what goes
        by pixels; with zoom, what leaves two pixels to look at; else as it is."""
        most = self.most
        if self.is_share:
            most = min(most, side - 1.0)
        if self.law == "zoom":
            most = min(most, math.log2(side / 2.0))
        return most

    def gain_at(self, side: int) -> float:
        """alpha_g of alpha 1."""
        return self.gain / side if self.is_share else self.gain

    def draw(self, rng: torch.Generator, count: int, reach: float) -> Tensor:
        """Strengths of a batch, float64 [count, S]; equal rows where the law draws once for all."""
        size = (count, len(self.sliders))
        match self.law:
            case "whole":
                number = float(torch.randint(1, int(reach) + 1, (1,), generator=rng))
                return torch.full(size, _sign(rng) * number, dtype=torch.float64)
            case "zoom":
                share = float(torch.rand(1, generator=rng, dtype=torch.float64))
                edge = 2.0 ** (reach * _sign(rng))
                return torch.full(size, -math.log2(1.0 + share * (edge - 1.0)), dtype=torch.float64)
            case "even":
                share = float(torch.rand(1, generator=rng, dtype=torch.float64))
                return torch.full(size, reach * (2.0 * share - 1.0), dtype=torch.float64)
            case "even_each":
                return reach * (2.0 * torch.rand(size, generator=rng, dtype=torch.float64) - 1.0)
        assert_never(self.law)

    def along(self, slider: int = 0) -> Callable[[Tensor, float], Edited]:
        """The edit of one slider alone, (images, alpha) -> (target, mask): what `measure` compares with."""

        def edited(images: Tensor, alpha: float) -> Edited:
            alphas = torch.zeros(len(images), len(self.sliders), dtype=torch.float64)
            alphas[:, slider] = alpha
            return self.apply(images, alphas)

        return edited

    def stepwise(self, images: Tensor, alpha: float) -> Edited:
        """The edit of a non-linear walk: its strength shared out among the sliders."""
        weights = torch.tensor(self.steps.weights, dtype=torch.float64)
        return self.apply(images, alpha * weights.expand(len(images), -1))


def one_slider(function: OneNumber) -> Callable[[Tensor, Tensor], Edited]:
    """A user's function as `Edit.apply`. Raises, when used: InvalidInput for a target of another shape."""

    def apply(images: Tensor, alphas: Tensor) -> Edited:
        values = alphas[:, 0].tolist()
        if len(set(values)) == 1:
            return _checked(function, images, values[0])
        parts = [_checked(function, images[k : k + 1], alpha) for k, alpha in enumerate(values)]
        return torch.cat([target for target, _ in parts]), torch.cat([mask for _, mask in parts])

    return apply


def user_edit(
    name: str, function: OneNumber, reach: float, unit: str = "of range", title: str = "", summary: str = ""
) -> Edit:
    """An edit from one function, its range and its unit: all that a new one needs.

    Strengths are drawn evenly in (-reach, reach); a step of a non-linear walk is a fifth of the reach,
    and four times the reach is the most that is ever asked for.
    Raises: InvalidInput for a name that is no plain one or a reach that is none.
    """
    if PLAIN_NAME.fullmatch(name) is None:
        raise InvalidInput(
            f"An edit cannot be called {name!r}: use small letters a to z, digits and underscores, a letter "
            "first, 40 at most."
        )
    if not 0.0 < reach < math.inf:
        raise InvalidInput(f"The edit {name} has a reach of {reach:g}; it must be above 0.")
    return Edit(
        name=name,
        title=title or name.replace("_", " "),
        summary=summary or "An edit of your own.",
        unit=unit,
        apply=one_slider(function),
        law="even",
        published_reach=reach,
        fast_reach=reach,
        gain=1.0 / reach,
        steps=Steps(reach / 5.0, 5),
        most=4.0 * reach,
    )


def _checked(function: OneNumber, images: Tensor, alpha: float) -> Edited:
    if alpha == 0.0:
        return images, torch.ones_like(images)
    try:
        answer = function(images, alpha)
    except SystemExit as error:
        raise InvalidInput("An edit may not end the program.") from error
    target, mask = answer if isinstance(answer, tuple) else (answer, torch.ones_like(images))
    if target.shape != images.shape or mask.shape != images.shape:
        raise InvalidInput(
            f"An edit made {tuple(target.shape)} and a mask {tuple(mask.shape)} of {tuple(images.shape)}."
        )
    return target, mask


def _sign(rng: torch.Generator) -> float:
    return 1.0 if float(torch.rand(1, generator=rng)) < 0.5 else -1.0
