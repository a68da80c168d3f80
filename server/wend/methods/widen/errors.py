"""Edit errors: how far the pictures along a walk are from the edited originals, amount by amount."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from wend.generators.portion import portion
from wend.latents.seed import z_of_seeds
from wend.methods.edits.loss import masked_errors
from wend.methods.widen.objective import Widening

PUBLISHED_AMOUNTS = tuple(float(a) for a in range(-30, 31, 6))
"""Of the published digit experiment, in degrees: beyond the 20 of the training."""


@dataclass(frozen=True)
class EditErrors:
    """Masked squared error in picture values of 0..1, mean and sd over pictures, for each amount.

    steps: mean squared difference of pictures at neighbouring amounts, one fewer; settled: of the walk's
    losses, see `settled`.
    """

    amounts: tuple[float, ...]
    means: tuple[float, ...]
    sds: tuple[float, ...]
    steps: tuple[float, ...]
    count: int
    settled: float | None = None

    @property
    def mean(self) -> float:
        """Over all amounts but 0."""
        return float(np.mean([m for a, m in zip(self.amounts, self.means, strict=True) if a != 0.0]))


def settled(losses: Sequence[float]) -> float | None:
    """Mean of the last quarter of a walk's losses over that of the quarter before: near 1 where it has
    settled. None for fewer than eight."""
    quarter = len(losses) // 4
    if quarter < 2:
        return None
    return float(np.mean(losses[-quarter:]) / np.mean(losses[-2 * quarter : -quarter]))


@torch.no_grad()
def still_error(
    widening: Widening, amounts: Sequence[float] = PUBLISHED_AMOUNTS, count: int = 200, seed: int = 0
) -> float:
    """The mean over all amounts but 0 of what a walk that moves nothing would read.

    An edit changes the pictures of one generator more than another's, whatever their walks can do: an
    error says how far a walk reaches only beside this one.
    """
    widening.network.eval()
    spec, device = widening.generator.spec, widening.generator.device
    z = z_of_seeds([seed * count + i for i in range(count)], spec.z_dim).to(device)
    w = widening.generator.mapping(z, widening.one_hot(torch.arange(count) % max(spec.c_dim, 1)))
    still = widening.draw(w)
    means = [
        float(masked_errors(still, *widening.target(still, torch.full((count,), a, device=device))).mean())
        for a in amounts
        if a != 0.0
    ]
    return float(np.mean(means))


@torch.no_grad()
def edit_errors(
    widening: Widening,
    amounts: Sequence[float] = PUBLISHED_AMOUNTS,
    count: int = 1_000,
    seed: int = 0,
    batch: int = 100,
) -> EditErrors:
    """Errors of `count` codes, classes going round, with the generator in eval mode.

    Codes are those of the seeds from seed * count on; training draws its codes from a random state of its
    own and not by seed. Source: Jahanian, Chai and Isola 2020, digit experiment, which measures 10 000
    codes.
    """
    widening.network.eval()
    spec, device = widening.generator.spec, widening.generator.device
    found: dict[float, list[np.ndarray]] = {amount: [] for amount in amounts}
    steps: list[list[np.ndarray]] = [[] for _ in amounts[1:]]
    batch = portion(spec.resolution, batch)
    for start in range(0, count, batch):
        index = list(range(start, min(start + batch, count)))
        z = z_of_seeds([seed * count + i for i in index], spec.z_dim).to(device)
        c = widening.one_hot(torch.tensor(index) % max(spec.c_dim, 1))
        w = widening.generator.mapping(z, c)
        still, before = widening.draw(w), None
        for k, amount in enumerate(amounts):
            each = torch.full((len(index),), amount, device=device)
            here = widening.draw(w, each)
            found[amount].append(masked_errors(here, *widening.target(still, each)).cpu().numpy())
            if before is not None:
                step = 0.25 * (here - before).square().mean(dim=(1, 2, 3))
                steps[k - 1].append(step.cpu().numpy())
            before = here
    errors = [np.concatenate(found[amount]) for amount in amounts]
    return EditErrors(
        amounts=tuple(amounts),
        means=tuple(float(e.mean()) for e in errors),
        sds=tuple(float(e.std()) for e in errors),
        steps=tuple(float(np.concatenate(s).mean()) for s in steps),
        count=count,
        settled=settled(widening.edit_losses),
    )
