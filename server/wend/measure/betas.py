"""Betas: VAEs of rising beta, what each can be steered by and how precisely, and what each has dropped.

Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
variations", ICLR 2020, section 4.1: the more a VAE disentangles, the less a controlled factor still varies.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from wend.measure.agreement import rank_correlation
from wend.measure.export import Cell, Plain, Table, to_dict, to_plain
from wend.measure.latent_use import LatentUse
from wend.measure.traversal import Traversal

FACTORS = {"x": "white_x", "y": "white_y", "scale": "white_area"}
"""Factors, and what is measured of the pictures for each."""


@dataclass(frozen=True)
class Steered:
    """One factor of one VAE. traversal None: no line was found, and `lack` says why.

    direction: u of norm 1 in z; kept, rejected: trajectories it was fitted on, and those left out.
    """

    traversal: Traversal | None
    direction: tuple[float, ...] = ()
    kept: int = 0
    rejected: int = 0
    lack: str = ""


@dataclass(frozen=True)
class SteeredVAE:
    """One VAE: its id, the weight of its KL, seed and length of its training (None where not known), what
    its latents tell, and every factor of `FACTORS`."""

    name: str
    beta: float
    seed: int | None
    images: int | None
    use: LatentUse
    factors: dict[str, Steered]

    def mean_sd(self, factor: str) -> float | None:
        """Mean over the places of the sd of what is measured, None where the factor was not found."""
        found = self.factors[factor].traversal
        return None if found is None or not np.isfinite(found.mean_sd) else found.mean_sd

    def row(self) -> dict[str, Cell]:
        """Everything but single places and latents."""
        use = self.use
        row: dict[str, Cell] = {
            "name": self.name,
            "beta": self.beta,
            "seed": self.seed,
            "images": self.images,
        }
        for factor, steered in self.factors.items():
            found = steered.traversal
            row |= {
                f"{factor} mean sd": self.mean_sd(factor),
                f"{factor} mean sd within 3": None if found is None else _known(found.mean_sd_usual),
                f"{factor} sd unsteered": None if found is None else found.still,
                f"{factor} reach": None if found is None else _known(found.reach),
                f"{factor} followed": use.followed.get(factor),
            }
        told: dict[str, Cell] = {
            "KL": use.total, "latents used": use.used, "missed": use.missed, "error": use.error,
            "dropped": ", ".join(use.dropped),
        }  # fmt: skip
        return row | told


@dataclass(frozen=True)
class BetaStudy:
    """Our VAEs, some seeds of each beta on equal budgets, and public ones on the same sprites."""

    ours: tuple[SteeredVAE, ...]
    public: tuple[SteeredVAE, ...] = ()

    @property
    def betas(self) -> tuple[float, ...]:
        return tuple(sorted({vae.beta for vae in self.ours}))

    def of(self, beta: float) -> tuple[SteeredVAE, ...]:
        """All seeds of one beta."""
        return tuple(vae for vae in self.ours if vae.beta == beta)

    def sds(self, beta: float, factor: str) -> tuple[float, ...]:
        """Mean sd of each seed in which the factor was found."""
        found = (vae.mean_sd(factor) for vae in self.of(beta))
        return tuple(sd for sd in found if sd is not None)

    def correlation(self, factor: str) -> float | None:
        """Spearman's, of beta and mean sd, over all our VAEs in which the factor was found."""
        return _correlation(self.ours, factor)

    def correlations_by_seed(self, factor: str) -> dict[str, float | None]:
        """The same for every seed alone."""
        seeds = sorted({vae.seed for vae in self.ours if vae.seed is not None})
        return {str(seed): _correlation([v for v in self.ours if v.seed == seed], factor) for seed in seeds}

    def public_change(self, factor: str) -> dict[str, float | None]:
        """Mean sd of every public VAE as a share of that of the plain one, which is the one of beta 1.

        Below 1 where disentangling makes control more precise; None where it was not found in both.
        """
        plain = next((v.mean_sd(factor) for v in self.public if v.beta == 1.0), None)
        return {vae.name: _ratio(vae.mean_sd(factor), plain) for vae in self.public if vae.beta != 1.0}

    def table(self) -> Table:
        """A row per beta: means over its seeds, and the sd of each mean sd between them."""
        rows: list[tuple[Cell, ...]] = []
        for beta in self.betas:
            own = self.of(beta)
            row: list[Cell] = [beta, len(own)]
            for factor in FACTORS:
                sds = self.sds(beta, factor)
                row += [_mean(sds), float(np.std(sds, ddof=1)) if len(sds) > 1 else None, len(sds)]
            uses = [vae.use for vae in own]
            row += [
                _mean([use.total for use in uses]),
                _mean([float(use.used) for use in uses]),
                _mean([use.missed for use in uses]),
                _mean([use.error for use in uses]),
                "; ".join(sorted({name for use in uses for name in use.dropped})),
            ]
            rows.append(tuple(row))
        columns = [f"{factor} {what}" for factor in FACTORS for what in ("mean sd", "between seeds", "found")]
        rest = ("KL", "latents used", "missed", "error", "dropped")
        return Table(("beta", "seeds", *columns, *rest), tuple(rows))

    def each(self) -> Table:
        """A row per VAE, ours and public ones."""
        rows = [vae.row() for vae in (*self.ours, *self.public)]
        names = list(dict.fromkeys(name for row in rows for name in row))
        return Table(tuple(names), tuple(tuple(row.get(name) for name in names) for row in rows))

    def places(self) -> Table:
        """A row per VAE, factor and place."""
        rows: list[tuple[Cell, ...]] = []
        for vae in (*self.ours, *self.public):
            for factor, steered in vae.factors.items():
                if steered.traversal is not None:
                    points = steered.traversal.table().rows
                    rows += [(vae.name, vae.beta, vae.seed, factor, *point) for point in points]
        columns = ("name", "beta", "seed", "factor", "place", "median", "sd", "lost")
        return Table(columns, tuple(rows))

    def as_dict(self) -> dict[str, Plain]:
        table = self.table()
        return to_dict(
            {
                "spearman": {factor: self.correlation(factor) for factor in FACTORS},
                "spearman_by_seed": {factor: self.correlations_by_seed(factor) for factor in FACTORS},
                "public": {factor: self.public_change(factor) for factor in FACTORS},
                "rows": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
                "vaes": [to_plain(asdict(vae)) for vae in (*self.ours, *self.public)],
            }
        )


def _correlation(vaes: Sequence[SteeredVAE], factor: str) -> float | None:
    found = [(vae.beta, sd) for vae in vaes if (sd := vae.mean_sd(factor)) is not None]
    return rank_correlation(np.array([beta for beta, _ in found]), np.array([sd for _, sd in found]))


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _ratio(value: float | None, plain: float | None) -> float | None:
    return None if value is None or not plain else value / plain
