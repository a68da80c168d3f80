"""Factor values: what every factor on a model's shelf says of one picture, with all its edits."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from wend.documents.picture import Picture
from wend.library.walk_record import WalkRecord
from wend.pictures.resolve import Loaded, Resolver


@dataclass(frozen=True)
class FactorValue:
    """A factor of a picture, as its walk predicts it (open loop). value: in the factor's unit; position: in
    standard deviations of the prior; see `FactorWalk` for the rest. measured: what is seen in the picture
    itself, in the same unit; None where nothing looks, or sees it."""

    walk: str
    value: float
    position: float
    is_off_prior: bool
    is_unseen: bool
    measured: float | None = None


def factor_values(
    picture: Picture, records: Sequence[WalkRecord], resolver: Resolver, loaded: Loaded
) -> tuple[FactorValue, ...]:
    """Of every record that is a factor, in their order; none of a factor in z where the picture has no z.

    As far as is known by now, where still masks have yet to be worked out. Raises: as `Resolver.resolve`.
    """
    factors = [record for record in records if record.factor is not None]
    if not factors:
        return ()
    ws = resolver.resolve(picture, loaded, waits=False).ws
    z = resolver.z(picture, loaded) if any(record.space == "z" for record in factors) else None
    found = []
    for record in factors:
        assert record.factor is not None
        latent = z if record.space == "z" else ws
        if latent is None:
            continue
        walk = record.factor.walk.to(latent.device)
        with torch.no_grad():
            position = walk.position(latent)
            found.append(
                FactorValue(
                    record.id,
                    float(walk.curve(position)[0]),
                    float(position[0]),
                    bool(walk.is_off_prior(latent)[0]),
                    bool(walk.is_unseen(latent)[0]),
                )
            )
    return tuple(found)
