"""torchvision, imported so that it loads beside any torch: its networks need no compiled operator here."""

import functools
from types import ModuleType

import torch

from wend.errors import WeightsInvalid

# Beside a torch of another build, torchvision's compiled library does not load, and its import stops at
# the first fake kernel it registers for an operator nobody declared. Declaring these two lets it go on.
_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


@functools.cache
def torchvision_models() -> ModuleType:
    """`torchvision.models`, whether or not its compiled operators load."""
    try:
        import torchvision.models as models
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        _declare()
        import torchvision.models as models
    return models  # type: ignore[no-any-return]  # torchvision has no types


@functools.cache
def _declare() -> torch.library.Library:
    """Declares the operators once; they last as long as the library, which the cache keeps."""
    library = torch.library.Library("torchvision", "DEF")
    for schema in _SCHEMAS:
        library.define(schema)
    return library


def has_compiled_operators() -> bool:
    """Whether torchvision's own compiled operators (nms, roi_align) work beside this torch."""
    torchvision_models()
    from torchvision.extension import _has_ops

    return bool(_has_ops())


def require_compiled_operators(file_name: str, kind: str) -> None:
    """Raises: WeightsInvalid where torchvision's compiled operators, which `kind` needs, do not load."""
    if not has_compiled_operators():
        raise WeightsInvalid(
            file_name,
            f"{kind} needs torchvision's compiled operators (nms), which do not load beside this torch;"
            " a one-stage detector (SSD, SSDlite, RetinaNet, FCOS) works without them",
        )
