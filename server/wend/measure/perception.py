"""Perception measured: what networks say of pictures of a world they have not seen, beside the truth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput
from wend.imaging.blur import gaussian_blur
from wend.measure.agreement import concordance, mean_auc, r_squared
from wend.measure.attributes import Attributes, concatenate, of_factors
from wend.measure.line_score import LineScore
from wend.measure.segmentation import Confusion, Segmentation
from wend.measure.slices import Sliced
from wend.measure.visibility import find_visible, label_counts
from wend.perception.network import FactorNetwork, LabelNetwork, LineNetwork
from wend.worlds.world import Scene, World, sample_factors

Condition = Literal["clean", "blurred", "noisy"]
"""As drawn; blurred by 0.7 px at 128 px; with white noise of 4 of 255 steps."""
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
BLUR, NOISE = 0.7 / 128.0, 4.0 / 127.5
BATCH = 32


@dataclass(frozen=True)
class Networks:
    """Those of one set. `factors` holds regressors that were trained apart, the first is the one to use.

    together: what several of them say as one, by the name of its office.
    """

    factors: Sequence[FactorNetwork]
    labels: LabelNetwork
    lines: LineNetwork
    together: Mapping[str, FactorNetwork] = field(default_factory=dict)


@dataclass(frozen=True)
class FactorScore:
    """R2 of one factor over the `count` pictures that show it; None where the truth does not vary."""

    r2: float | None
    unit: str
    count: int


@dataclass(frozen=True)
class ChoiceScore:
    """Area under the ROC curve of one choice, None where the truth does not vary, and what it rests on.

    positives: pictures of its rarest option that occurs among those that show it; negatives: the others
    that show it; hidden: pictures left out, as nobody could tell.
    """

    auc: float | None
    positives: int
    negatives: int
    hidden: int


@dataclass(frozen=True)
class Findings:
    """Of one size and condition: what each regressor measures, how they agree, label maps and lines.

    factors: one table per regressor; together: one for each of those that tell as one; agreement:
    concordance of the first two, over the same pictures.
    """

    factors: tuple[dict[str, FactorScore], ...]
    together: dict[str, dict[str, FactorScore]]
    agreement: dict[str, float | None]
    labels: Segmentation
    lines: LineScore


def alter(images: Tensor, condition: Condition, rng: torch.Generator) -> Tensor:
    """Images float32 [N, 3, H, W] in [-1, 1] as a condition shows them."""
    match condition:
        case "clean":
            return images
        case "blurred":
            return gaussian_blur(images, BLUR * max(images.shape[2:]))
        case "noisy":
            return (images + NOISE * torch.randn(images.shape, generator=rng)).clamp(-1.0, 1.0)


def batches(count: int) -> int:
    """Slices that measuring `count` pictures takes."""
    return -(-count // BATCH)


@dataclass
class _Tally:
    """What one condition has gathered so far."""

    confusion: Confusion
    lines: LineScore = field(default_factory=LineScore)
    measured: list[list[Attributes]] = field(default_factory=list)

    def add(self, networks: Networks, places: Tensor, images: Tensor, scene: Scene, has_maps: bool) -> None:
        """places: of each of the network's labels among the world's, [K]."""
        if has_maps:
            with torch.no_grad():
                found = networks.labels.logits(images).argmax(dim=1)
                self.confusion.add(scene.labels, places[found.cpu()])
                self.lines.add(scene.lines, networks.lines.draw(images))
        looking = (*networks.factors, *networks.together.values())
        self.measured.append([of_factors(network, images) for network in looking])


def examine(
    networks: Networks,
    world: World,
    count: int,
    seed: int,
    size: int,
    conditions: Sequence[Condition] = CONDITIONS,
    maps: int | None = None,
) -> Sliced[dict[Condition, Findings]]:
    """Measure `count` pictures that the world draws by its own laws, under each condition.

    maps: label maps and lines of about so many pictures only (whole batches), where their many pixels
    tell enough; None: of all. What a network tells and the world has not is left out.
    Raises: InvalidInput for labels that are not the world's.
    """
    places = places_of(networks.labels.labels, world)
    tallies = {condition: _Tally(Confusion(world.labels)) for condition in conditions}
    rng = torch.Generator().manual_seed(seed)
    values = sample_factors(world, count, seed)
    seen: list[dict[str, Tensor]] = []
    for start in range(0, count, BATCH):
        scene = _render(world, values, start, size)
        counts = label_counts(scene.labels, len(world.labels))
        seen.append(find_visible(scene.factors, counts, world.labels, size))
        for condition, tally in tallies.items():
            has_maps = maps is None or start < maps
            tally.add(networks, places, alter(scene.images, condition, rng), scene, has_maps)
        yield
    visible = {name: torch.cat([part[name] for part in seen]).numpy() for name in seen[0]}
    truth = {name: value.double().numpy() for name, value in values.items()}
    names = tuple(networks.together)
    return {condition: _conclude(tally, truth, visible, names) for condition, tally in tallies.items()}


def places_of(labels: Sequence[str], world: World) -> Tensor:
    """Where each label stands among the world's, int64 [K]. Raises: InvalidInput for one it has not."""
    strange = [label for label in labels if label not in world.labels]
    if strange:
        told = ", ".join(strange[:5]) + (", ..." if len(strange) > 5 else "")
        raise InvalidInput(
            f"The world {world.name} has no label {told}: where these are on its pictures nobody knows."
        )
    return torch.tensor([world.labels.index(label) for label in labels])


