"""Map task: a U-Net that learns the label map and the line drawing of pictures."""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.imaging.pixels import to_images
from wend.measure.visibility import label_counts
from wend.training.perception.augment import GROUP, degrade, draw_shift, shift
from wend.training.perception.pictures import Pictures

# Four small pictures cost as much as a large one, and show as many things.
LARGE_SHARE = 0.35
_COMMON_SHARE, _RARITY, _WEIGHTS = 0.02, 0.3, (0.6, 3.0)
_SAMPLE = 2000


class MapTask:
    """Cross entropy per pixel, rare labels weighing up to three times more, and binary entropy of ink."""

    def __init__(
        self, network: nn.Module, large: Pictures, small: Pictures, labels: Sequence[str], batch: int
    ) -> None:
        self.network = network
        self._large, self._small, self._size = large, small, batch
        counts = label_counts(torch.from_numpy(small.labels[:_SAMPLE].copy()), len(labels)).sum(dim=0)
        share = (counts / counts.sum()).clamp_min(1e-6)
        self.weights = (_COMMON_SHARE / share).pow(_RARITY).clamp(*_WEIGHTS)

    def batch(self, rng: torch.Generator) -> dict[str, Tensor]:
        """Pictures of one size, shifted, mirrored and degraded; the truth shifted and mirrored."""
        is_large = float(torch.rand((), generator=rng)) < LARGE_SHARE
        source = self._large if is_large else self._small
        count = max(1, self._size // 4) if is_large else self._size
        index = torch.randint(len(source), (count,), generator=rng).numpy()
        images = to_images(source.images[index])
        labels = torch.from_numpy(source.labels[index])
        lines = torch.from_numpy(source.lines[index])
        parts: list[tuple[Tensor, Tensor, Tensor]] = []
        for start in range(0, count, GROUP):
            group = (
                images[start : start + GROUP], labels[start : start + GROUP], lines[start : start + GROUP]
            )  # fmt: skip
            right, down = draw_shift(source.size, rng)
            flips = [-1] if torch.rand((), generator=rng) < 0.5 else []
            a, b, c = (shift(part, right, down).flip(flips) for part in group)
            parts.append((a, b, c))
        return {
            "images": degrade(torch.cat([p[0] for p in parts]), rng),
            "labels": torch.cat([p[1] for p in parts]).long(),
            "lines": torch.cat([p[2] for p in parts]).float() / 255.0,
        }

    def losses(self, network: nn.Module, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        out = network(batch["images"]).float()
        labels = F.cross_entropy(out[:, :-1], batch["labels"], weight=self.weights.to(out.device))
        lines = F.binary_cross_entropy_with_logits(out[:, -1], batch["lines"])
        return {"total": labels + lines, "labels": labels.detach(), "lines": lines.detach()}
