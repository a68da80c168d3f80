"""Area tally: label areas of a stream of pictures, summed up without keeping them."""

from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.measure.label_areas import LabelAreas
from wend.measure.moments import Moments, RunningMoments

PERCENT = 100.0
"""Areas are percent of the picture from here on, and are made so in one place, `percent_of`."""

PRESENT = 4.0 / 64.0**2
"""A label on fewer pixels than four of 64 x 64 is not there."""


def percent_of(areas: LabelAreas) -> NDArray[np.float64]:
    """Areas in percent of the picture, float64 [N, K], every row summing to 100.

    Source: Bau et al. 2019, released code: fractions times 100 before any statistic.
    """
    return PERCENT * areas.shares


class AreaTally:
    """Memory is that of two covariances [K, K], however long the stream."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self._moments = RunningMoments()
        self._present = np.zeros(len(names))
        self._outlines = np.zeros(len(names))

    @property
    def count(self) -> int:
        """Pictures taken."""
        return self._moments.count

    def add(self, areas: LabelAreas) -> None:
        """Take more pictures. Raises: InvalidShape for areas of other labels."""
        self._moments.add(percent_of(areas))
        self._present += (areas.shares >= PRESENT).sum(axis=0)
        self._outlines += areas.outlines.sum(axis=0)

    def merged(self, other: "AreaTally") -> "AreaTally":
        """Of this and another stream of the same labels together."""
        both = AreaTally(self.names)
        for part in (self, other):
            both._moments.merge(part._moments)
            both._present += part._present
            both._outlines += part._outlines
        return both

    def moments(self) -> Moments:
        """Mean [K] in percent and covariance [K, K] in percent squared.

        Raises: InvalidShape below two pictures.
        """
        return self._moments.result()

    def frequency(self) -> NDArray[np.float64]:
        """Share of the pictures in which each label is there, 0..1, [K]."""
        return self._present / max(self.count, 1)

    def outline(self) -> NDArray[np.float64]:
        """Mean length of each label's outline, in sides of the picture, [K]."""
        return self._outlines / max(self.count, 1)

    def state_dict(self) -> dict[str, object]:
        return {
            "moments": self._moments.state_dict(),
            "present": torch.from_numpy(self._present.copy()),
            "outlines": torch.from_numpy(self._outlines.copy()),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError for a state of something else."""
        self._moments.load_state_dict(cast("dict[str, object]", state["moments"]))
        self._present = cast("Tensor", state["present"]).numpy().copy()
        self._outlines = cast("Tensor", state["outlines"]).numpy().copy()