def _render(world: World, values: dict[str, Tensor], start: int, size: int) -> Scene:
    with torch.no_grad():
        return world.render({name: value[start : start + BATCH] for name, value in values.items()}, size)


def _conclude(
    tally: _Tally,
    truth: dict[str, NDArray[np.float64]],
    visible: dict[str, NDArray[np.bool_]],
    together: tuple[str, ...],
) -> Findings:
    """together: names of the last tables."""
    networks = [concatenate(list(parts)) for parts in zip(*tally.measured, strict=True)]
    tables: list[dict[str, FactorScore]] = []
    for measured in networks:
        table: dict[str, FactorScore] = {}
        for column in measured.columns:
            if column.name not in truth:
                continue
            shown = visible[column.name]
            r2 = r_squared(truth[column.name][shown], column.values[shown], column.period)
            table[column.name] = FactorScore(r2, column.unit, int(shown.sum()))
        tables.append(table)
    agreement: dict[str, float | None] = {}
    if len(networks) > 1:
        for a in networks[0].columns:
            if a.name not in truth or a.name not in networks[1].names:
                continue
            b, shown = networks[1][a.name], visible[a.name]
            agreement[a.name] = concordance(a.values[shown], b.values[shown], a.period)
    apart = len(tables) - len(together)
    offices = dict(zip(together, tables[apart:], strict=True))
    return Findings(tuple(tables[:apart]), offices, agreement, tally.confusion.score(), tally.lines)


def balanced_factors(world: World, count: int, seed: int) -> dict[str, Tensor]:
    """Factors by the world's laws, but every option of every choice equally often.

    A thing that is worn (first option "none") is absent from half of the pictures; the rest is shared
    by its kinds.
    """
    values = sample_factors(world, count, seed)
    rng = torch.Generator().manual_seed(seed)
    for factor in world.factors:
        if factor.is_discrete:
            kinds = len(factor.choices)
            options = torch.arange(count) % kinds
            if factor.choices[0] == "none":
                options = torch.where(
                    torch.arange(count) < count // 2, 0, 1 + torch.arange(count) % (kinds - 1)
                )
            values[factor.name] = options[torch.randperm(count, generator=rng)].float()
    return values


def examine_choices(
    networks: Sequence[FactorNetwork],
    world: World,
    count: int,
    seed: int,
    size: int,
    conditions: Sequence[Condition] = CONDITIONS,
) -> Sliced[dict[Condition, tuple[dict[str, ChoiceScore], ...]]]:
    """AUC of every choice on `count` balanced pictures, one table per regressor, where it can be seen.

    See `balanced_factors` and `measure.agreement.mean_auc`. A choice that is hidden (an earring under
    long hair, a cut under a hat) is left out, as nobody could tell.
    """
    values = balanced_factors(world, count, seed)
    rng = torch.Generator().manual_seed(seed)
    seen: list[dict[str, Tensor]] = []
    measured: dict[Condition, list[list[Attributes]]] = {condition: [] for condition in conditions}
    for start in range(0, count, BATCH):
        scene = _render(world, values, start, size)
        counts = label_counts(scene.labels, len(world.labels))
        seen.append(find_visible(scene.factors, counts, world.labels, size))
        for condition in conditions:
            images = alter(scene.images, condition, rng)
            measured[condition].append([of_factors(network, images) for network in networks])
        yield
    visible = {name: torch.cat([part[name] for part in seen]).numpy() for name in seen[0]}

    options = {factor.name: factor.choices for factor in world.factors}

    def score(parts: Sequence[Attributes]) -> dict[str, ChoiceScore]:
        table: dict[str, ChoiceScore] = {}
        for choice in concatenate(list(parts)).choices:
            if options.get(choice.name) != choice.options:
                continue  # of no such choice of this world is the truth known
            shown = visible[choice.name]
            chosen = values[choice.name].round().long().numpy()
            counts = np.bincount(chosen[shown])
            positives = int(counts[counts > 0].min(initial=len(chosen))) if shown.any() else 0
            table[choice.name] = ChoiceScore(
                mean_auc(chosen[shown], choice.chances[shown]),
                positives,
                int(shown.sum()) - positives,
                int((~shown).sum()),
            )
        return table

    return {c: tuple(score(parts) for parts in zip(*rows, strict=True)) for c, rows in measured.items()}


def conditioned(condition: Condition, seed: int) -> Callable[[Tensor], Tensor]:
    """A condition as a change of images, with its own random state."""
    rng = torch.Generator().manual_seed(seed)
    return lambda images: alter(images, condition, rng)
