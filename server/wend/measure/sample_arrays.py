"""Sample arrays: a sample as arrays and one line of JSON, as files and checkpoints keep it."""

import json
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from wend.imaging.pixels import to_images, to_uint8
from wend.measure.attributes import AttributeColumn, Attributes, ChoiceColumn
from wend.measure.sample import Sample

ARRAYS = ("vectors", "pixels", "factors", "chances", "areas", "shown")
"""Names of the arrays, each with a row per picture but `shown`, which holds the first ones alone."""

Array = NDArray[np.generic]
Layout = dict[str, list[list[object]]]


def told_of(sample: Sample) -> tuple[str, dict[str, Array]]:
    """Names and units as JSON, and `ARRAYS`; shown pictures as uint8 [n, H, W, 3]."""
    layout = {"factors": _layout(sample.factors), "areas": _layout(sample.areas)}
    chances = [np.zeros((len(sample), 0)), *(c.chances for c in sample.factors.choices)]
    return json.dumps(layout), {
        "vectors": sample.vectors,
        "pixels": sample.pixels,
        "factors": _values(sample.factors),
        "chances": np.concatenate(chances, axis=1),
        "areas": _values(sample.areas),
        "shown": to_uint8(sample.shown).cpu().numpy(),
    }


def sample_of(layout: str, arrays: Mapping[str, Array]) -> Sample:
    """Back again. Raises: ValueError, KeyError for what is none."""
    told = json.loads(layout)
    areas = np.asarray(arrays["areas"])
    return Sample(
        np.asarray(arrays["vectors"], dtype=np.float32),
        np.asarray(arrays["pixels"], dtype=np.float32),
        _unpack(told["factors"], arrays["factors"], arrays["chances"]),
        _unpack(told["areas"], areas, np.zeros((len(areas), 0))),
        to_images(np.asarray(arrays["shown"], dtype=np.uint8)),
    )


def _layout(attributes: Attributes) -> Layout:
    return {
        "columns": [[c.name, c.unit, c.period] for c in attributes.columns],
        "choices": [[c.name, *c.options] for c in attributes.choices],
    }


def _values(attributes: Attributes) -> np.ndarray:
    return np.stack([c.values for c in attributes.columns], axis=1)


def _unpack(layout: Layout, values: np.ndarray, chances: np.ndarray) -> Attributes:
    columns = tuple(
        AttributeColumn(str(name), str(unit), values[:, i], None if period is None else float(str(period)))
        for i, (name, unit, period) in enumerate(layout["columns"])
    )
    choices: list[ChoiceColumn] = []
    start = 0
    for name, *options in layout["choices"]:
        stop = start + len(options)
        choices.append(ChoiceColumn(str(name), tuple(str(o) for o in options), chances[:, start:stop]))
        start = stop
    return Attributes(columns, tuple(choices))
