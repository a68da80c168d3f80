"""Mixing: what lies between pictures of certain shares: their latent, mixed rows, noise and mixed-in model.
`state/mixing.ts` is its twin, line by line; both are held to the cases in `tests/contract/timeline`."""

from collections.abc import Sequence
from itertools import pairwise

from wend.documents.picture import (
    BlendLatent,
    CodeLatent,
    CodePart,
    Latent,
    LayerRange,
    MixedRows,
    ModelBlend,
    NoisePart,
    Part,
    Picture,
    SeedLatent,
    source_of,
)

Weighted = tuple[tuple[Picture, float], ...]
"""Pictures with their shares, which sum to 1, in the order of the keyframes."""


def mixed_model(pair: Weighted, near: Picture, far: Picture) -> ModelBlend | None:
    """What is mixed into the nearer one's model, where both are of one model or of the same two: the share
    that the other has of both. Of three models the nearer one's stay."""
    if near.model == far.model and near.model_blend == far.model_blend:
        return near.model_blend
    blends = [picture.model_blend for picture in (near, far) if picture.model_blend is not None]
    others = {far.model, *(blend.model for blend in blends)} - {near.model}
    if len(others) != 1:
        return near.model_blend
    other = others.pop()
    total = sum((weight * _share(picture, other) for picture, weight in pair), 0.0)
    # Both ways of blending begin and end alike.
    return ModelBlend(model=other, weight=min(total, 1.0), how=blends[0].how if blends else "weights")


def _share(picture: Picture, model: str) -> float:
    """How much of a picture's generator is of a model, 0..1."""
    blend = picture.model_blend
    mixed = 0.0 if blend is None or blend.model == picture.model else blend.weight
    own = (1.0 - mixed) if picture.model == model else 0.0
    return own + (mixed if blend is not None and blend.model == model else 0.0)


def bounded(values: Sequence[tuple[float, float]]) -> float:
    """The weighted sum of (value, weight), within the values: a spline never leaves what was asked for."""
    total = 0.0
    for value, weight in values:
        total += value * weight
    return min(max(total, min(value for value, _ in values)), max(value for value, _ in values))


def mixed_latent(shares: Weighted, near: Picture, on_sphere: bool) -> SeedLatent | CodeLatent | BlendLatent:
    """Between those of all; classes lie between, too, where all are of one model. The codes of one model are
    none of another's: where any has one, the nearer one's stays."""
    classes = {picture.class_index for picture, _ in shares}
    is_one_model = len({picture.model for picture, _ in shares}) == 1
    is_one_class = len(classes) == 1 or not is_one_model
    if len({picture.latent for picture, _ in shares}) == 1 and is_one_class:
        return near.latent
    all_parts = [part for picture, _ in shares for part in parts_of(picture)]
    if not is_one_model and any(isinstance(part, CodePart) for part in all_parts):
        return near.latent
    weights: dict[tuple[int | str, int | None], float] = {}
    for picture, weight in shares:
        own = None if is_one_class else picture.class_index
        for part in parts_of(picture):
            # The classes of one model are none of another's.
            index = (own if part.class_index is None else part.class_index) if is_one_model else None
            key = source_of(part), index
            weights[key] = weights.get(key, 0.0) + weight * part.weight
    if len(weights) == 1 and next(iter(weights))[1] is None:
        (source, _) = next(iter(weights))
        return SeedLatent(seed=source) if isinstance(source, int) else CodeLatent(code=source)
    parts = tuple(
        Part(seed=source, class_index=index, weight=weight)
        if isinstance(source, int)
        else CodePart(code=source, class_index=index, weight=weight)
        for (source, index), weight in weights.items()
    )
    return BlendLatent(parts=parts, path="slerp" if on_sphere else "lerp")


def mixed_rows(shares: Weighted, near: Picture, on_sphere: bool) -> tuple[MixedRows, ...]:
    """Row by row between the latents that all have there. The rows of one model are none of another's: where
    the model changes, the nearer one's stay."""
    if len({picture.model for picture, _ in shares}) > 1:
        return near.mix
    edges = {
        edge for picture, _ in shares for rows in picture.mix for edge in (rows.layers.start, rows.layers.end)
    }
    own = mixed_latent(shares, near, on_sphere)
    found: list[MixedRows] = []
    for start, end in pairwise(sorted(edges)):
        there: Weighted = tuple((as_of_row(picture, start), weight) for picture, weight in shares)
        latent = mixed_latent(there, as_of_row(near, start), on_sphere)
        if latent == own:
            continue
        if found and found[-1].layers.end == start and found[-1].latent == latent:
            layers = LayerRange(start=found.pop().layers.start, end=end)
        else:
            layers = LayerRange(start=start, end=end)
        found.append(MixedRows(layers=layers, latent=latent))
    return tuple(found)


def latents_of(picture: Picture) -> tuple[Latent, ...]:
    """The picture's own latent and those that give it rows."""
    return (picture.latent, *(rows.latent for rows in picture.mix))


def as_of_row(picture: Picture, row: int) -> Picture:
    """The picture with the latent that gives it a style row, and no other."""
    having = (rows.latent for rows in picture.mix if rows.layers.start <= row < rows.layers.end)
    return picture.model_copy(update={"latent": next(having, picture.latent), "mix": ()})


def parts_of(picture: Picture) -> tuple[Part | CodePart, ...]:
    """A latent unfolded into its seeds and codes."""
    latent = picture.latent
    match latent:
        case BlendLatent():
            return latent.parts
        case CodeLatent():
            return (CodePart(code=latent.code, weight=1.0),)
        case SeedLatent():
            return (Part(seed=latent.seed, weight=1.0),)


def mixed_noise(pair: Weighted) -> tuple[NoisePart, ...]:
    """The seeds of both, shares of no noise left out; empty where both have the same noise."""
    (a, _), (b, _) = pair
    if (a.noise_seed, a.noise_blend) == (b.noise_seed, b.noise_blend):
        return a.noise_blend
    weights: dict[int, float] = {}
    for picture, weight in pair:
        for part in _noise_parts(picture):
            weights[part.seed] = weights.get(part.seed, 0.0) + weight * part.weight
    return tuple(NoisePart(seed=seed, weight=min(weight, 1.0)) for seed, weight in weights.items())


def _noise_parts(picture: Picture) -> tuple[NoisePart, ...]:
    if picture.noise_blend or picture.noise_seed is None:
        return picture.noise_blend
    return (NoisePart(seed=picture.noise_seed, weight=1.0),)
