"""Perception truth: everything `wend measure perception` says of a set, gathered."""

from collections.abc import Mapping
from dataclasses import dataclass

from wend.measure.export import Plain, to_plain
from wend.measure.perception import (
    CONDITIONS,
    ChoiceScore,
    Condition,
    FactorScore,
    Findings,
    Networks,
    batches,
    conditioned,
    examine,
    examine_choices,
)
from wend.measure.ranking import draw_triples, ranking_accuracy, slices
from wend.measure.slices import Sliced
from wend.perception.distance import PerceptualDistance, PixelDistance
from wend.perception.network import Distance, FeatureNetwork
from wend.worlds.world import World

SIDE, SMALL_SIDE = 128, 64
GEOMETRY = ("head_x", "head_y", "head_scale", "tilt", "yaw", "eye_open", "smile", "mouth_open")
"""Position, scale, tilt, yaw and how open eyes and mouth are: what steering is judged by."""
BLUR = 1.0 / 64.0
"""Standard deviation of the blurred L2, in shares of the side: two pixels of 128."""

Choices = Mapping[Condition, tuple[dict[str, ChoiceScore], ...]]
Rankings = Mapping[Condition, dict[str, float]]


@dataclass(frozen=True)
class Sizes:
    """How many held-out pictures are looked at: by the laws, balanced, at 64 px, and how many triples.

    maps: pictures of either size whose label maps and lines are measured too, None: all.
    """

    pictures: int = 2000
    balanced: int = 1000
    small: int = 1000
    triples: int = 1000
    maps: int | None = None

    def slices(self) -> int:
        """Slices of `measure_perception`."""
        return (
            batches(self.pictures) + batches(self.small) + batches(self.balanced)
            + (1 + 3 * len(CONDITIONS)) * slices(self.triples)
        )  # fmt: skip


QUICK = Sizes(320, 128, 64, 80, maps=64)


@dataclass(frozen=True)
class PerceptionTruth:
    """Findings at 128 and at 64 px under every condition, areas under curves, distance rankings."""

    sizes: Sizes
    large: Mapping[Condition, Findings]
    small: Mapping[Condition, Findings]
    choices: Choices
    rankings: Rankings

    def as_dict(self) -> dict[str, Plain]:
        """The keys of the command: clean at 128 px first, then every other condition under its name."""
        clean = self._at("clean", self.large)
        return {
            **clean,
            "n": self.sizes.pictures,
            "geometry_min_r2": _worst(self.large["clean"].factors[0]),
            "counts": {
                "balanced": self.sizes.balanced,
                "small": self.sizes.small,
                "triples": self.sizes.triples,
                "maps": self.sizes.pictures if self.sizes.maps is None else self.sizes.maps,
            },
            "second": to_plain(self._other(1, "clean", self.large)),
            "third": to_plain(self._other(2, "clean", self.large)),
            "together": _offices(self.large["clean"]),
            "agreement": to_plain(self.large["clean"].agreement),
            "blurred": self._at("blurred", self.large),
            "noisy": self._at("noisy", self.large),
            "loss": {c: self._loss(c) for c in CONDITIONS if c != "clean"},
            "at_64": {
                **self._maps(self.small["clean"]),
                "factors": to_plain(self.small["clean"].factors[0]),
                "geometry_min_r2": _worst(self.small["clean"].factors[0]),
                "agreement": to_plain(self.small["clean"].agreement),
                "second": to_plain(self._other(1, "clean", self.small)),
                "third": to_plain(self._other(2, "clean", self.small)),
                "together": _offices(self.small["clean"]),
                "blurred": self._maps(self.small["blurred"]),
                "noisy": self._maps(self.small["noisy"]),
            },
        }

    def summary(self) -> dict[str, dict[str, bool | int | float | str]]:
        """What a card says: network name -> its numbers, rounded."""
        clean = self.large["clean"]
        networks: dict[str, dict[str, float | None]] = {
            "labels": {"miou_large": clean.labels.miou_large, "miou_small": clean.labels.miou_small},
            "lines": {"f_score": clean.lines.f_score},
            "features": dict(self.rankings["clean"]),
        }
        for index, name in enumerate(("factors-a", "factors-b", "factors-c")[: len(clean.factors)]):
            areas = [c.auc for c in self.choices["clean"][index].values() if c.auc is not None]
            networks[name] = {
                "geometry_min_r2": _worst(clean.factors[index]),
                "mean_r2": _mean(clean.factors[index]),
                "min_auc": min(areas, default=None),
                "geometry_min_r2_at_64": _worst(self.small["clean"].factors[index]),
            }
        return {
            name: {key: round(value, 4) for key, value in numbers.items() if value is not None}
            for name, numbers in networks.items()
        }

    def unsure(self, index: int) -> list[str]:
        """Attributes of which a regressor leaves more than twice as much variance unsaid as the first does:
        in a mean with it, it would do harm."""
        first, other = (self.small["clean"].factors[k] for k in (0, index))
        pairs = ((name, first[name].r2, other[name].r2) for name in other if name in first)
        return [n for n, a, b in pairs if a is not None and b is not None and 1.0 - b > 2.0 * (1.0 - a)]

    def _at(self, condition: Condition, where: Mapping[Condition, Findings]) -> dict[str, Plain]:
        found = where[condition]
        return {
            "factors": to_plain(found.factors[0]),
            "discrete": to_plain({name: c.auc for name, c in self.choices[condition][0].items()}),
            "discrete_counts": _counts(self.choices[condition][0]),
            **self._maps(found),
            "distance": to_plain(self.rankings[condition]),
        }

    def _maps(self, found: Findings) -> dict[str, Plain]:
        return {
            "labels": {
                "miou_large": found.labels.miou_large,
                "miou_small": found.labels.miou_small,
                "per_class": to_plain(found.labels.iou),
                "share": to_plain(found.labels.share),
            },
            "lines": {
                "f_score": found.lines.f_score,
                "precision": found.lines.precision,
                "recall": found.lines.recall,
            },
        }

    def _other(
        self, index: int, condition: Condition, where: Mapping[Condition, Findings]
    ) -> dict[str, object] | None:
        found = where[condition].factors
        if len(found) <= index:
            return None
        return {
            "factors": found[index],
            "discrete": {name: c.auc for name, c in self.choices[condition][index].items()},
            "geometry_min_r2": _worst(found[index]),
        }

    def _loss(self, condition: Condition) -> dict[str, Plain]:
        """Clean minus altered: the mean R2, both mIoU, the F-score and the ranking accuracy."""
        before, after = self.large["clean"], self.large[condition]

        def drop(a: float | None, b: float | None) -> float | None:
            return None if a is None or b is None else a - b

        return {
            "mean_r2": drop(_mean(before.factors[0]), _mean(after.factors[0])),
            "geometry_min_r2": drop(_worst(before.factors[0]), _worst(after.factors[0])),
            "miou_large": drop(before.labels.miou_large, after.labels.miou_large),
            "miou_small": drop(before.labels.miou_small, after.labels.miou_small),
            "f_score": before.lines.f_score - after.lines.f_score,
            "ranking_accuracy": self.rankings["clean"]["ranking_accuracy"]
            - self.rankings[condition]["ranking_accuracy"],
        }


