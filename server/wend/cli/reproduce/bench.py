"""What an experiment on one model works with, opened from the settings."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from wend.library.models import ModelStore
    from wend.methods.workbench import Workbench
    from wend.settings import Settings


def open_bench(settings: "Settings", store: "ModelStore", model: str, device: "torch.device") -> "Workbench":
    """The model on the device, the shelf and the networks that look. Raises: ModelNotFound."""
    from wend.library.perception import PerceptionStore
    from wend.library.shelf import Shelf
    from wend.methods.workbench import Workbench
    from wend.perception.trust import Trust

    return Workbench(
        model,
        store.load(model, device),
        Shelf(store, settings.data_dir / "shelf"),
        PerceptionStore(settings.perception_roots, Trust.of(settings)),
    )
