"""The first StyleGAN of the TensorFlow programs: a tuple (G, D, Gs) of pickled networks, in genforce's terms.

Source: docs/formats.md, sections 1 and 2 (genforce's names are a renaming of these variables).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from wend.errors import FormatDamaged, FormatUnsupported
from wend.formats.found import Converted, Found
from wend.formats.layouts.nvidia import LICENCE
from wend.formats.layouts.parts import StoredTensors
from wend.formats.layouts.stylegan1 import converted_from
from wend.formats.layouts.tf_stylegan2 import networks_of, variables_of
from wend.formats.limits import Limits
from wend.formats.tensors import Array, of_array

LEAST_VERSION = 2
_STYLE = "/StyleMod/weight"
_Namer = Callable[[re.Match[str], int], str]


def convert(found: Found, limits: Limits) -> Converted | None:
    """The average generator of three TensorFlow networks, with its discriminator; None for anything else."""
    networks = networks_of(found)
    if networks is None:
        return None
    _, judge, average = networks
    name = found.name
    try:
        variables = variables_of(name, average, LEAST_VERSION)
    except FormatUnsupported:
        return None
    if not any(key.endswith(_STYLE) for key in variables):
        return None
    sides = [int(match[1]) for key in variables if (match := _SIDE.match(key))]
    last = _BLOCKS.get(max(sides, default=4), 0)
    tensors = _renamed(name, variables, _GENERATOR, last)
    try:
        judged = _renamed(name, variables_of(name, judge, LEAST_VERSION), _DISCRIMINATOR, last)
    except (FormatUnsupported, FormatDamaged):
        judged = {}
    converted = converted_from(name, tensors, judged, limits)
    about = () if judged else ("D: it is no discriminator of this program",)
    return replace(
        converted,
        layout="TensorFlow StyleGAN",
        ignored=("G: not needed beside Gs", *converted.ignored, *about),
        licence=LICENCE,
    )


_SIDE = re.compile(r"synthesis/(\d{1,4})x\1/")
_BLOCKS = {4 * 2**k: k for k in range(11)}  # how many doublings after 4 px a side comes


def _row(match: re.Match[str], _last: int) -> str:
    """The layer that a side's first or second half is, with what is in it."""
    block, first = _BLOCKS[int(match[1])], match[2] in ("Const", "Conv0_up")
    parts = {
        "const": "const", "weight": "weight", "bias": "bias", "Noise/weight": "apply_noise.weight",
        "StyleMod/weight": "style.weight", "StyleMod/bias": "style.bias",
    }  # fmt: skip
    return f"synthesis.layer{2 * block + (not first)}.{parts[match[3]]}"


def _judge_row(match: re.Match[str], last: int) -> str:
    """Layers of a discriminator count from the largest side; the smallest has three."""
    index = {"Conv0": 0, "Conv1_down": 1, "Conv": 0, "Dense0": 1, "Dense1": 2}[match[2]]
    return f"layer{2 * (last - _BLOCKS[int(match[1])]) + index}.{match[3]}"


_IN_LAYER = r"(const|weight|bias|Noise/weight|StyleMod/weight|StyleMod/bias)"
_GENERATOR: tuple[tuple[str, _Namer], ...] = (
    (r"dlatent_avg", lambda _, __: "truncation.w_avg"),
    (r"mapping/Dense(\d{1,2})/(weight|bias)", lambda m, _: f"mapping.dense{m[1]}.{m[2]}"),
    (r"mapping/LabelConcat/weight", lambda _, __: "mapping.label_weight"),
    (r"synthesis/lod", lambda _, __: "synthesis.lod"),
    (r"synthesis/noise(\d{1,2})", lambda m, _: f"synthesis.layer{m[1]}.apply_noise.noise"),
    (rf"synthesis/(\d{{1,4}})x\1/(Const|Conv|Conv0_up|Conv1)/{_IN_LAYER}", _row),
    (
        r"synthesis/ToRGB_lod(\d{1,2})/(weight|bias)",
        lambda m, last: f"synthesis.output{last - int(m[1])}.{m[2]}",
    ),
)
_DISCRIMINATOR: tuple[tuple[str, _Namer], ...] = (
    (r"FromRGB_lod(\d{1,2})/(weight|bias)", lambda m, _: f"input{m[1]}.{m[2]}"),
    (r"(\d{1,4})x\1/(Conv0|Conv1_down|Conv|Dense0|Dense1)/(weight|bias)", _judge_row),
)
# Variables of training, which do not draw.
_UNUSED = ("lod", "mapping/lod", "dlatent_avg_beta")


def _renamed(
    name: str, variables: Mapping[str, Array], rules: tuple[tuple[str, _Namer], ...], last: int
) -> StoredTensors:
    """In genforce's names and shapes. Raises: FormatUnsupported for what no rule knows."""
    found: StoredTensors = {}
    for key, array in variables.items():
        if key in _UNUSED:
            continue
        for pattern, namer in rules:
            if (match := re.fullmatch(pattern, key)) is None:
                continue
            try:
                theirs = namer(match, last)
            except KeyError as error:
                raise FormatUnsupported(name, f"{key[:100]} is of no side that a network has") from error
            found[theirs] = of_array(name, np.array(_turned(key, array), order="C"))
            break
        else:
            raise FormatUnsupported(name, f"{key[:100]} is not part of the network")
    return found


def _turned(key: str, array: Array) -> Array:
    """TensorFlow has what goes in before what comes out."""
    if array.ndim == 4 and key.endswith("/weight"):
        return array.transpose(3, 2, 0, 1)
    return array.T if array.ndim == 2 and "LabelConcat" not in key else array
