"""Semantic segmenters of the transformers library, from a local folder: its architectures, our reading.

The library builds a network from `config.json` and nothing else; tensors are read here, so no pickle is
executed, no program of the folder runs and no network is asked for anything.
"""

import importlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import fill, first_line, read_bytes, read_tensors
from wend.perception.imagenet import IMAGENET
from wend.perception.offline import offline
from wend.perception.operators import torchvision_models
from wend.perception.plug_in import PlugIn
from wend.perception.preprocess import Preprocess
from wend.perception.sizes import check_images, resize
from wend.perception.transformers_config import refuse_requests

INSTALL = "pip install transformers"
_JSON_BYTES = 4 * 2**20
_WHOLE = ("model.safetensors", "pytorch_model.bin")
_SHARDS = "model-*-of-*.safetensors"


class TransformersSegmenter(nn.Module):
    """Label network."""

    def __init__(self, network: nn.Module, preprocess: Preprocess, names: tuple[str, ...]) -> None:
        super().__init__()
        self.network: Any = network  # the library's answers have no types here
        self.preprocess, self.names = preprocess, names

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names

    def logits(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> float32 [N, K, H, W]; differentiable. Raises: InvalidShape."""
        check_images(images)
        answer: Tensor = self.network(pixel_values=self.preprocess.apply(images)).logits
        return resize(answer.float(), *images.shape[-2:])


def read_transformers_segmenter(plug_in: PlugIn) -> TransformersSegmenter:
    """Kind 'transformers-segmenter', role labels; `file` is the folder. Its labels and preprocessing are
    the folder's own where the card gives none.

    Raises: WeightsInvalid, also where the library is not installed, with the line that installs it.
    """
    plug_in.known_keys()
    folder, name = plug_in.path, plug_in.file_name
    if folder.is_symlink() or not folder.is_dir():
        raise WeightsInvalid(name, "a transformers network is a folder with config.json and its weights")
    if plug_in.sha256 is not None:
        raise plug_in.refused("sha256 is of one file; a folder has none")
    config = _read_json(folder / "config.json")
    refuse_requests(config, name)
    tensors = _read_folder(folder, plug_in)
    network = _build(folder, name)
    fill(network, tensors, name)
    kept = config.get("id2label")
    table = {str(k): str(v) for k, v in kept.items()} if isinstance(kept, Mapping) else {}
    own = tuple(table[key] for key in sorted(table, key=int)) if all(k.isdecimal() for k in table) else ()
    return TransformersSegmenter(network, _preprocess(folder, plug_in), plug_in.names or own)


def _build(folder: Path, name: str) -> nn.Module:
    torchvision_models()  # the library looks at torchvision, which must have been made to load
    try:
        library: Any = importlib.import_module("transformers")
        hub: Any = importlib.import_module("huggingface_hub.errors")
        constants: Any = importlib.import_module("huggingface_hub.constants")
    except ImportError as error:
        raise WeightsInvalid(name, f"it needs the transformers library: {INSTALL}") from error
    # What newer versions raise for a value of the wrong type; older ones leave that to Python.
    wrong_value = getattr(hub, "StrictDataclassError", ValueError)
    try:
        with offline(constants), torch.random.fork_rng(devices=[]):
            config = library.AutoConfig.from_pretrained(
                str(folder), local_files_only=True, trust_remote_code=False
            )
            # Once more, for what an architecture switches on by itself where its file says nothing.
            refuse_requests(config.to_dict(), name)
            network: nn.Module = library.AutoModelForSemanticSegmentation.from_config(
                config, trust_remote_code=False
            )
    except (wrong_value, ValueError, KeyError, OSError, TypeError, AttributeError) as error:
        why = f"transformers makes no semantic segmenter of it ({first_line(error)})"
        raise WeightsInvalid(name, why) from error
    return network


def _read_folder(folder: Path, plug_in: PlugIn) -> dict[str, Tensor]:
    limit = plug_in.trust.max_weights_bytes
    for file in _WHOLE:
        if (folder / file).exists():
            return read_tensors(folder / file, max_bytes=limit)
    shards = sorted(folder.glob(_SHARDS))
    if not shards:
        raise WeightsInvalid(plug_in.file_name, f"it holds none of {', '.join(_WHOLE)}, {_SHARDS}")
    too_large = f"its shards hold more than {limit} bytes together (setting max_weights_bytes)"
    if sum(shard.lstat().st_size for shard in shards) > limit:
        raise WeightsInvalid(plug_in.file_name, too_large)
    tensors: dict[str, Tensor] = {}
    held = 0
    for shard in shards:
        part = read_tensors(shard, max_bytes=limit)
        held += sum(tensor.nbytes for tensor in part.values())  # a packed shard holds more than its size
        if held > limit:
            raise WeightsInvalid(plug_in.file_name, too_large)
        tensors |= part
    return tensors


def _read_json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(read_bytes(path, max_bytes=_JSON_BYTES))
    except (ValueError, RecursionError) as error:
        raise WeightsInvalid(f"{path.parent.name}/{path.name}", f"it is no JSON ({error})") from error
    return found if isinstance(found, dict) else {}


def _preprocess(folder: Path, plug_in: PlugIn) -> Preprocess:
    """The card's; else what the folder's `preprocessor_config.json` says; else ImageNet's colours."""
    path = folder / "preprocessor_config.json"
    if plug_in.preprocess is not None or not path.exists():
        return plug_in.preprocessing(IMAGENET)
    found = _read_json(path)
    size = found.get("size")
    if isinstance(size, dict):
        size = size.get("height") or size.get("shortest_edge")
    side = size if isinstance(size, int) and found.get("do_resize", True) else None
    mean, sd = _triple(found.get("image_mean")), _triple(found.get("image_std"))
    return Preprocess(side, mean or IMAGENET.mean, sd or IMAGENET.sd)


def _triple(value: object) -> tuple[float, float, float] | None:
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(v, int | float) for v in value):
        return None
    first, second, third = value
    return float(first), float(second), float(third)
