"""Model smoothness: how evenly a model's pictures change between two of its latents, and how fast."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.generators.generator import Generator, synthesize
from wend.latents.seed import noise_map, z_of_seeds
from wend.latents.truncation import truncate
from wend.measure.chart import Axis, Band, Line, LineChart
from wend.measure.export import Cell, Plain, to_dict
from wend.measure.report.page import Fact, Report, Section, picture_sheet
from wend.measure.report.scale import written
from wend.measure.slices import Sliced
from wend.measure.smoothness import PathLength, StepLengths, of_lengths, path_length, slerp
from wend.perception.network import Distance

Space = Literal["z", "w"]
CHUNK = 8
SHOWN = 4


@dataclass(frozen=True)
class ModelSmoothness:
    """perceptual path length, and the lengths of even steps on whole paths between the same pairs; shown:
    the first paths, float32 [P, T, 3, H, W] in [-1, 1]."""

    space: Space
    path_length: PathLength
    steps: StepLengths
    shown: Tensor

    def as_dict(self) -> dict[str, Plain]:
        return {
            "space": self.space,
            "path_length": to_dict(self.path_length),
            "steps": to_dict(self.steps),
        }

    def chart(self) -> LineChart:
        """Step by step, with the standard deviation over paths."""
        lengths, sds = self.steps.lengths, self.steps.spreads
        x = tuple(float(k + 1) for k in range(len(lengths)))
        low, high = (tuple(m + sign * s for m, s in zip(lengths, sds, strict=True)) for sign in (-1.0, 1.0))
        line = Line(
            "mean of the paths", x, lengths, (Band("standard deviation", low, high),), has_points=True
        )
        return LineChart(
            "How long each step looks",
            Axis("step"),
            Axis("perceptual distance", low=0.0),
            (line,),
            "level: every step changes as much; peaks: the picture stands still, then jumps",
        )

    def report(self, title: str, made_with: Mapping[str, Cell]) -> Report:
        """Figures, the steps, and the first paths as strips."""
        length, steps = self.path_length, self.steps
        facts = (
            Fact(
                "Path length",
                written(length.mean),
                f"standard error {written(length.standard_error)}, {length.count} pairs, in {self.space}",
            ),
            Fact("Unevenness", f"{steps.unevenness:.2f}", "0: all steps of a path look equally long"),
            Fact(
                "Longest step",
                f"{100.0 * steps.longest:.0f} %",
                f"of its path; {100.0 / len(steps.lengths):.0f} % if all were alike",
            ),
        )
        strips = picture_sheet(
            "Paths", "each row from one seed to the next", self.shown.flatten(0, 1), self.shown.shape[1]
        )
        sections = (
            Section("Steps", "Even steps of the latent.", (self.chart(),)),
            Section("Pictures", "The first paths, not chosen.", (strips,)),
        )
        return Report(
            title, "How smoothly pictures change from one latent to another.", facts, sections, made_with
        )


class Route:
    """Paths between pairs of latents, of seeds first, first + 1, ...: great circles in z, straight in w.

    In w both ends are truncated; in z every picture is. class_index: of a model with classes.
    """

    def __init__(
        self, generator: Generator, space: Space, pairs: int, first: int, psi: float, class_index: int = 0
    ) -> None:
        """Raises: InvalidInput for a class that is not there."""
        spec = generator.spec
        if spec.c_dim and not 0 <= class_index < spec.c_dim:
            raise InvalidInput(f"The model has classes 0 to {spec.c_dim - 1}, none {class_index}.")
        self.space, self._generator, self._psi, self._class = space, generator, psi, class_index
        self._noise = [
            noise_map(0, row, size).to(generator.device) if size else None
            for row, size in enumerate(spec.noise_sizes)
        ]
        z = z_of_seeds(list(range(first, first + 2 * pairs)), spec.z_dim).to(generator.device)
        with torch.no_grad():
            ends = z if space == "z" else self._styles(z)
        self.starts, self.ends = ends[0::2], ends[1::2]

    def draw(self, latents: Tensor) -> Tensor:
        """Images float32 [N, 3, R, R] in [-1, 1] of latents [N, D] on the way. Raises: nothing."""
        # A great circle has length 1; z has that of its law, which matters where nothing normalises it.
        w = self._styles(latents * self._generator.spec.z_dim**0.5) if self.space == "z" else latents
        ws = w[:, None].expand(-1, self._generator.spec.num_ws, -1)
        return synthesize(self._generator, ws, self._noise).clamp(-1.0, 1.0)

    def between(self, pair: int, steps: int) -> Tensor:
        """Latents [steps + 1, D] from one end of a pair to the other."""
        t = torch.linspace(0.0, 1.0, steps + 1, device=self.starts.device)[:, None]
        start, end = (side[pair : pair + 1].expand(len(t), -1) for side in (self.starts, self.ends))
        return slerp(start, end, t) if self.space == "z" else torch.lerp(start, end, t)

    def _styles(self, z: Tensor) -> Tensor:
        """w [N, D] of z [N, z_dim], truncated."""
        spec, c = self._generator.spec, None
        if spec.c_dim:
            c = torch.zeros(len(z), spec.c_dim, device=z.device)
            c[:, self._class] = 1.0
        w = self._generator.mapping(z, c)
        found: Tensor = truncate(w[:, None], self._generator.center(c), self._psi, None)[:, 0]
        return found


def slices_of(pairs: int, paths: int) -> int:
    """Slices of `measure_smoothness`."""
    return -(-pairs // CHUNK) + min(paths, pairs)


def measure_smoothness(
    route: Route, distance: Distance, paths: int = 16, steps: int = 12, epsilon: float = 1e-4, seed: int = 0
) -> Sliced[ModelSmoothness]:
    """Path length over all pairs of a route, steps along the first `paths` of them.

    The distance must grow with the square of a small change. Raises: InvalidInput for fewer than two pairs,
    or where nothing changes.
    """
    length = yield from path_length(
        route.draw, route.starts, route.ends, distance, route.space, seed, epsilon, CHUNK
    )
    lengths: list[Tensor] = []
    shown: list[Tensor] = []
    for pair in range(min(paths, len(route.starts))):
        with torch.no_grad():
            strip = torch.cat([route.draw(part) for part in route.between(pair, steps).split(CHUNK)])
            lengths.append(distance.distance(strip[:-1], strip[1:]).double().cpu())
        if pair < SHOWN:
            shown.append(strip.cpu())
        yield
    return ModelSmoothness(route.space, length, of_lengths(torch.stack(lengths)), torch.stack(shown))
