"""Own: weights that this program wrote, which say of what network they are, or beside which a card does.

Nothing is taken at its word: names and shapes are compared when the network is built, and what it would
draw is bounded here.
"""

import json
from collections.abc import Mapping
from contextlib import suppress

from wend.errors import FormatTooLarge, FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.layouts.stylegan2_shapes import MAX_RESOLUTION, drawable
from wend.formats.layouts.stylegan3 import check_drawable
from wend.formats.limits import Limits
from wend.formats.modules import state_dict, taken
from wend.generators.sizes import MAX_MAPPING_LAYERS
from wend.generators.stylegan3_design import StyleGAN3Config

METADATA = "wend"
"""Key of a safetensors file's metadata, under which its weights say what they are, as JSON."""
KINDS = frozenset(
    {
        "stylegan1", "stylegan2", "stylegan3", "biggan", "biggan-original", "dcgan", "vae", "vae-dense",
        "deconvolution", "dense", "progressive", "residual",
    }
)  # fmt: skip
_SECTIONS = ("training", "world")
_MOST = 2**20  # of any number of a configuration
_MOST_SETTINGS, _LONGEST_NAME = 64, 60
_LONGEST_TITLE = 120
_MOST_SIDES = 11
_CHANNELS = ("channel_base", "channel_max")
_WIDEST = (2**15, 512)  # channel_base, channel_max, at the least as large as any configuration has by itself


def convert(found: Found, limits: Limits) -> Converted | None:
    """A generator of this program with what lies beside it; None for anything else."""
    told = _told(found)
    kind, config = told.get("kind"), told.get("config")
    if not isinstance(kind, str) or not isinstance(config, Mapping):
        return None
    name = found.name
    if kind not in KINDS:
        raise FormatUnsupported(
            name, f"its card says {kind[:60]!r}, which is no kind with weights of its own"
        )
    settings = _scalars(name, config)
    _check_sizes(name, kind, settings)
    parts = {part: taken(name, tensors, limits) for part, tensors in found.parts.items()}
    psi, classes = told.get("psi"), told.get("classes")
    return Converted(
        layout="Wend",
        kind=kind,
        config=settings,
        generator=taken(name, state_dict(name, found.value), limits),
        discriminator=parts.get("discriminator"),
        encoder=parts.get("encoder"),
        licence=str(told.get("licence") or "unknown: it is not stated in the file")[:2000],
        psi=float(psi) if isinstance(psi, int | float) and -2.0 <= psi <= 2.0 else 0.7,
        classes=tuple(str(one)[:200] for one in classes) if isinstance(classes, list | tuple) else (),
        sections=_sections(told),
        title=str(told.get("title") or "")[:_LONGEST_TITLE],
    )


def _told(found: Found) -> Mapping[str, object]:
    """What the file says of itself, else what the card beside it does."""
    with suppress(ValueError, RecursionError):
        told = json.loads(found.about.get(METADATA, ""))
        if isinstance(told, dict):
            return told
    return found.card


def _sections(told: Mapping[str, object]) -> str:
    """Training and world, as JSON; '' where nothing is said of them, or nothing that JSON has words for."""
    kept = {key: told[key] for key in _SECTIONS if isinstance(told.get(key), Mapping)}
    with suppress(TypeError, ValueError, RecursionError):
        return json.dumps(kept) if kept else ""
    return ""


def _scalars(name: str, config: Mapping[object, object]) -> dict[str, Scalar]:
    found: dict[str, Scalar] = {}
    if len(config) > _MOST_SETTINGS or any(len(str(key)) > _LONGEST_NAME for key in config):
        raise FormatUnsupported(name, "its settings are too many, or have too long names")
    for key, value in config.items():
        if not isinstance(value, bool | int | float | str):
            raise FormatUnsupported(name, f"its setting {key} is no number and no text")
        if isinstance(value, int | float) and not abs(value) <= _MOST:
            raise FormatTooLarge(name, f"its setting {key} is {str(value)[:40]}")
        found[str(key)] = value
    return found


def _check_sizes(name: str, kind: str, config: Mapping[str, Scalar]) -> None:
    """Raises: FormatTooLarge for what no machine draws; FormatUnsupported."""
    side = config.get("resolution", 0)
    if isinstance(side, int | float) and side > MAX_RESOLUTION:
        raise FormatTooLarge(name, f"it draws {side} px")
    layers = config.get("mapping_layers", 0)
    if isinstance(layers, int | float) and layers > MAX_MAPPING_LAYERS:
        raise FormatUnsupported(name, f"its mapping has more than {MAX_MAPPING_LAYERS} layers")
    try:
        if kind in ("stylegan1", "stylegan2"):
            base, widest = (int(config.get(key, most)) for key, most in zip(_CHANNELS, _WIDEST, strict=True))
            drawable(name, ((min(base // 2**k, widest), 2**k) for k in range(2, int(side).bit_length())))
        if kind == "dcgan":
            drawable(name, [(int(config.get("maps", 1)), int(side) // 2)])
        if kind == "stylegan3":
            check_drawable(name, StyleGAN3Config(**config))  # type: ignore[arg-type]  # its own checks follow
        widths = [int(width) for width in str(config.get("widths", "")).split(",") if width.strip()]
        times = int(config.get("channel_width", 1))
    except (TypeError, ValueError, ArithmeticError) as error:
        raise FormatUnsupported(name, f"of its settings, {str(error)[:200]}") from error
    if kind != "dense":
        if len(widths) > _MOST_SIDES:
            raise FormatTooLarge(name, f"it doubles {len(widths)} times")
        drawable(name, ((width * times, 4 * 2**k) for k, width in enumerate(widths)))
