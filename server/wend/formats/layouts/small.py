"""Small generators: VAEs with their encoders, DCGAN of the PyTorch examples, dense GANs.

Source: docs/formats.md, section 4. What each file does not say (a padding) is guessed, and the guess is told.
"""

import math

from wend.errors import FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.layouts.parts import NORM, bare, demand, dense, pair, prefixed, within
from wend.formats.layouts.stylegan2_shapes import Shapes, difference, drawable
from wend.formats.limits import Limits
from wend.formats.modules import taken

_OURS = "network."


def _convolution(name: str, first: int, second: int, biased: int, kernel: int = 4) -> Shapes:
    return {f"{name}.weight": (first, second, kernel, kernel), f"{name}.bias": (biased,)}


def convert_vae(found: Found, limits: Limits) -> Converted | None:
    """The convolutional VAE of disentangling-vae, decoder and encoder; None for anything else."""
    tensors = bare(found)
    decoder, encoder = within(tensors, "decoder."), within(tensors, "encoder.")
    if "convT3.weight" not in decoder or "lin1.weight" not in decoder:
        return None
    hidden, z_dim = pair(found.name, decoder, "lin1.weight")
    c, image_channels = pair(found.name, decoder, "convT3.weight")
    side = 64 if "convT_64.weight" in decoder else 32
    wanted = {
        **dense("lin1", z_dim, hidden), **dense("lin2", hidden, hidden), **dense("lin3", hidden, 16 * c),
        **_convolution("convT1", c, c, c), **_convolution("convT2", c, c, c),
        **_convolution("convT3", c, image_channels, image_channels),
        **(_convolution("convT_64", c, c, c) if side == 64 else {}),
    }  # fmt: skip
    demand(found.name, "decoder", decoder, wanted)
    seen = {
        **_convolution("conv1", c, image_channels, c), **_convolution("conv2", c, c, c),
        **_convolution("conv3", c, c, c), **(_convolution("conv_64", c, c, c) if side == 64 else {}),
        **dense("lin1", 16 * c, hidden), **dense("lin2", hidden, hidden),
        **dense("mu_logvar_gen", hidden, 2 * z_dim),
    }  # fmt: skip
    drawable(found.name, [(c, side)])
    ignored = [key for key in tensors if not key.startswith(("decoder.", "encoder."))]
    why = difference(encoder, seen) if encoder else "it has none"
    if image_channels not in (1, 3):
        raise FormatUnsupported(found.name, f"its pictures have {image_channels} channels")
    config: dict[str, Scalar] = {
        "resolution": side, "z_dim": z_dim, "image_channels": image_channels, "channels": c, "hidden": hidden,
    }  # fmt: skip
    about = {str(key): found.beside[key] for key in ("dataset", "loss") if key in found.beside}
    return Converted(
        layout="disentangling-vae",
        kind="vae",
        config=config,
        generator=taken(found.name, prefixed(decoder, _OURS), limits),
        encoder=None if why else taken(found.name, encoder, limits),
        ignored=(*(f"{key}: not part of a VAE" for key in ignored), *((f"encoder: {why}",) if why else ())),
        notes=tuple(f"{key}: {str(value)[:80]}" for key, value in about.items()),
        psi=1.0,
    )


def convert_dense_vae(found: Found, limits: Limits) -> Converted | None:
    """A VAE of two dense layers either way, whose pictures are grey squares; None for anything else."""
    tensors = bare(found)
    if not {"fc3.weight", "fc4.weight"} <= tensors.keys() or "fc5.weight" in tensors:
        return None
    hidden, z_dim = pair(found.name, tensors, "fc3.weight")
    pixels, _ = pair(found.name, tensors, "fc4.weight")
    side = _square(found.name, pixels)
    decoder = {key: t for key, t in tensors.items() if key.startswith(("fc3.", "fc4."))}
    encoder = {key: t for key, t in tensors.items() if key not in decoder}
    demand(found.name, "decoder", decoder, {**dense("fc3", z_dim, hidden), **dense("fc4", hidden, pixels)})
    seen = {**dense("fc1", pixels, hidden), **dense("fc21", hidden, z_dim), **dense("fc22", hidden, z_dim)}
    why = difference(encoder, seen)
    return Converted(
        layout="VAE of dense layers",
        kind="vae-dense",
        config={"resolution": side, "z_dim": z_dim, "hidden": hidden},
        generator=taken(found.name, prefixed(decoder, _OURS), limits),
        encoder=None if why else taken(found.name, encoder, limits),
        ignored=(f"encoder: {why}",) if why else (),
        psi=1.0,
    )


