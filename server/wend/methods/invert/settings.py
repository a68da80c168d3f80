"""Search settings: how a picture is looked for, whoever asks - a photo's job, a report, a measure."""

from dataclasses import dataclass
from typing import Literal

Place = Literal["w+", "w", "z"]
LayeredPlace = Literal["layers", "encoder"]
"""What `methods.layerwise` finds: an activation behind early layers, or an encoder's word alone."""
AnyPlace = Literal["w+", "w", "z", "layers", "encoder"]
"""One list, for a form: a union of two would be none."""


@dataclass(frozen=True)
class SearchSettings:
    """What `Inversion` is told. class_index: None for the class that fits best; tries: pictures drawn first;
    generations: of the evolution in z; updates: of the gradient; pixels: weight of their squared
    difference beside the distance; near: price of lying far from what the generator knows; learning_rate: of
    Adam, in standard deviations of the latents.
    """

    place: Place = "w+"
    class_index: int | None = None
    tries: int = 256
    generations: int = 12
    updates: int = 300
    pixels: float = 1.0
    near: float = 0.002
    learning_rate: float = 0.05
    seed: int = 0
