"""Factor task: a regressor that learns every factor from pictures, each only where it can be seen."""

from collections.abc import Mapping, Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.imaging.pixels import to_images
from wend.measure.visibility import find_visible, label_counts
from wend.perception.alignment import Pose
from wend.perception.factor_code import FactorCode
from wend.perception.network import Attribute, Choice
from wend.perception.regressor import HeadRegressor
from wend.training.perception.augment import GROUP, degrade, disturb, draw_shift, shift
from wend.training.perception.pictures import Pictures
from wend.worlds.factor import Categorical, Normal
from wend.worlds.world import World

# Factors that say where things lie, in shares of the side: a shifted picture has them shifted.
MOVED_RIGHT, MOVED_DOWN = "head_x", "head_y"
LARGE_SHARE = 0.6
# Below half a standard deviation errors count squared, above it plainly: rare extremes must not lead.
_HUBER = 0.5
# In this share of batches the learner is told where the head is, give or take what a trained glance
# errs, in standard deviations: it learns to look before its own guesses are worth looking at.
_TOLD, _POSE_ERROR = 0.6, 0.15


def factor_code(world: World) -> FactorCode:
    """Centres and scales from the mean and standard deviation of the world's laws."""
    attributes: list[Attribute] = []
    centers: list[float] = []
    scales: list[float] = []
    for factor in world.factors:
        if not factor.is_discrete:
            attributes.append(Attribute(factor.name, factor.unit, factor.low, factor.high))
            law = factor.law
            centers.append(law.mean if isinstance(law, Normal) else 0.5 * (factor.low + factor.high))
            scales.append(law.sd if isinstance(law, Normal) else (factor.high - factor.low) / 12.0**0.5)
            assert not isinstance(law, Categorical)
    choices = tuple(Choice(f.name, f.choices) for f in world.factors if f.is_discrete)
    return FactorCode(tuple(attributes), tuple(centers), tuple(scales), choices)


class _Source:
    """One set of pictures with targets and visibility, computed once."""

    def __init__(self, pictures: Pictures, labels: Sequence[str], code: FactorCode) -> None:
        self.pictures = pictures
        values = {n: torch.from_numpy(pictures.factors[:, i].copy()) for i, n in enumerate(pictures.names)}
        counts = torch.cat(
            [
                label_counts(torch.from_numpy(pictures.labels[i : i + 256].copy()), len(labels))
                for i in range(0, len(pictures), 256)
            ]
        )
        visible = find_visible(values, counts, labels, pictures.size)
        self.targets = code.encode(values)
        self.seen = torch.stack([visible[a.name] for a in code.attributes], dim=1)
        if code.choices:
            self.options = torch.stack([values[c.name].round().long() for c in code.choices], dim=1)
            # A choice that cannot be seen is nobody's fault: -100 is what cross entropy ignores.
            self.options[~torch.stack([visible[c.name] for c in code.choices], dim=1)] = -100
        else:
            self.options = torch.zeros(len(pictures), 0, dtype=torch.long)


class FactorTask:
    """Huber loss on plain attributes, squared on hues' (cos, sin), cross entropy on choices.

    is_disturbed: pictures are spoiled as generators spoil them, too, not only as files do.
    """

    def __init__(
        self,
        network: nn.Module,
        large: Pictures,
        small: Pictures,
        labels: Sequence[str],
        batch: int,
        is_disturbed: bool = False,
    ) -> None:
        self.network, self._is_disturbed = network, is_disturbed
        self.code = cast("HeadRegressor", network).factor_code
        self._size = batch
        self._sources = (_Source(large, labels, self.code), _Source(small, labels, self.code))
        widths = [len(part[0]) for part in self.code.split(torch.zeros(1, self.code.width))[0]]
        self._column_of = torch.repeat_interleave(torch.arange(len(widths)), torch.tensor(widths))
        self._is_plain = torch.tensor([widths[i] == 1 for i in self._column_of.tolist()])
        names = [a.name for a in self.code.attributes]
        self._moved = [
            (
                self._column_of.tolist().index(names.index(name)),
                1.0 / self.code.scales[names.index(name)],
                axis,
            )
            for axis, name in enumerate((MOVED_RIGHT, MOVED_DOWN))
            if name in names
        ]

    def batch(self, rng: torch.Generator) -> dict[str, Tensor]:
        """Pictures of one size, degraded and shifted with their truth."""
        source = self._sources[0 if torch.rand((), generator=rng) < LARGE_SHARE else 1]
        index = torch.randint(len(source.pictures), (self._size,), generator=rng)
        images = to_images(source.pictures.images[index.numpy()])
        targets = source.targets[index].clone()
        size = source.pictures.size
        moved: list[Tensor] = []
        for start in range(0, self._size, GROUP):
            right, down = draw_shift(size, rng) if self._moved else (0, 0)
            moved.append(shift(images[start : start + GROUP], right, down))
            for column, per_unit, axis in self._moved:
                targets[start : start + GROUP, column] += (right, down)[axis] / size * per_unit
        shown = torch.cat(moved)
        batch = {
            "images": degrade(disturb(shown, rng) if self._is_disturbed else shown, rng),
            "targets": targets,
            "seen": source.seen[index].float(),
            "options": source.options[index],
        }
        if float(torch.rand((), generator=rng)) < _TOLD:
            batch["pose"] = targets + _POSE_ERROR * torch.randn(targets.shape, generator=rng)
        return batch

    def losses(self, network: nn.Module, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        pose = Pose.of(self.code.decode_plain(batch["pose"])) if "pose" in batch else None
        first, second = cast("HeadRegressor", network).stages(batch["images"], pose)
        glance, _, _ = self._loss(first.float(), batch)
        look, lengths, choices = self._loss(second.float(), batch)
        return {"total": look + 0.5 * glance, "lengths": lengths.detach(), "choices": choices.detach()}

    def _loss(self, raw: Tensor, batch: Mapping[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """The loss of one answer, and its parts: attributes, choices."""
        parts, logits = self.code.split(raw)
        guess = torch.cat(parts, dim=1)
        seen = batch["seen"][:, self._column_of.to(raw.device)]
        plain = self._is_plain.to(raw.device)
        huber = F.smooth_l1_loss(guess, batch["targets"], reduction="none", beta=_HUBER)
        square = (guess - batch["targets"]).square()
        lengths = (torch.where(plain, huber, square) * seen).sum() / seen.sum().clamp_min(1.0)
        entropies = [
            F.cross_entropy(part, batch["options"][:, i], reduction="sum") / len(part)
            for i, part in enumerate(logits)
        ]
        choices = torch.stack(entropies).mean() if entropies else lengths.new_zeros(())
        return lengths + 0.3 * choices, lengths, choices
