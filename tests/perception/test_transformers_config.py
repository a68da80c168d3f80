"""Configurations of transformers folders: what would fetch or run something is refused, by its key."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tests.perception.plugging import plug
from wend.errors import WeightsInvalid
from wend.perception.readers import open_plug_in
from wend.perception.transformers_config import MAX_DEPTH, MAX_VALUES, refuse_requests

EVIL = {"backbone": "evil/repo", "backbone_kwargs": {"trust_remote_code": True}}
PLAIN = {
    "model_type": "upernet",
    "backbone": None,
    "backbone_kwargs": {},
    "use_timm_backbone": False,
    "use_pretrained_backbone": False,
    "backbone_config": {"model_type": "convnext", "depths": [1, 1, 1, 1], "attn_implementation": "sdpa"},
    "id2label": {"0": "backbone", "1": "auto_map"},
}


def deep(levels: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for _ in range(levels):
        found = {"inner": found}
    return found


def test_an_inline_backbone_is_no_request() -> None:
    refuse_requests(PLAIN, "folder")
    refuse_requests(deep(MAX_DEPTH - 1), "folder")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"auto_map": {}}, r"\(auto_map\)"),
        ({"configuration_files": ["config.5.0.0.json"]}, r"\(configuration_files\)"),
        ({"backbone": "evil/repo"}, r"\(backbone\)"),
        ({"backbone": ""}, r"\(backbone\)"),
        ({"backbone_kwargs": {"out_indices": [1]}}, r"\(backbone_kwargs\)"),
        ({"use_timm_backbone": True}, r"\(use_timm_backbone\)"),
        ({"use_pretrained_backbone": 1}, r"\(use_pretrained_backbone\)"),
        ({"trust_remote_code": "yes"}, r"\(trust_remote_code\)"),
        ({"attn_implementation": "evil/kernels"}, r"\(attn_implementation\)"),
        ({"backbone_config": {"backbone": "evil/repo"}}, r"\(backbone_config\.backbone\)"),
        ({"parts": [{}, {"auto_map": {"AutoConfig": "a.B"}}]}, r"\(parts\[1\]\.auto_map\)"),
        ({"inner": deep(MAX_DEPTH)}, "nested deeper"),
        ({"depths": [0] * (MAX_VALUES + 1)}, "values"),
    ],
)
def test_a_request_is_refused_by_its_key(change: dict[str, object], named: str) -> None:
    with pytest.raises(WeightsInvalid, match=named):
        refuse_requests({**PLAIN, **change}, "folder")


@pytest.mark.parametrize("inner", [False, True])
def test_the_refusal_comes_before_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inner: bool
) -> None:
    def imported(name: str) -> None:
        raise AssertionError(f"{name} was imported")

    monkeypatch.setattr("wend.perception.transformers_folder.importlib.import_module", imported)
    config = {"model_type": "upernet", **({"backbone_config": EVIL} if inner else EVIL)}
    (tmp_path / "config.json").write_text(json.dumps(config))
    save_file({"a": torch.ones(1)}, tmp_path / "model.safetensors")
    with pytest.raises(WeightsInvalid, match="backbone"):
        open_plug_in(plug(tmp_path, "labels", "transformers-segmenter"))


def test_a_bottomless_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"a":' + "[" * 200_000)
    with pytest.raises(WeightsInvalid, match="it is no JSON"):
        open_plug_in(plug(tmp_path, "labels", "transformers-segmenter"))