def convert_dense(found: Found, limits: Limits) -> Converted | None:
    """A GAN's generator of dense layers numbered 0, 2, 4, ...; None for anything else."""
    tensors = bare(found)
    count = 0
    while f"{2 * count}.weight" in tensors:
        count += 1
    if count < 2 or len(tensors) != 2 * count or len(tensors["0.weight"].shape) != 2:
        return None
    widths = [pair(found.name, tensors, f"{2 * k}.weight") for k in range(count)]
    if widths[-1][0] == 1:
        raise FormatUnsupported(found.name, "it is a discriminator, which draws nothing")
    side, z_dim = _square(found.name, widths[-1][0]), widths[0][1]
    hidden = [after for after, _ in widths[:-1]]
    ends = [z_dim, *hidden, side * side]
    wanted: Shapes = {}
    for k in range(count):
        wanted |= dense(str(2 * k), ends[k], ends[k + 1])
    demand(found.name, "generator", tensors, wanted)
    return Converted(
        layout="GAN of dense layers",
        kind="dense",
        config={"resolution": side, "z_dim": z_dim, "widths": ",".join(map(str, hidden)), "slope": 0.0},
        generator=taken(found.name, {f"network.layers.{key}": t for key, t in tensors.items()}, limits),
        notes=("ReLU between its layers and tanh behind them are guessed: they are not in the file",),
        psi=1.0,
        guessed=("slope",),
    )


def convert_dcgan(found: Found, limits: Limits) -> Converted | None:
    """The DCGAN of the PyTorch examples; None for anything else."""
    tensors = bare(found)
    if "main.0.weight" not in tensors or "main.1.running_mean" not in tensors:
        return None
    z_dim, width = pair(found.name, tensors, "main.0.weight")
    widths: list[int] = []
    wanted: Shapes = {}
    before, index = z_dim, 0
    while f"main.{index + 1}.running_mean" in tensors:
        _, width = pair(found.name, tensors, f"main.{index}.weight")
        wanted[f"main.{index}.weight"] = (before, width, 4, 4)
        wanted |= {f"main.{index + 1}.{key}": (width,) for key in NORM}
        widths.append(width)
        before, index = width, index + 3
    last = tensors.get(f"main.{index}.weight")
    if last is None or len(last.shape) != 4 or last.shape[2] not in (1, 4):
        raise FormatUnsupported(found.name, f"main.{index}.weight is no last layer that is known here")
    channels, kernel = last.shape[1], last.shape[2]
    wanted[f"main.{index}.weight"] = (before, channels, kernel, kernel)
    demand(found.name, "generator", tensors, wanted)
    if channels not in (1, 3) or len(widths) > 8:
        raise FormatUnsupported(found.name, f"its pictures have {channels} channels")
    drawable(found.name, ((width, 4 * 2**k) for k, width in enumerate(widths)))
    # A last kernel of 1 is csinva's: 28 px (MNIST) by a padding of 2, 32 px (CIFAR) without.
    padding = 1 if kernel == 4 else 2 if channels == 1 else 0
    guess = (
        f"the last layer's padding is not in the file; {padding} was guessed from {channels} channels"
        f" (`wend models add FILE --guess last_padding={2 - padding}` makes another model of it)"
    )
    return Converted(
        layout="DCGAN (PyTorch examples)",
        kind="deconvolution",
        config={
            "z_dim": z_dim,
            "widths": ",".join(map(str, widths)),
            "image_channels": channels,
            "last_kernel": kernel,
            "last_padding": padding,
        },
        generator=taken(found.name, prefixed(tensors, _OURS), limits),
        notes=() if kernel == 4 else (guess,),
        psi=1.0,
        guessed=() if kernel == 4 else ("last_padding",),
    )


def _square(name: str, pixels: int) -> int:
    side = math.isqrt(pixels)
    if side * side != pixels or not 4 <= side <= 256:
        raise FormatUnsupported(name, f"its pictures have {pixels} pixels, which is no square")
    return side
