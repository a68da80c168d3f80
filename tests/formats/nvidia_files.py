"""Files as NVIDIA's programs and PTI write them, of networks of ours."""

import io
from collections import OrderedDict
from collections.abc import Callable, Mapping

import torch
from torch import nn

from tests.formats.foreign_pickle import FOREIGN, Foreign, Made, dumps
from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator

PERSISTENT = Foreign("torch_utils.persistence._reconstruct_persistent_obj")
EASY = Foreign("dnnlib.util.EasyDict")
Attributes = Callable[[str, nn.Module], Mapping[str, object]]
# What their loader would execute.
SOURCE = "raise SystemExit('the program in the file was run')"


def easy(**items: object) -> Made:
    """A dict that is also an object, as their settings are."""
    return Made(EASY, items=items, is_new=True)


def persistent(class_name: str, state: Mapping[str, object]) -> Made:
    meta = {
        "type": "class",
        "version": 6,
        "module_src": SOURCE,
        "class_name": class_name,
        "state": dict(state),
    }
    return Made(PERSISTENT, (meta,))


def module(network: nn.Module, attributes: Attributes, path: str = "") -> Made:
    """A module and all within it, each with its program."""
    inner = {
        name: module(child, attributes, f"{path}.{name}".lstrip("."))
        for name, child in network.named_children()
    }
    state = {
        "training": False,
        "_parameters": OrderedDict(network._parameters),
        "_buffers": OrderedDict(network._buffers),
        "_modules": OrderedDict(inner),
        "_backward_hooks": OrderedDict(),
        **attributes(path, network),
    }
    return persistent(type(network).__name__, state)


def _layer_attributes(path: str, config: StyleGAN2Config) -> dict[str, object]:
    if path.startswith("mapping.fc"):
        return {"bias_gain": 0.01, "activation": "lrelu"}
    if path.rpartition(".")[2] in ("conv0", "conv1", "torgb"):
        activation = {} if path.endswith("torgb") else {"activation": "lrelu", "use_noise": True}
        return {"conv_clamp": config.conv_clamp, **activation}
    return {}


def generator(network: StyleGAN2Generator, flat: bool = False) -> Made:
    """G as SG2-ADA pickles it, or flat as in the StyleGAN3 repository."""
    config = network.config
    own = easy(channel_base=config.channel_base, channel_max=config.channel_max, conv_clamp=config.conv_clamp)
    keywords = easy(mapping_kwargs=easy(num_layers=config.mapping_layers), **(own.items if flat else {}))
    if not flat:
        keywords.items = {**keywords.items, "synthesis_kwargs": own}

    def attributes(path: str, _: nn.Module) -> dict[str, object]:
        if path:
            return _layer_attributes(path, config)
        return {
            "z_dim": config.z_dim, "c_dim": config.c_dim, "w_dim": config.w_dim,
            "num_ws": config.num_ws, "img_resolution": config.resolution, "img_channels": 3,
            "_init_args": (), "_init_kwargs": keywords,
        }  # fmt: skip

    return module(network, attributes)


def discriminator(network: Discriminator) -> Made:
    def attributes(path: str, _: nn.Module) -> dict[str, object]:
        return {} if path else {"_init_args": (), "_init_kwargs": easy()}

    return module(network, attributes)


def state(made: Made) -> dict[str, object]:
    """What a persistent object keeps, to be altered in place."""
    meta = made.arguments[0]
    assert isinstance(meta, dict)
    found = meta["state"]
    assert isinstance(found, dict)
    return found


def inner(made: Made) -> dict[str, Made]:
    """The modules of a persistent module by name, to be altered in place."""
    modules = state(made)["_modules"]
    assert isinstance(modules, dict)
    return modules


def snapshot(made: Made, judge: Made | None = None) -> bytes:
    """network-snapshot.pkl: a plain pickle of a dict."""
    parts = {"G": made, "D": judge, "G_ema": made, "training_set_kwargs": None, "augment_pipe": None}
    return dumps(parts if judge is not None else {"G_ema": made})


def pti(made: Made) -> bytes:
    """model_<run>.pt: the same object in a torch zip."""
    file = io.BytesIO()
    torch.save(made, file, pickle_module=FOREIGN)
    return file.getvalue()
