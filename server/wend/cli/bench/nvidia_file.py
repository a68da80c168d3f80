"""NVIDIA file: networks of ours as NVIDIA's programs would have pickled them, for the bench to import."""

import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from torch import nn

from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Generator

Settings = Callable[[str], Mapping[str, object]]

_SOURCE = "raise SystemExit('the program in the file was run')"


def snapshot(generator: StyleGAN2Generator, discriminator: Discriminator) -> bytes:
    """A pickle of G_ema and D, with a program beside each module, which whoever unpickled it would run."""
    config = generator.config
    synthesis = EasyDict(
        channel_base=config.channel_base, channel_max=config.channel_max, conv_clamp=config.conv_clamp
    )
    keywords = EasyDict(mapping_kwargs=EasyDict(num_layers=config.mapping_layers), synthesis_kwargs=synthesis)
    settings = {
        "z_dim": config.z_dim, "c_dim": config.c_dim, "w_dim": config.w_dim, "num_ws": config.num_ws,
        "img_resolution": config.resolution, "img_channels": 3, "_init_args": (), "_init_kwargs": keywords,
    }  # fmt: skip
    bare = {"_init_args": (), "_init_kwargs": EasyDict()}
    whole = {
        "G_ema": Persistent(generator, lambda path: _settings_at(path, settings, config.conv_clamp)),
        "D": Persistent(discriminator, lambda path: _settings_at(path, bare, config.conv_clamp)),
        "training_set_kwargs": None,
        "augment_pipe": None,
    }
    with names_put_up():
        return pickle.dumps(whole, protocol=4)


@contextmanager
def names_put_up() -> Iterator[None]:
    """Their program's own modules are not here: modules of their names are put up in this process, for as
    long as it takes to write the names."""
    made: dict[str, types.ModuleType] = {}
    for named in (_reconstruct_persistent_obj, EasyDict, Network):
        parts = named.__module__.split(".")
        for depth in range(1, len(parts) + 1):
            made.setdefault(name := ".".join(parts[:depth]), types.ModuleType(name))
        setattr(made[named.__module__], named.__name__, named)
    kept = {name: sys.modules[name] for name in made if name in sys.modules}
    sys.modules.update(made)
    try:
        yield
    finally:
        for name in made:
            del sys.modules[name]
        sys.modules.update(kept)


class EasyDict(dict[str, object]):
    """A dict that is also an object, as their settings are."""


class Network:
    """A network of the TensorFlow program: what it pickles is its attributes."""

    def __init__(self, state: Mapping[str, object]) -> None:
        self.__dict__.update(state)


def _reconstruct_persistent_obj(meta: Mapping[str, object]) -> None:
    raise AssertionError(f"nothing here makes a {meta['class_name']} of a file")


# Pickles name them where that program has them.
EasyDict.__module__ = "dnnlib.util"
Network.__module__ = "dnnlib.tflib.network"
_reconstruct_persistent_obj.__module__ = "torch_utils.persistence"


class Persistent:
    """A module as their pickles hold it: its class's name and program, and its state."""

    def __init__(self, network: nn.Module, settings: Settings, path: str = "") -> None:
        """settings: what a module has beside its tensors, by its path within the whole."""
        self._network, self._settings, self._path = network, settings, path

    def __reduce__(self) -> tuple[object, tuple[dict[str, object]]]:
        network = self._network
        modules = {
            name: Persistent(child, self._settings, f"{self._path}.{name}".lstrip("."))
            for name, child in network.named_children()
        }
        state = {
            "training": False,
            "_parameters": OrderedDict(network._parameters),
            "_buffers": OrderedDict(network._buffers),
            "_modules": OrderedDict(modules),
            "_backward_hooks": OrderedDict(),
            **self._settings(self._path),
        }
        name = type(network).__name__
        meta = {"type": "class", "version": 6, "module_src": _SOURCE, "class_name": name, "state": state}
        return _reconstruct_persistent_obj, (meta,)


def _settings_at(path: str, own: Mapping[str, object], clamp: float | None) -> Mapping[str, object]:
    name = path.rpartition(".")[2]
    if name.startswith("fc"):
        return {"bias_gain": 0.01, "activation": "lrelu"}
    if name in ("conv0", "conv1"):
        return {"conv_clamp": clamp, "activation": "lrelu", "use_noise": True}
    if name == "torgb":
        return {"conv_clamp": clamp}
    return {} if path else own
