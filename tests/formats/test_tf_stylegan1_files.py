"""The first StyleGAN as the TensorFlow program pickles it: the same network as in genforce's names."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.formats import genforce_files, tf_files
from tests.formats.drawing import saved
from tests.formats.foreign_pickle import dumps
from tests.formats.opening import opened
from wend.errors import FormatUnsupported
from wend.formats.sandbox import Sandbox

CHANNELS = [8, 8, 4]  # 16 px
TOP = len(CHANNELS) - 1
_PARTS = {
    "const": "const", "weight": "weight", "bias": "bias", "apply_noise.weight": "Noise/weight",
    "style.weight": "StyleMod/weight", "style.bias": "StyleMod/bias",
}  # fmt: skip


def _array(name: str, tensor: Tensor) -> np.ndarray:
    array = tensor.numpy()
    if array.ndim == 4 and name.endswith("weight"):
        return np.ascontiguousarray(array.transpose(2, 3, 1, 0))
    return np.ascontiguousarray(array.T if array.ndim == 2 and "label" not in name else array)


def _generator(state: dict[str, Tensor]) -> tuple[tf_files.Variables, tf_files.Variables, tf_files.Variables]:
    """Own variables, those of the mapping, those of the synthesis."""
    own: tf_files.Variables = [("lod", np.zeros((), np.float32))]
    mapping: tf_files.Variables = []
    synthesis: tf_files.Variables = []
    for key, tensor in state.items():
        array = _array(key, tensor)
        if key == "truncation.w_avg":
            own.append(("dlatent_avg", array))
        elif key == "mapping.label_weight":
            mapping.append(("LabelConcat/weight", array))
        elif (match := re.fullmatch(r"mapping\.dense(\d)\.(\w+)", key)) is not None:
            mapping.append((f"Dense{match[1]}/{match[2]}", array))
        elif key == "synthesis.lod":
            synthesis.append(("lod", array))
        elif (match := re.fullmatch(r"synthesis\.output(\d)\.(\w+)", key)) is not None:
            synthesis.append((f"ToRGB_lod{TOP - int(match[1])}/{match[2]}", array))
        elif (match := re.fullmatch(r"synthesis\.layer(\d)\.(.+)", key)) is not None and match[
            2
        ] != "blur.kernel":
            row, side = int(match[1]), 4 * 2 ** (int(match[1]) // 2)
            if match[2] == "apply_noise.noise":
                synthesis.append((f"noise{row}", array))
                continue
            layer = ("Const", "Conv") if side == 4 else ("Conv0_up", "Conv1")
            synthesis.append((f"{side}x{side}/{layer[row % 2]}/{_PARTS[match[2]]}", array))
    return own, mapping, synthesis


def _judge(state: dict[str, Tensor]) -> tf_files.Variables:
    found: tf_files.Variables = [("lod", np.zeros((), np.float32))]
    for key, tensor in state.items():
        if (match := re.fullmatch(r"input(\d)\.(\w+)", key)) is not None:
            found.append((f"FromRGB_lod{match[1]}/{match[2]}", _array(key, tensor)))
        elif (match := re.fullmatch(r"layer(\d)\.(\w+)", key)) is not None:
            block, index = min(int(match[1]) // 2, TOP), int(match[1]) - 2 * min(int(match[1]) // 2, TOP)
            side = 4 * 2 ** (TOP - block)
            layer = ("Conv", "Dense0", "Dense1") if side == 4 else ("Conv0", "Conv1_down")
            found.append((f"{side}x{side}/{layer[index]}/{match[2]}", _array(key, tensor)))
    return found


def _pickle(state: dict[str, Tensor], judge: tf_files.Variables, version: int = 3) -> bytes:
    own, mapping, synthesis = _generator(state)
    inner = {
        "mapping": tf_files.network(mapping, None, version),
        "synthesis": tf_files.network(synthesis, None, version),
    }
    g = tf_files.network(own, inner, version)
    return dumps((g, tf_files.network(judge, None, version), g))


@pytest.mark.parametrize("classes", [0, 3])
def test_it_is_the_network_that_genforce_stores(classes: int, sandbox: Sandbox, tmp_path: Path) -> None:
    state = genforce_files.stylegan1(CHANNELS, classes=classes)
    judge = genforce_files.judge(CHANNELS, 8, classes)
    found = opened(sandbox, tmp_path / "x", _pickle(state, _judge(judge)))
    value = {"generator_smooth": state, "discriminator": judge}
    same = opened(sandbox, tmp_path / "y", saved(value))
    assert found.report.layout == "TensorFlow StyleGAN"
    assert found.report.config == same.report.config
    assert found.tensors.keys() == same.tensors.keys()
    assert all(torch.equal(found.tensors[key], same.tensors[key]) for key in same.tensors)
    assert found.discriminator is not None
    assert same.discriminator is not None
    theirs = same.discriminator.state_dict()
    assert all(torch.equal(t, theirs[key]) for key, t in found.discriminator.state_dict().items())


def test_what_is_wrong_is_refused_or_left_out(sandbox: Sandbox, tmp_path: Path) -> None:
    state = genforce_files.stylegan1(CHANNELS)
    strange: tf_files.Variables = [("Dreams/weight", np.ones((2, 2), np.float32))]
    found = opened(sandbox, tmp_path / "x", _pickle(state, strange))
    assert found.discriminator is None
    assert "D: it is no discriminator of this program" in found.report.ignored
    for key, why in (("synthesis.layer9.bias", "synthesis/64x64"), ("synthesis.layer3.bias", "layer3.bias")):
        wrong = {**state, key: torch.ones(3)}
        with pytest.raises(FormatUnsupported, match=why if key in state else "not part"):
            opened(sandbox, tmp_path / "y", _pickle(wrong, []))
    with pytest.raises(FormatUnsupported, match="of version 1"):
        opened(sandbox, tmp_path / "z", _pickle(state, [], version=1))
