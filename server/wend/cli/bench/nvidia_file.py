"""NVIDIA file: a StyleGAN2 of ours as the SG2-ADA program would have pickled it, for the bench to import."""

import io
import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Mapping

from torch import nn

from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Generator

_SOURCE = "raise SystemExit('the program in the file was run')"


def snapshot(generator: StyleGAN2Generator, discriminator: Discriminator) -> bytes:
    """A pickle of G_ema and D, with a program beside each module, which whoever unpickled it would run.

    The program's own modules are not here: modules of their names are put up in this process, for as long
    as it takes to write the names.
    """
    persistence, util = types.ModuleType("torch_utils.persistence"), types.ModuleType("dnnlib.util")
    made = {"torch_utils": types.ModuleType("torch_utils"), persistence.__name__: persistence}
    made |= {"dnnlib": types.ModuleType("dnnlib"), util.__name__: util}
    persistence._reconstruct_persistent_obj = _reconstruct_persistent_obj  # type: ignore[attr-defined]  # made here
    util.EasyDict = EasyDict  # type: ignore[attr-defined]  # made here
    config = generator.config
    synthesis = EasyDict(
        channel_base=config.channel_base, channel_max=config.channel_max, conv_clamp=config.conv_clamp
    )
    keywords = EasyDict(mapping_kwargs=EasyDict(num_layers=config.mapping_layers), synthesis_kwargs=synthesis)
    settings = {
        "z_dim": config.z_dim, "c_dim": config.c_dim, "w_dim": config.w_dim, "num_ws": config.num_ws,
        "img_resolution": config.resolution, "img_channels": 3, "_init_args": (), "_init_kwargs": keywords,
    }  # fmt: skip
    whole = {
        "G_ema": _Persistent(generator, settings, config.conv_clamp),
        "D": _Persistent(discriminator, {"_init_args": (), "_init_kwargs": EasyDict()}, config.conv_clamp),
        "training_set_kwargs": None,
        "augment_pipe": None,
    }
    kept = {name: sys.modules[name] for name in made if name in sys.modules}
    file = io.BytesIO()
    sys.modules.update(made)
    try:
        pickle.dump(whole, file, protocol=4)
    finally:
        for name in made:
            del sys.modules[name]
        sys.modules.update(kept)
    return file.getvalue()


class EasyDict(dict[str, object]):
    """A dict that is also an object, as their settings are."""


def _reconstruct_persistent_obj(meta: Mapping[str, object]) -> None:
    raise AssertionError(f"nothing here makes a {meta['class_name']} of a file")


# Pickles name both where that program has them.
EasyDict.__module__, EasyDict.__qualname__ = "dnnlib.util", "EasyDict"
_reconstruct_persistent_obj.__module__ = "torch_utils.persistence"


class _Persistent:
    """A module as their pickles hold it: its class's name and program, and its state."""

    def __init__(self, network: nn.Module, settings: Mapping[str, object], clamp: float | None) -> None:
        self._network, self._settings, self._clamp = network, settings, clamp

    def __reduce__(self) -> tuple[object, tuple[dict[str, object]]]:
        network = self._network
        modules = {
            name: _Persistent(child, _layer_settings(name, self._clamp), self._clamp)
            for name, child in network.named_children()
        }
        state = {
            "training": False,
            "_parameters": OrderedDict(network._parameters),
            "_buffers": OrderedDict(network._buffers),
            "_modules": OrderedDict(modules),
            "_backward_hooks": OrderedDict(),
            **self._settings,
        }
        name = type(network).__name__
        meta = {"type": "class", "version": 6, "module_src": _SOURCE, "class_name": name, "state": state}
        return _reconstruct_persistent_obj, (meta,)


def _layer_settings(name: str, clamp: float | None) -> dict[str, object]:
    if name.startswith("fc"):
        return {"bias_gain": 0.01, "activation": "lrelu"}
    if name in ("conv0", "conv1"):
        return {"conv_clamp": clamp, "activation": "lrelu", "use_noise": True}
    return {"conv_clamp": clamp} if name == "torgb" else {}
