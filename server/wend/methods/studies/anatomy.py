"""Anatomy: factors, learned walks and principal components of one generator, held against one another.

Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
variations", ICLR 2020, the analysis of the latent; the comparison with other methods is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.latents.walk import Direction, Walk
from wend.measure.export import Cell, Plain, Table
from wend.measure.probe import Probe
from wend.measure.report.page import Fact, Report, Section
from wend.measure.slices import Sliced
from wend.measure.structure import Arrow, Pieces, Structure, displacement, row_effects, structure_of
from wend.methods.discover.ganspace import WSample, principal_axes

FACTORS, WALKS, COMPONENTS = "factors", "learned walks", "principal components"


@dataclass(frozen=True)
class Shown:
    """One walk to be looked at. alpha: how far either way, in its own unit."""

    name: str
    group: str
    walk: Walk
    alpha: float


def principal_walks(probe: Probe, count: int, samples: int, seed: int) -> Sliced[list[Shown]]:
    """The leading principal components of w, one standard deviation either way; a slice per chunk."""
    generator = probe.generator
    sample = WSample(generator, samples, seed)
    yield from sample.gather()
    rows = generator.spec.rows
    return [
        Shown(f"component {k + 1}", COMPONENTS, Direction(axis.vector.float(), axis.sd, "w", rows), 1.0)
        for k, axis in enumerate(principal_axes(sample.covariance, count))
    ]


def anatomy(probe: Probe, shown: Sequence[Shown]) -> Sliced[Structure]:
    """Energies and cosines in the style rows that are read, and what each row does to pictures; a slice per
    walk. Raises: as `structure_of` and `row_effects`."""
    arrows: list[Arrow] = []
    effects: list[NDArray[np.float64]] = []
    for each in shown:
        walk = each.walk.to(probe.generator.device)
        arrows.append(Arrow(each.name, each.group, displacement(probe, walk, each.alpha)))
        effects.append(row_effects(probe, walk, each.alpha))
        yield
    return structure_of(arrows, Pieces.rows(probe.generator.spec), [list(row) for row in effects])


@dataclass(frozen=True)
class Anatomy:
    """What is told of it. count: pictures that effects were looked at in."""

    model: str
    count: int
    found: Structure

    @property
    def pairs(self) -> dict[str, float]:
        """Cosine of the factor and the learned walk of one name; by name."""
        at = {key: k for k, key in enumerate(zip(self.found.groups, self.found.names, strict=True))}
        return {
            name: self.found.cosines[k][at[WALKS, name]]
            for (group, name), k in at.items()
            if group == FACTORS and (WALKS, name) in at
        }

    def nearest_component(self, group: str, name: str) -> tuple[str, float] | None:
        """The principal component that a direction shares most with, and their cosine; None without any."""
        k = next(
            k for k, key in enumerate(zip(self.found.groups, self.found.names, strict=True))
            if key == (group, name)
        )  # fmt: skip
        rows = [
            (abs(cosine), other, cosine)
            for other, of, cosine in zip(
                self.found.names, self.found.groups, self.found.cosines[k], strict=True
            )
            if of == COMPONENTS
        ]
        return max(rows)[1:] if rows else None

    def between(self) -> Table:
        """Mean |cosine| within each group and between any two."""
        groups = tuple(dict.fromkeys(self.found.groups))
        return Table(
            ("group", *groups), tuple((a, *(self.found.between(a, b) for b in groups)) for a in groups)
        )

    def tables(self) -> dict[str, Table]:
        return {
            "energy": self.found.energy_table(), "effects": self.found.effect_table(),
            "cosines": self.found.cosine_table(), "between": self.between(),
        }  # fmt: skip

    def as_dict(self) -> dict[str, Plain]:
        return {
            "n": self.count, **self.found.as_dict(), "same_edit": dict(self.pairs),
            "between": {str(row[0]): list(row[1:]) for row in self.between().rows},
        }  # fmt: skip

    def report(self, made_with: dict[str, Cell]) -> Report:
        """The page: cosines as a matrix, energies and effects as bars."""
        null = self.found.null_cosine
        facts = [
            Fact(f"{name}: factor and walk", f"cosine {cosine:+.2f}", f"at random {null:.2f}")
            for name, cosine in self.pairs.items()
        ]
        for name, group in zip(self.found.names, self.found.groups, strict=True):
            near = self.nearest_component(group, name) if group == FACTORS else None
            if near is not None:
                facts.append(Fact(f"{name}: nearest of the components", f"{near[1]:+.2f}", near[0]))
        energy = (
            "Squared length per style row, as a share. What moves all rows alike has an even share in each "
            "by construction; a learned walk has a vector for each row."
        )
        effect = (
            f"Squared change of pictures when a row moves alone, as a share, over {self.count} pictures "
            "either way: where a direction shows, whatever its length there."
        )
        return Report(
            "The structure of directions",
            f"{self.model}: where factors, learned walks and principal components lie among style rows, and "
            "what they have in common.",
            tuple(facts),
            (
                Section("Cosines", "In the style rows together.", (self.found.cosine_chart(),)),
                Section("Energy", energy, self.found.energy_charts()),
                Section("Effect", effect, self.found.effect_charts()),
            ),
            made_with,
        )
