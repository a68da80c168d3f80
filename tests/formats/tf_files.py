"""Pickles as the TensorFlow programs write them, of networks with NVIDIA's PyTorch names."""

import math

import numpy as np
from torch import Tensor

from tests.formats.foreign_pickle import Foreign, Made, dumps

NETWORK = Foreign("dnnlib.tflib.network.Network")
Tensors = dict[str, Tensor]
Variables = list[tuple[str, np.ndarray]]


def network(variables: Variables, components: dict[str, Made] | None = None, version: int = 4) -> Made:
    state = {
        "version": version, "name": "G", "static_kwargs": {"resolution": 16}, "components": components or {},
        "build_module_src": "raise SystemExit('the program was run')", "build_func_name": "G_main",
        "variables": variables,
    }  # fmt: skip
    return Made(NETWORK, state=state, is_new=True)


def snapshot(ours: Tensors, judge: Tensors, version: int = 4) -> bytes:
    g, d = generator(ours, version), discriminator(judge, version)
    return dumps((g, d, generator(ours, version)))


def _kernel(weight: Tensor, is_flipped: bool = False) -> np.ndarray:
    array = weight.numpy().transpose(2, 3, 1, 0)
    return np.ascontiguousarray(array[::-1, ::-1] if is_flipped else array)


def _dense(ours: Tensors, name: str, theirs: str) -> Variables:
    return [
        (f"{theirs}/weight", ours[f"{name}.weight"].numpy().T.copy()),
        (f"{theirs}/bias", ours[f"{name}.bias"].numpy()),
    ]


def _modulated(ours: Tensors, name: str, theirs: str, is_flipped: bool = False) -> Variables:
    found: Variables = [
        (f"{theirs}/weight", _kernel(ours[f"{name}.weight"], is_flipped)),
        (f"{theirs}/bias", ours[f"{name}.bias"].numpy()),
        (f"{theirs}/mod_weight", ours[f"{name}.affine.weight"].numpy().T.copy()),
        (f"{theirs}/mod_bias", ours[f"{name}.affine.bias"].numpy() - np.float32(1.0)),
    ]
    if f"{name}.noise_strength" in ours:
        found.append((f"{theirs}/noise_strength", ours[f"{name}.noise_strength"].numpy()))
    return found


def generator(ours: Tensors, version: int) -> Made:
    mapping: Variables = []
    index = 0
    while f"mapping.fc{index}.weight" in ours:
        mapping += _dense(ours, f"mapping.fc{index}", f"Dense{index}")
        index += 1
    if "mapping.embed.weight" in ours:
        mapping += _dense(ours, "mapping.embed", "LabelEmbed")
    synthesis: Variables = [("4x4/Const/const", ours["synthesis.b4.const"].numpy()[None])]
    resolution = max(int(key.split(".")[1][1:]) for key in ours if key.startswith("synthesis.b"))
    r = 4
    while r <= resolution:
        block = f"synthesis.b{r}"
        if r == 4:
            synthesis += _modulated(ours, f"{block}.conv1", "4x4/Conv")
        else:
            synthesis += _modulated(ours, f"{block}.conv0", f"{r}x{r}/Conv0_up", is_flipped=True)
            synthesis += _modulated(ours, f"{block}.conv1", f"{r}x{r}/Conv1")
            number = 2 * int(math.log2(r)) - 5
            synthesis.append((f"noise{number}", ours[f"{block}.conv0.noise_const"].numpy()[None, None]))
        number = 2 * int(math.log2(r)) - 4
        synthesis.append((f"noise{number}", ours[f"{block}.conv1.noise_const"].numpy()[None, None]))
        synthesis += _modulated(ours, f"{block}.torgb", f"{r}x{r}/ToRGB")
        r *= 2
    parts = {"mapping": network(mapping, version=version), "synthesis": network(synthesis, version=version)}
    return network(
        [("lod", np.zeros(1, np.float32)), ("dlatent_avg", ours["mapping.w_avg"].numpy())], parts, version
    )


def discriminator(ours: Tensors, version: int) -> Made:
    found: Variables = []
    resolution = max(int(key.split(".")[0][1:]) for key in ours if key.startswith("b"))
    r = resolution
    while r > 4:
        names = {"conv0": "Conv0", "conv1": "Conv1_down"} | (
            {"fromrgb": "FromRGB"} if r == resolution else {}
        )
        for name, theirs in names.items():
            found.append((f"{r}x{r}/{theirs}/weight", _kernel(ours[f"b{r}.{name}.weight"])))
            found.append((f"{r}x{r}/{theirs}/bias", ours[f"b{r}.{name}.bias"].numpy()))
        found.append((f"{r}x{r}/Skip/weight", _kernel(ours[f"b{r}.skip.weight"])))
        r //= 2
    found.append(("4x4/Conv/weight", _kernel(ours["b4.conv.weight"])))
    found.append(("4x4/Conv/bias", ours["b4.conv.bias"].numpy()))
    found += _dense(ours, "b4.fc", "4x4/Dense0") + _dense(ours, "b4.out", "Output")
    if "mapping.embed.weight" in ours:
        found += _dense(ours, "mapping.embed", "LabelEmbed")
        for index in range(8):
            found += _dense(ours, f"mapping.fc{index}", f"Mapping{index}")
    return network(found, version=version)
