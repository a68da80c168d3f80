"""Transformers folders: built from config.json, filled by our own reading, nothing of theirs executed."""

import importlib.util
import json
import os
import pickle
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from tests.perception.plugging import gradient_of, plug, randomized, some_images
from wend.errors import CardInvalid, WeightsInvalid
from wend.perception.operators import torchvision_models
from wend.perception.readers import open_plug_in
from wend.perception.transformers_folder import TransformersSegmenter
from wend.perception.trust import Trust

KIND = "transformers-segmenter"
CONFIG = {
    "model_type": "segformer", "num_encoder_blocks": 4, "depths": [1, 1, 1, 1], "sr_ratios": [8, 4, 2, 1],
    "hidden_sizes": [4, 4, 8, 8], "num_attention_heads": [1, 1, 2, 2], "decoder_hidden_size": 8,
    "id2label": {"0": "ground", "1": "cat", "2": "dog"}, "label2id": {"ground": 0, "cat": 1, "dog": 2},
}  # fmt: skip
installed = importlib.util.find_spec("transformers") is not None
needs_library = pytest.mark.skipif(
    not installed, reason="transformers, an optional library, is not installed"
)


class Bomb:
    """Runs a command wherever it is unpickled carelessly."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.mark}",)


def described(folder: Path, **more: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({**CONFIG, **more}))
    return folder


def tensors() -> dict[str, torch.Tensor]:
    torchvision_models()
    import transformers  # type: ignore[import-not-found,unused-ignore]  # optional

    library: Any = transformers
    config = library.SegformerConfig(**{k: v for k, v in CONFIG.items() if k != "model_type"})
    return dict(randomized(library.SegformerForSemanticSegmentation(config)).state_dict())


@needs_library
def test_a_segformer_opens_with_its_own_labels_and_colours(tmp_path: Path) -> None:
    folder = described(tmp_path / "segformer")
    save_file(tensors(), folder / "model.safetensors")
    (folder / "preprocessor_config.json").write_text(
        json.dumps(
            {"size": {"height": 48, "width": 48}, "image_mean": [0.4, 0.4, 0.4], "image_std": [0.2] * 3}
        )
    )
    opened = open_plug_in(plug(folder, "labels", KIND))
    assert isinstance(opened, TransformersSegmenter)
    assert opened.labels == ("ground", "cat", "dog")
    assert (opened.preprocess.size, opened.preprocess.mean[0]) == (48, 0.4)
    images = some_images(1, 64).requires_grad_()
    logits = opened.logits(images)
    assert logits.shape == (1, 3, 64, 64)
    assert gradient_of(logits, images) > 0


@needs_library
def test_a_bin_of_tensors_and_shards_open_as_well(tmp_path: Path) -> None:
    found = tensors()
    binary, shards = described(tmp_path / "bin"), described(tmp_path / "shards")
    torch.save(found, binary / "pytorch_model.bin")
    names = sorted(found)
    for number, part in enumerate((names[::2], names[1::2]), start=1):
        save_file({k: found[k] for k in part}, shards / f"model-0000{number}-of-00002.safetensors")
    answers = []
    for folder in (binary, shards):
        opened = open_plug_in(plug(folder, "labels", KIND))
        assert isinstance(opened, TransformersSegmenter)
        with torch.no_grad():
            answers.append(opened.logits(some_images(1, 32)))
    assert torch.equal(*answers)


@needs_library
def test_another_task_is_refused(tmp_path: Path) -> None:
    folder = described(tmp_path / "bert", model_type="bert")
    save_file({"a": torch.ones(1)}, folder / "model.safetensors")
    with pytest.raises(WeightsInvalid, match="transformers makes no semantic segmenter of it"):
        open_plug_in(plug(folder, "labels", KIND))


@needs_library
def test_a_shape_that_differs_is_named(tmp_path: Path) -> None:
    folder = described(tmp_path / "wrong", decoder_hidden_size=16)
    save_file(tensors(), folder / "model.safetensors")
    with pytest.raises(WeightsInvalid, match=r"decode_head\.\S+ has shape"):
        open_plug_in(plug(folder, "labels", KIND))


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_malicious_bin_is_refused_and_nothing_runs(tmp_path: Path, protocol: int) -> None:
    mark, folder = tmp_path / "executed", described(tmp_path / "bad")
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb(mark), protocol=protocol))
    with pytest.raises(WeightsInvalid, match="it is a pickle"):
        open_plug_in(plug(folder, "labels", KIND))
    assert not mark.exists()


def test_a_folder_with_its_own_program_is_refused_unrun(tmp_path: Path) -> None:
    folder = described(tmp_path / "remote", auto_map={"AutoConfig": "own.OwnConfig"})
    (folder / "own.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'w')\n")
    save_file({"a": torch.ones(1)}, folder / "model.safetensors")
    with pytest.raises(WeightsInvalid, match="asks to run a program of the folder"):
        open_plug_in(plug(folder, "labels", KIND))
    assert not (tmp_path / "executed").exists()


def test_shards_are_bounded_together(tmp_path: Path) -> None:
    folder = described(tmp_path / "shards")
    for number in (1, 2):
        save_file({f"part{number}": torch.ones(1000)}, folder / f"model-0000{number}-of-00002.safetensors")
    size = (folder / "model-00001-of-00002.safetensors").stat().st_size
    trust = Trust(max_weights_bytes=size + 100)
    with pytest.raises(WeightsInvalid, match=f"shards hold more than {size + 100} bytes together"):
        open_plug_in(plug(folder, "labels", KIND, trust=trust))


def test_a_packed_shard_counts_what_it_holds(tmp_path: Path) -> None:
    folder = described(tmp_path / "packed")
    for number in (1, 2):
        shard, stored = folder / f"model-0000{number}-of-00002.safetensors", tmp_path / "stored.pt"
        torch.save({f"part{number}": torch.zeros(10_000)}, stored)
        with zipfile.ZipFile(stored) as plain, zipfile.ZipFile(shard, "w", zipfile.ZIP_DEFLATED) as packed:
            for entry in plain.namelist():
                packed.writestr(entry, plain.read(entry))
        assert shard.stat().st_size < 10_000
    with pytest.raises(WeightsInvalid, match="shards hold more than 60000 bytes together"):
        open_plug_in(plug(folder, "labels", KIND, trust=Trust(max_weights_bytes=60_000)))


def test_folders_that_are_none(tmp_path: Path) -> None:
    folder = described(tmp_path / "empty")
    with pytest.raises(WeightsInvalid, match=r"it holds none of model\.safetensors, pytorch_model\.bin"):
        open_plug_in(plug(folder, "labels", KIND))
    with pytest.raises(WeightsInvalid, match=r"is a folder with config\.json"):
        open_plug_in(plug(folder / "config.json", "labels", KIND))
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(WeightsInvalid, match=r"is a folder with config\.json"):
        open_plug_in(plug(tmp_path / "link", "labels", KIND))
    with pytest.raises(CardInvalid, match="a folder has none"):
        open_plug_in(plug(folder, "labels", KIND, sha256="0" * 64))
    (folder / "config.json").write_text("not json")
    with pytest.raises(WeightsInvalid, match="it is no JSON"):
        open_plug_in(plug(folder, "labels", KIND))


def test_without_the_library_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = described(tmp_path / "segformer")
    save_file({"a": torch.ones(1)}, folder / "model.safetensors")
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(WeightsInvalid, match="it needs the transformers library: pip install transformers"):
        open_plug_in(plug(folder, "labels", KIND))
