"""Factor sight: what is seen of calibrated factors in pictures, by a network or by the pixels themselves."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from wend.library.walk_record import WalkRecord
from wend.measure.attributes import Attributes, of_measurement
from wend.measure.circle import difference
from wend.measure.walk_judge import PIXELS, pixels_of
from wend.perception.network import FactorNetwork, Measurement


def is_seen(record: WalkRecord, network: FactorNetwork | None) -> bool:
    """Whether pictures tell the values of a factor: it is counted from what is measured, and that is here."""
    factor = record.factor
    if factor is None or factor.attribute is None or factor.anchor != "measured":
        return False
    if factor.attribute in PIXELS:
        return True
    return network is not None and any(a.name == factor.attribute for a in network.attributes)


class FactorSight:
    """Looks for k factors. network: what measures those that pixels do not tell; None where nothing does."""

    def __init__(self, records: Sequence[WalkRecord], network: FactorNetwork | None) -> None:
        self._names = [
            record.factor.attribute if record.factor is not None and is_seen(record, network) else None
            for record in records
        ]
        self._network = network if any(name and name not in PIXELS for name in self._names) else None

    @property
    def names(self) -> tuple[str | None, ...]:
        """What tells each factor: an attribute's name; None where nothing does."""
        return tuple(self._names)

    @property
    def seen(self) -> tuple[bool, ...]:
        """Which of the factors it sees, [k]."""
        return tuple(name is not None for name in self._names)

    @torch.no_grad()
    def values(self, images: Tensor, near: Tensor, measured: Measurement | None = None) -> Tensor:
        """Of images [N, 3, H, W] in [-1, 1], float64 [N, k] on the CPU; NaN of a factor that is not seen, or
        not found in a picture.

        near: [N, k]; what comes round (a hue) is told as the number nearest to these. measured: what the
        network has measured of these images, where it has.
        """
        images = images.clamp(-1.0, 1.0)
        found = Attributes()
        if self._network is not None:
            told = self._network.measure(images) if measured is None else measured
            found = Attributes(of_measurement(self._network, told).columns)
        if any(name in PIXELS for name in self._names):
            found = found.beside(pixels_of(images))
        values = np.full((len(images), len(self._names)), np.nan)
        for place, name in enumerate(self._names):
            if name is not None:
                column, wanted = found[name], near[:, place].double().cpu().numpy()
                values[:, place] = wanted + difference(column.values, wanted, column.period)
        return torch.from_numpy(values)
