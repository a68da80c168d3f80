"""Structure: where in a latent directions have their energy, and how much they have in common.

Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
variations", ICLR 2020, the analysis of the latent's pieces and of directions found for other classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput, InvalidShape
from wend.generators.generator import GeneratorSpec, synthesize
from wend.latents.walk import Walk
from wend.measure.chart import Axis, BarChart, MatrixChart
from wend.measure.export import Cell, Plain, Table, to_dict
from wend.measure.probe import Probe


@dataclass(frozen=True)
class Pieces:
    """How a latent is cut. names: of the pieces; widths: numbers in each."""

    names: tuple[str, ...]
    widths: tuple[int, ...]

    @property
    def null(self) -> tuple[float, ...]:
        """The energy that a direction without any preference has in each: its share of the numbers."""
        return tuple(width / sum(self.widths) for width in self.widths)

    @classmethod
    def rows(cls, spec: GeneratorSpec, width: int | None = None) -> "Pieces":
        """The style rows that anything reads; width: of a code, where it is not that of w."""
        names = spec.layer_names[slice(*spec.rows)]
        return cls(names, (spec.w_dim if width is None else width,) * len(names))

    @classmethod
    def even(cls, width: int, count: int) -> "Pieces":
        """`count` equal pieces of one code, as BigGAN cuts its z: 6 of 20 at 128 px, 7 of 20 at 256.

        Raises: InvalidInput for a code that cannot be cut so.
        """
        if count < 1 or width % count:
            raise InvalidInput(f"A code of {width} numbers has no {count} equal pieces.")
        return cls(tuple(f"piece {k + 1}" for k in range(count)), (width // count,) * count)


@dataclass(frozen=True)
class Arrow:
    """A direction to be looked at. group: what it is shown beside, e.g. its method; vector: float [M]."""

    name: str
    group: str
    vector: Tensor


@dataclass(frozen=True)
class Structure:
    """Directions in one space. energy: of each, per piece, of sum 1; cosines: of each with each.

    null_cosine: root mean square of the cosine of two directions drawn at random in as many dimensions;
    effects: share of the picture's squared change that each style row brings about by itself, of sum 1, where
    it was looked at.
    """

    names: tuple[str, ...]
    groups: tuple[str, ...]
    pieces: Pieces
    energy: tuple[tuple[float, ...], ...]
    cosines: tuple[tuple[float, ...], ...]
    null_cosine: float
    effects: tuple[tuple[float, ...], ...] | None = None

    def between(self, first: str, second: str) -> float:
        """Mean |cosine| of directions of one group with those of another; within one, of different ones."""
        rows = [
            abs(self.cosines[i][j])
            for i, a in enumerate(self.groups)
            for j, b in enumerate(self.groups)
            if a == first and b == second and i != j
        ]
        return float(np.mean(rows)) if rows else float("nan")

    def as_dict(self) -> dict[str, Plain]:
        return {**to_dict(self), "null_energy": list(self.pieces.null)}

    def energy_table(self) -> Table:
        """A row per direction and one, at the end, of the null level; a column per piece."""
        rows: list[tuple[Cell, ...]] = [
            (group, name, *energy)
            for group, name, energy in zip(self.groups, self.names, self.energy, strict=True)
        ]
        rows.append(("", "null level", *self.pieces.null))
        return Table(("group", "direction", *self.pieces.names), tuple(rows))

    def effect_table(self) -> Table:
        """The same of effects. Empty where none were looked at."""
        rows = zip(self.groups, self.names, self.effects or (), strict=bool(self.effects))
        return Table(
            ("group", "direction", *self.pieces.names), tuple((g, n, *effect) for g, n, effect in rows)
        )

    def cosine_table(self) -> Table:
        return self.cosine_chart().table()

    def cosine_chart(self, title: str = "Cosines between directions") -> MatrixChart:
        names = tuple(f"{group}: {name}" for group, name in zip(self.groups, self.names, strict=True))
        note = f"two directions at random: {self.null_cosine:.2f} either way"
        return MatrixChart(title, names, self.cosines, self.groups, note)

    def energy_charts(self) -> tuple[BarChart, ...]:
        """A chart per group: pieces down the side, a bar for each direction, a line at an even share."""
        return tuple(
            self._bars(group, self.energy, "Energy of", "share of the squared length", self.pieces.null[0])
            for group in dict.fromkeys(self.groups)
        )

    def effect_charts(self) -> tuple[BarChart, ...]:
        """The same of effects; none where they were not looked at."""
        if self.effects is None:
            return ()
        even = 1.0 / len(self.pieces.names)
        return tuple(
            self._bars(group, self.effects, "Effect of", "share of the picture's squared change", even)
            for group in dict.fromkeys(self.groups)
        )

    def _bars(
        self, group: str, values: tuple[tuple[float, ...], ...], title: str, axis: str, even: float
    ) -> BarChart:
        told = zip(self.groups, self.names, values, strict=True)
        series = {name: row for g, name, row in told if g == group}
        note = "line: what each would have of a direction without preference"
        return BarChart(f"{title} {group}", Axis(axis, low=0.0), self.pieces.names, series, note, even)


def structure_of(
    arrows: Sequence[Arrow], pieces: Pieces, effects: Sequence[Sequence[float]] | None = None
) -> Structure:
    """Energies and cosines of directions [M], M the widths of all pieces together.

    effects: see `row_effects`, in the order of the arrows. Raises: InvalidShape for a direction of
    another width; InvalidInput for one without length, or none at all.
    """
    if not arrows:
        raise InvalidInput("There is no direction to look at.")
    total = sum(pieces.widths)
    for arrow in arrows:
        if arrow.vector.shape != (total,):
            raise InvalidShape(arrow.name, f"[{total}]", str(list(arrow.vector.shape)))
        if not float(arrow.vector.norm()) > 0.0:
            raise InvalidInput(f"The direction {arrow.name} has no length.")
    vectors = torch.stack([arrow.vector.detach().double().cpu() for arrow in arrows])
    vectors = vectors / vectors.norm(dim=1, keepdim=True)
    energy = torch.stack([part.square().sum(dim=1) for part in vectors.split(pieces.widths, dim=1)], dim=1)
    cosines = (vectors @ vectors.T).clamp(-1.0, 1.0).fill_diagonal_(1.0)
    return Structure(
        names=tuple(arrow.name for arrow in arrows),
        groups=tuple(arrow.group for arrow in arrows),
        pieces=pieces,
        energy=_rows(energy),
        cosines=_rows(cosines),
        null_cosine=total**-0.5,
        effects=None if effects is None else tuple(tuple(float(v) for v in row) for row in effects),
    )


@torch.no_grad()
def displacement(probe: Probe, walk: Walk, alpha: float) -> Tensor:
    """Where a walk goes in the style rows that are read, whatever its form and space: the mean over the
    probe's seeds of ws(alpha) - ws(-alpha), float64 [L D]. Of walks that bend it is the middle of their ways.
    """
    whole, rows = slice(0, len(probe)), slice(*probe.generator.spec.rows)
    moved = probe.moved(whole, walk, alpha) - probe.moved(whole, walk, -alpha)
    return moved[:, rows].double().mean(dim=0).flatten().cpu()


@torch.no_grad()
def row_effects(probe: Probe, walk: Walk, alpha: float) -> NDArray[np.float64]:
    """Share of the squared change of a picture that each style row brings about when it moves alone,
    float64 [rows that are read], of sum 1; over the probe's seeds and alpha either way.

    A walk in z moves rows as the mapping says. Raises: InvalidInput where no row changes anything.
    """
    generator, rows = probe.generator, probe.generator.spec.rows
    changes = np.zeros(rows[1] - rows[0])
    for part in probe.chunks:
        ws = probe.ws[part]
        start = synthesize(generator, ws, probe.noise)
        for strength in (-alpha, alpha):
            moved = probe.moved(part, walk, strength)
            for row in range(*rows):
                if torch.equal(moved[:, row], ws[:, row]):
                    continue
                alone = ws.clone()
                alone[:, row] = moved[:, row]
                change = (synthesize(generator, alone, probe.noise) - start).double().square()
                changes[row - rows[0]] += float(change.sum())
    if not changes.sum() > 0.0:
        raise InvalidInput("No style row changes anything by itself.")
    shares: NDArray[np.float64] = changes / changes.sum()
    return shares


def structure_of_walk(probe: Probe, walk: Walk, name: str, alpha: float) -> Structure:
    """Energies and effects of one walk, over the style rows that are read.

    Raises: InvalidInput where it changes nothing.
    """
    arrow = Arrow(name, "the walk", displacement(probe, walk, alpha))
    return structure_of([arrow], Pieces.rows(probe.generator.spec), [list(row_effects(probe, walk, alpha))])


def _rows(values: Tensor) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in values.tolist())
