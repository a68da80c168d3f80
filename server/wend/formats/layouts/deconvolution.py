"""DCGANs of layers `deconv1`, `deconv2`, ..., told a class or not.

Source: docs/formats.md, section 4; Radford, Metz and Chintala, ICLR 2016; Mirza and Osindero, 2014, for the
class beside z. The layer that reads z and the one that reads the class become one over both.
"""

import numpy as np

from wend.errors import FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.layouts.parts import NORM, bare, demand, norm, pair
from wend.formats.layouts.stylegan2_shapes import Shapes, drawable
from wend.formats.limits import Limits
from wend.formats.modules import taken
from wend.formats.tensors import Array

_CHANNELS = (1, 3)
_KERNEL = 4


def convert(found: Found, limits: Limits) -> Converted | None:
    """DCGANs of layers `deconv1`, `deconv2`, ..., with `deconv1_1` for z and `deconv1_2` for the class; None
    for anything else."""
    tensors = bare(found)
    is_told = "deconv1_2.weight" in tensors
    first = ["deconv1_1", "deconv1_2"] if is_told else ["deconv1"]
    if f"{first[0]}.weight" not in tensors or f"{first[0]}_bn.running_mean" not in tensors:
        return None
    name, count = found.name, 1
    while f"deconv{count + 1}.weight" in tensors:
        count += 1
    if not 2 <= count <= 8:
        raise FormatUnsupported(name, f"it has {count} layers")
    reads = [pair(name, tensors, f"{one}.weight") for one in first]
    widths = [sum(after for _, after in reads)]
    widths += [pair(name, tensors, f"deconv{index}.weight")[1] for index in range(2, count + 1)]
    *widths, image_channels = widths
    if image_channels not in _CHANNELS:
        raise FormatUnsupported(name, f"its pictures have {image_channels} channels")
    drawable(name, ((width, 4 * 2**k) for k, width in enumerate(widths)))
    wanted: Shapes = {}
    for one, (before, after) in zip(first, reads, strict=True):
        wanted |= _layer(one, before, after) | norm(f"{one}_bn", after)
    for index, (before, after) in enumerate(zip(widths, [*widths[1:], image_channels], strict=True), 2):
        wanted |= _layer(f"deconv{index}", before, after)
        wanted |= norm(f"deconv{index}_bn", after) if index < count else {}
    demand(name, "generator", tensors, wanted)
    arrays = taken(name, tensors, limits)
    generator = _side_by_side([_own(arrays, one) for one in first])
    for index in range(2, count + 1):
        own = _own(arrays, f"deconv{index}")
        at = 3 * (index - 1)
        generator[f"network.main.{at}.weight"] = own["kernel"]
        if index == count:
            generator[f"network.main.{at}.bias"] = own["added"]
        else:
            generator |= _normed(f"network.main.{at + 1}", own)
    z_dim, c_dim = reads[0][0], reads[1][0] if is_told else 0
    config: dict[str, Scalar] = {
        "z_dim": z_dim, "widths": ",".join(map(str, widths)), "image_channels": image_channels,
        "has_last_bias": True,
    }  # fmt: skip
    if is_told:
        generator["embeddings.weight"] = np.eye(c_dim, dtype=np.float32)
        config |= {"c_dim": c_dim, "embed_dim": c_dim}
    return Converted(
        layout="DCGAN with classes" if is_told else "DCGAN (numbered layers)",
        kind="deconvolution",
        config=config,
        generator=generator,
        psi=1.0,
    )


def _layer(name: str, before: int, after: int) -> Shapes:
    return {f"{name}.weight": (before, after, _KERNEL, _KERNEL), f"{name}.bias": (after,)}


def _own(arrays: dict[str, Array], layer: str) -> dict[str, Array]:
    """A layer's kernel and what it adds, and the norm behind it, where there is one."""
    found = {"kernel": arrays[f"{layer}.weight"], "added": arrays[f"{layer}.bias"]}
    return found | {part: arrays[key] for part in NORM if (key := f"{layer}_bn.{part}") in arrays}


def _normed(name: str, own: dict[str, Array]) -> dict[str, Array]:
    """A norm in our names. Ours stands behind a layer that adds nothing: what theirs adds, the mean lacks."""
    mean = own["running_mean"].astype(np.float64) - own["added"]
    parts = {**{part: own[part] for part in NORM}, "running_mean": mean.astype(np.float32)}
    return {f"{name}.{part}": array for part, array in parts.items()}


def _side_by_side(layers: list[dict[str, Array]]) -> dict[str, Array]:
    """First layers that read one input each as one layer over all of them: zeros where they do not meet."""
    reads = [len(own["kernel"]) for own in layers]
    widths = [own["kernel"].shape[1] for own in layers]
    kernel = np.zeros((sum(reads), sum(widths), _KERNEL, _KERNEL), np.float32)
    for index, own in enumerate(layers):
        row, column = sum(reads[:index]), sum(widths[:index])
        kernel[row : row + reads[index], column : column + widths[index]] = own["kernel"]
    norms = [_normed("network.main.1", own) for own in layers]
    joined = {key: np.concatenate([one[key] for one in norms]) for key in norms[0]}
    return {"network.main.0.weight": kernel, **joined}
