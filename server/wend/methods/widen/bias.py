"""Bias: one architecture trained on worlds that differ in the width of one bias, and how far each is moved.

Source: Jahanian, Chai and Isola, "On the 'steerability' of generative adversarial networks", ICLR 2020,
section 4.3: a generator is moved as far as its data vary. There the data are what they are; here the
world is ours, so the width is set and all else is kept.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import CheckpointInvalid
from wend.latents.seed import z_of_seeds
from wend.methods.edits.picture import shift_x
from wend.methods.reals import Reals
from wend.methods.widen.arms import Arm, ArmsSettings, Progress
from wend.methods.widen.errors import edit_errors, still_error
from wend.methods.widen.objective import Widening
from wend.methods.widen.plan import WideningPlan
from wend.worlds.digits import CLASSES, Digits
from wend.worlds.factor import Normal, WorldConfig

FACTOR = "x"
WIDTHS = (0.01, 0.03, 0.09)
"""Standard deviations of the digit's place across the picture, of its width; the bundled digits have 0.02."""
_LEAST_INK = 0.1
_DATA_SEED = 1
_BATCH = 100


@dataclass(frozen=True)
class BiasSettings(ArmsSettings):
    """What fixes all runs: generators alone, on pictures as they are, then a shift walk on each.

    scale: px that move the code by the walk's vector once, and the most in its training, either way.
    """

    scale: float = 4.0
    edit: str = "shift_x"

    @property
    def amounts(self) -> tuple[float, ...]:
        """Strengths that are looked at: up to the trained ones, in px."""
        return tuple(self.scale * k / 4.0 for k in range(-4, 5))

    def world(self, width: float) -> Digits:
        """The digits, their place drawn with this standard deviation."""
        return Digits(WorldConfig(f"x.sd={width:g}", ((FACTOR, Normal(0.0, width)),)))

    def reals_of(self, width: float) -> Reals:
        """The pictures of a world; seed and number are those of every width."""
        return Reals.of_world(self.world(width), self.pictures, _DATA_SEED, self.network.resolution)

    def told(self, seed: int) -> dict[str, object]:
        """All that a kept result depends on but the width."""
        return {
            "plan": asdict(self.plan("", seed)), "network": asdict(self.network), "pictures": self.pictures,
            "walk_updates": self.walk_updates, "count": self.count,
        }  # fmt: skip

    def plan(self, arm: str, seed: int) -> WideningPlan:  # noqa: ARG002 - every width has the same plan
        return replace(super().plan("plain", seed), reach=self.scale)


@dataclass(frozen=True)
class BiasReach:
    """One generator and its walk; all in px, right positive.

    width: of the world's law, of the picture's width; world_sd: the same as it is, its ends cut off;
    own_sd: of the generator's pictures at rest, of the centre of mass within a class, which holds the
    shapes' own spread, too; change, likeness: means of `moved_by` at each amount; error: standard error of
    the reach over codes. edit_error: mean over amounts of the masked squared error in 0..1, and
    still: what a walk that moves nothing would read. missing: pictures without ink, left out.
    """

    width: float
    seed: int
    world_sd: float
    own_sd: float
    amounts: tuple[float, ...]
    change: tuple[float, ...]
    likeness: tuple[float, ...]
    error: float
    edit_error: float
    still: float
    missing: int
    count: int

    @property
    def reach(self) -> float:
        """From the least amount to the greatest."""
        return self.change[-1] - self.change[0]


def centres(images: Tensor) -> NDArray[np.float64]:
    """Where the ink is, across: centre of mass in px from the left edge, float64 [N]; NaN without ink.

    images float32 [N, 3, H, W] in [-1, 1]. What is nearly black counts for nothing, so that a generator's
    grey ground does not pull to the middle.
    """
    ink = _ink(images).sum(dim=1)
    place = torch.arange(images.shape[-1], dtype=torch.float64, device=images.device) + 0.5
    total = ink.sum(dim=1)
    found = torch.where(total > 0.0, (ink * place).sum(dim=1) / total, torch.nan)
    array: NDArray[np.float64] = found.cpu().numpy()
    return array


