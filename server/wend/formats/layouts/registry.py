"""Registry: every layout, in the order in which a file is shown to them."""

from collections.abc import Callable, Mapping

from wend.errors import FormatUnknown
from wend.formats.found import Converted, Found
from wend.formats.layouts import (
    biggan_deep,
    biggan_original,
    deconvolution,
    dense,
    genforce,
    nvidia,
    own,
    progressive,
    residual,
    rosinality,
    small,
    stylegan1,
    stylegan1_rosinality,
    stylegan3,
    tf_stylegan1,
    tf_stylegan2,
)
from wend.formats.limits import Limits
from wend.formats.modules import state_dict
from wend.formats.tensors import StoredTensor

Layout = Callable[[Found, Limits], Converted | None]

LAYOUTS: tuple[Layout, ...] = (
    own.convert,
    stylegan3.convert,
    nvidia.convert,
    nvidia.convert_bare,
    tf_stylegan1.convert,
    tf_stylegan2.convert,
    rosinality.convert,
    stylegan1.convert,
    stylegan1_rosinality.convert,
    genforce.convert,
    genforce.convert_progressive,
    biggan_deep.convert,
    biggan_original.convert,
    progressive.convert,
    progressive.convert_zoo,
    residual.convert,
    residual.convert_mimicry,
    small.convert_vae,
    small.convert_dcgan,
    small.convert_dense_vae,
    small.convert_dense,
    dense.convert,
    dense.convert_relu_layers,
    deconvolution.convert,
)


def convert(found: Found, limits: Limits) -> Converted:
    """What the first layout that knows the file makes of it.

    Raises: FormatUnknown, with the first names it holds; FormatUnsupported, FormatDamaged,
    FormatTooLarge and FormatUnsafe of the layout.
    """
    for layout in LAYOUTS:
        converted = layout(found, limits)
        if converted is not None:
            return converted
    if _is_direction(found.value):
        raise FormatUnknown(
            found.name, "it holds directions, not a generator: `wend models directions MODEL FILE` takes it"
        )
    named = sorted(state_dict(found.name, found.value))[:3]
    what = f"tensors called {', '.join(name[:60] for name in named)}" if named else "no named tensors"
    raise FormatUnknown(found.name, f"it holds {what}, which no known generator has")


_OF_DIRECTIONS = ({"lat_comp"}, {"mean", "comp", "std"}, {"eigvec"}, {"direction", "name"})


def _is_direction(value: object) -> bool:
    """Whether `directions.read_directions` may know it: one array, or a dict as its programs write."""
    if isinstance(value, Mapping):
        return any(keys <= value.keys() for keys in _OF_DIRECTIONS)
    return isinstance(value, StoredTensor)
