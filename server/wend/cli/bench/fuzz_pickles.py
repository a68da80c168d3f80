"""Fuzz pickles: tiny checkpoints of the programs that pickle whole networks and not their tensors' names.

Source: docs/formats.md, section 1.
"""

import io
import math
import pickle
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from wend.cli.bench.nvidia_file import EasyDict, Network, Persistent, names_put_up, snapshot
from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.generators.stylegan3 import StyleGAN3Generator
from wend.generators.stylegan3_design import StyleGAN3Config

_STYLEGAN2 = StyleGAN2Config(resolution=8, z_dim=4, w_dim=5, mapping_layers=2, channel_base=32, channel_max=4)
_Variables = list[tuple[str, np.ndarray]]
_Tensors = Mapping[str, Tensor]


def whole_pickles(seed: int) -> dict[str, bytes]:
    """Layout, as the report names it -> a file of it; the second StyleGAN3 is what PTI saves of one."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator, judge = StyleGAN2Generator(_STYLEGAN2), Discriminator(_STYLEGAN2)
        return {
            "NVIDIA StyleGAN2-ADA": snapshot(generator, judge),
            "NVIDIA StyleGAN3-T": _stylegan3(is_radial=False),
            "NVIDIA StyleGAN3-R": _stylegan3(is_radial=True),
            "TensorFlow StyleGAN2": _tensorflow(generator.state_dict(), judge.state_dict()),
        }


def _stylegan3(is_radial: bool) -> bytes:
    """Configuration T as a snapshot; R alone in a torch zip."""
    config = StyleGAN3Config(
        resolution=16, z_dim=4, w_dim=5, channel_base=32, channel_max=4, num_layers=4, margin_size=2,
        first_cutoff=1.0, first_stopband=1.5, conv_kernel=1 if is_radial else 3, use_radial_filters=is_radial,
    )  # fmt: skip
    network = StyleGAN3Generator(config)
    given = EasyDict(
        w_dim=config.w_dim, img_resolution=config.resolution, img_channels=config.image_channels,
        channel_base=config.channel_base, channel_max=config.channel_max, num_layers=config.num_layers,
        margin_size=config.margin_size, first_cutoff=config.first_cutoff,
        first_stopband=config.first_stopband, conv_kernel=config.conv_kernel,
        use_radial_filters=config.use_radial_filters, conv_clamp=config.conv_clamp, num_fp16_res=4,
    )  # fmt: skip

    def settings(path: str) -> Mapping[str, object]:
        if path == "synthesis":
            return {"_init_args": (), "_init_kwargs": given}
        if path.startswith("mapping.fc"):
            return {"bias_gain": 0.01, "activation": "lrelu"}
        return {"z_dim": config.z_dim, "num_ws": config.num_ws} if not path else {}

    for name, layer in network.synthesis.named_children():
        # Constants that theirs has otherwise: its filters are of sum 1, and it has no grid.
        for buffer in ("grid", "up_filter", "down_filter"):
            layer._buffers.pop(buffer, None)
        design = next((each for each in config.layers if each.name == name), None)
        for part in ("up_filter", "down_filter") if design else ():
            taps = getattr(design, part)
            layer._buffers[part] = None if taps is None else torch.tensor(taps).float()
    file = io.BytesIO()
    with names_put_up():
        if is_radial:
            torch.save(Persistent(network, settings), file)
        else:
            pickle.dump({"G_ema": Persistent(network, settings), "augment_pipe": None}, file, protocol=4)
    return file.getvalue()


def _tensorflow(ours: _Tensors, judge: _Tensors) -> bytes:
    """(G, D, Gs)."""
    own = {key: tensor.numpy() for key, tensor in ours.items()}
    side = max(_STYLEGAN2.resolution, 4)
    mapping: _Variables = []
    for index in range(_STYLEGAN2.mapping_layers):
        mapping += _dense(own, f"mapping.fc{index}", f"Dense{index}")
    synthesis: _Variables = [("4x4/Const/const", own["synthesis.b4.const"][None])]
    for level in range(2, int(math.log2(side)) + 1):
        at, theirs = f"synthesis.b{2**level}", f"{2**level}x{2**level}"
        layers = {"conv1": "Conv"} if level == 2 else {"conv0": "Conv0_up", "conv1": "Conv1"}
        for layer, named in layers.items():
            synthesis += _modulated(own, f"{at}.{layer}", f"{theirs}/{named}", layer == "conv0")
            number = 2 * level - (5 if layer == "conv0" else 4)
            synthesis.append((f"noise{number}", own[f"{at}.{layer}.noise_const"][None, None]))
        synthesis += _modulated(own, f"{at}.torgb", f"{theirs}/ToRGB", False)
    inner = {"mapping": _network(mapping), "synthesis": _network(synthesis)}
    average = _network([("lod", np.zeros(1, np.float32)), ("dlatent_avg", own["mapping.w_avg"])], inner)
    with names_put_up():
        return pickle.dumps((average, _network(_judge({k: t.numpy() for k, t in judge.items()})), average), 4)


def _judge(own: Mapping[str, np.ndarray]) -> _Variables:
    found: _Variables = []
    side = _STYLEGAN2.resolution
    while side > 4:
        names = {"conv0": "Conv0", "conv1": "Conv1_down", "skip": "Skip"}
        names |= {"fromrgb": "FromRGB"} if side == _STYLEGAN2.resolution else {}
        for layer, theirs in names.items():
            found.append((f"{side}x{side}/{theirs}/weight", _kernel(own[f"b{side}.{layer}.weight"])))
            if layer != "skip":
                found.append((f"{side}x{side}/{theirs}/bias", own[f"b{side}.{layer}.bias"]))
        side //= 2
    found += [("4x4/Conv/weight", _kernel(own["b4.conv.weight"])), ("4x4/Conv/bias", own["b4.conv.bias"])]
    return found + _dense(own, "b4.fc", "4x4/Dense0") + _dense(own, "b4.out", "Output")


def _network(variables: _Variables, components: Mapping[str, Network] | None = None) -> Network:
    return Network(
        {
            "version": 4, "name": "G", "static_kwargs": {"resolution": _STYLEGAN2.resolution},
            "components": dict(components or {}), "build_module_src": "raise SystemExit('it was run')",
            "build_func_name": "G_main", "variables": variables,
        }
    )  # fmt: skip


def _kernel(weight: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(weight.transpose(2, 3, 1, 0))


def _dense(own: Mapping[str, np.ndarray], name: str, theirs: str) -> _Variables:
    return [(f"{theirs}/weight", own[f"{name}.weight"].T.copy()), (f"{theirs}/bias", own[f"{name}.bias"])]


def _modulated(own: Mapping[str, np.ndarray], name: str, theirs: str, is_turned: bool) -> _Variables:
    kernel = _kernel(own[f"{name}.weight"])
    found: _Variables = [
        (f"{theirs}/weight", np.ascontiguousarray(kernel[::-1, ::-1]) if is_turned else kernel),
        (f"{theirs}/bias", own[f"{name}.bias"]),
        (f"{theirs}/mod_weight", own[f"{name}.affine.weight"].T.copy()),
        (f"{theirs}/mod_bias", own[f"{name}.affine.bias"] - np.float32(1.0)),
    ]
    if (strength := own.get(f"{name}.noise_strength")) is not None:
        found.append((f"{theirs}/noise_strength", strength))
    return found