@torch.no_grad()
def moved_by(start: Tensor, images: Tensor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far a picture has moved right, in px, and how like itself it is there, each float64 [N].

    start, images float32 [N, 3, H, W] in [-1, 1]. The shift is the one under which the start, black
    coming in, correlates best with the picture; between whole ones by a parabola through the best three.
    A digit that fades on one side, and whose centre of mass so moves, still fits itself best where it
    was. NaN for a picture without any ink.
    """
    before, after = _ink(start), _ink(images)
    far = images.shape[-1] // 2
    wanted = _even(after)
    found = [_even(shift_x(before[:, None], float(s))[0][:, 0]) for s in range(-far, far + 1)]
    fits = torch.stack([(a * wanted).sum(dim=(1, 2)) for a in found], dim=1).cpu().numpy()
    best = np.clip(fits.argmax(axis=1), 1, 2 * far - 1)
    rows = np.arange(len(fits))
    low, top, high = fits[rows, best - 1], fits[rows, best], fits[rows, best + 1]
    bend = low - 2.0 * top + high
    part = np.where(bend < 0.0, 0.5 * (low - high) / np.where(bend < 0.0, bend, 1.0), 0.0)
    seen = ((before > 0.0).any(dim=(1, 2)) & (after > 0.0).any(dim=(1, 2))).cpu().numpy()
    return (
        np.where(seen, best - far + np.clip(part, -1.0, 1.0), np.nan),
        np.where(seen, fits.max(axis=1), np.nan),
    )


def _ink(images: Tensor) -> Tensor:
    """float64 [N, H, W] in 0..0.9."""
    return (0.5 * (images.double().mean(dim=1) + 1.0) - _LEAST_INK).clamp_min(0.0)


def _even(ink: Tensor) -> Tensor:
    """Mean 0 and length 1 over each picture, so that products are correlations; 0 where nothing varies."""
    flat = ink - ink.mean(dim=(1, 2), keepdim=True)
    length = flat.square().sum(dim=(1, 2), keepdim=True).sqrt()
    return flat / length.clamp_min(1e-12)


@torch.no_grad()
def _look(work: Widening, amounts: tuple[float, ...], count: int) -> tuple[NDArray[np.float64], ...]:
    """Of the same codes, classes going round: change and likeness [A, count], and centres at rest [count]."""
    work.network.eval()
    spec, device = work.generator.spec, work.generator.device
    changes: list[NDArray[np.float64]] = []
    likeness: list[NDArray[np.float64]] = []
    places: list[NDArray[np.float64]] = []
    for first in range(0, count, _BATCH):
        index = list(range(first, min(first + _BATCH, count)))
        z = z_of_seeds(index, spec.z_dim).to(device)
        w = work.generator.mapping(z, work.one_hot(torch.tensor(index) % spec.c_dim))
        start = work.draw(w)
        seen = [moved_by(start, work.draw(w, torch.full((len(index),), a, device=device))) for a in amounts]
        changes.append(np.stack([change for change, _ in seen]))
        likeness.append(np.stack([like for _, like in seen]))
        places.append(centres(start))
    return np.concatenate(changes, axis=1), np.concatenate(likeness, axis=1), np.concatenate(places)


def summed_up(work: Widening, settings: BiasSettings, width: float, seed: int) -> BiasReach:
    """Look along a learned walk."""
    amounts, count, side = settings.amounts, settings.count, settings.network.resolution
    changes, likeness, still = _look(work, amounts, count)
    moved = changes[-1] - changes[0]
    x = next(f for f in settings.world(width).factors if f.name == FACTOR)
    classes = np.arange(count) % len(CLASSES)
    by_class = [still[(classes == k) & np.isfinite(still)] for k in range(len(CLASSES))]
    spreads = [places.var(ddof=1) for places in by_class if len(places) > 1]
    kept = np.isfinite(moved)
    return BiasReach(
        width=width,
        seed=seed,
        world_sd=x.moments()[1] * side,
        own_sd=float(np.sqrt(np.mean(spreads))),
        amounts=amounts,
        change=tuple(float(c) for c in np.nanmean(changes, axis=1)),
        likeness=tuple(float(c) for c in np.nanmean(likeness, axis=1)),
        error=float(moved[kept].std(ddof=1) / np.sqrt(max(int(kept.sum()), 1))),
        edit_error=edit_errors(work, amounts, count).mean,
        still=still_error(work, amounts, count),
        missing=int((~np.isfinite(changes)).any(axis=0).sum()),
        count=count,
    )


def bias_reach(
    folder: Path, settings: BiasSettings, width: float, seed: int, reals: Callable[[float], Reals],
    device: torch.device, progress: Progress, should_stop: Callable[[], bool],
) -> BiasReach | None:  # fmt: skip
    """Train one generator and a walk on it, and look along that; None when asked to stop.

    reals: the pictures of a width, asked for where something is to be trained. All is kept in `folder`: a
    run that was broken off goes on, one that is done is read. Raises: CheckpointInvalid for a folder of
    other settings.
    """
    name = f"x-{width:g}"
    path = folder / f"{name}-{seed}" / "reach.json"
    asked = json.loads(json.dumps(settings.told(seed)))
    if path.exists():
        kept = json.loads(path.read_text())
        if kept.pop("asked") != asked:
            raise CheckpointInvalid(f"{path.parent.name}/{path.name}", "it is of a run with other settings")
        return _kept(path.name, kept)
    arm = Arm(folder, settings, name, seed, reals(width), device)
    if not arm.train(progress, should_stop):
        return None
    walk = arm.frozen(settings.scale)
    while not walk.is_done:
        if should_stop():
            return None
        walk.step()
        progress(walk.update, walk.plan.total)
    found = summed_up(walk, settings, width, seed)
    path.write_text(json.dumps({**asdict(found), "asked": asked}) + "\n")
    return found


def _kept(name: str, values: dict[str, object]) -> BiasReach:
    try:
        return BiasReach(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})  # type: ignore[arg-type]  # as asdict wrote them
    except TypeError as error:
        raise CheckpointInvalid(name, "it is of another version") from error