def measure_perception(
    networks: Networks, features: FeatureNetwork, world: World, sizes: Sizes, seed: int
) -> Sliced[PerceptionTruth]:
    """Measure a set on pictures of its world that it has not seen; `seed` is not that of any training."""
    large = yield from examine(networks, world, sizes.pictures, seed, SIDE, maps=sizes.maps)
    small = yield from examine(networks, world, sizes.small, seed + 1, SMALL_SIDE, maps=sizes.maps)
    choices = yield from examine_choices(networks.factors, world, sizes.balanced, seed + 2, SIDE)
    triples = yield from draw_triples(world, sizes.triples, seed + 3, SIDE)
    distances: dict[str, Distance] = {
        "ranking_accuracy": PerceptualDistance(features),
        "l2_ranking_accuracy": PixelDistance(),
        "blurred_l2_ranking_accuracy": PixelDistance(BLUR),
    }
    rankings: dict[Condition, dict[str, float]] = {}
    for condition in CONDITIONS:
        rankings[condition] = {}
        for name, distance in distances.items():
            accuracy = yield from ranking_accuracy(distance, triples, conditioned(condition, seed))
            rankings[condition][name] = accuracy
    return PerceptionTruth(sizes, large, small, choices, rankings)


def _offices(found: Findings) -> dict[str, Plain]:
    return {
        name: {"factors": to_plain(table), "geometry_min_r2": _worst(table)}
        for name, table in found.together.items()
    }


def _counts(table: Mapping[str, ChoiceScore]) -> dict[str, Plain]:
    return {
        name: {"positives": c.positives, "negatives": c.negatives, "hidden": c.hidden}
        for name, c in table.items()
    }


def _worst(table: Mapping[str, FactorScore]) -> float | None:
    """The least R2 of the geometry there is."""
    found = [table[name].r2 for name in GEOMETRY if name in table]
    return min((r2 for r2 in found if r2 is not None), default=None)


def _mean(table: Mapping[str, FactorScore]) -> float | None:
    known = [score.r2 for score in table.values() if score.r2 is not None]
    return sum(known) / len(known) if known else None
