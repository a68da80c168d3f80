"""Files as NVIDIA's program writes its StyleGAN3, of networks of ours."""

import torch
from torch import nn

from tests.formats.foreign_pickle import Made
from tests.formats.nvidia_files import easy, inner, module, state
from wend.generators.stylegan3 import StyleGAN3Generator


def keywords(network: StyleGAN3Generator) -> dict[str, object]:
    """What its synthesis was made with: all that differs from their defaults, and more."""
    config = network.config
    return {
        "w_dim": config.w_dim, "img_resolution": config.resolution, "img_channels": config.image_channels,
        "channel_base": config.channel_base, "channel_max": config.channel_max,
        "conv_kernel": config.conv_kernel, "use_radial_filters": config.use_radial_filters,
        "magnitude_ema_beta": 0.9989, "num_fp16_res": 4, "num_layers": config.num_layers,
        "margin_size": config.margin_size,
        "first_cutoff": config.first_cutoff, "first_stopband": config.first_stopband,
        "conv_clamp": config.conv_clamp,
    }  # fmt: skip


def generator(network: StyleGAN3Generator) -> Made:
    config = network.config

    def attributes(path: str, _: nn.Module) -> dict[str, object]:
        if path == "synthesis":
            return {"_init_args": (), "_init_kwargs": easy(**keywords(network))}
        if path.startswith("mapping.fc"):
            return {"bias_gain": 0.01, "activation": "lrelu"}
        return {"z_dim": config.z_dim, "num_ws": config.num_ws} if not path else {}

    made = module(network, attributes)
    synthesis = inner(made)["synthesis"]
    _buffers(inner(synthesis)["input"]).pop("grid")
    for design in config.layers:
        # Theirs are of sum 1; gains are applied as it runs.
        for name, taps in (("up_filter", design.up_filter), ("down_filter", design.down_filter)):
            buffers = _buffers(inner(synthesis)[design.name])
            buffers[name] = None if taps is None else torch.tensor(taps).float()
    return made


def _buffers(made: Made) -> dict[str, object]:
    buffers = state(made)["_buffers"]
    assert isinstance(buffers, dict)
    return buffers
