"""From what a card says of a network to the network in memory, without its weights."""

from collections.abc import Callable, Mapping
from pathlib import Path

from torch import nn

from wend.errors import InvalidInput
from wend.perception.factor_code import Config
from wend.perception.features import build_features
from wend.perception.preprocess import Preprocess
from wend.perception.regressor import build_plain, build_residual
from wend.perception.unet import build_unet

Builder = Callable[[Config, tuple[str, ...], Preprocess], nn.Module]
"""(config, names, preprocess) of a card's network -> a module that is its role's protocol. Its weights
come from a safetensors file. Raises: InvalidInput for a configuration that makes no network."""

Opener = Callable[[Path, Config, tuple[str, ...], Preprocess], nn.Module]
"""The same for kinds whose file or folder is not plain safetensors: they read it themselves."""

BUILDERS: Mapping[str, Builder] = {
    "residual-regressor": lambda config, _names, _preprocess: build_residual(config),
    "plain-regressor": lambda config, _names, _preprocess: build_plain(config),
    "unet": lambda _config, names, _preprocess: build_unet(names),
    "regressor-features": lambda _config, _names, _preprocess: build_features(),
}

OPENERS: Mapping[str, Opener] = {}


def build_network(
    kind: str, config: Config, names: tuple[str, ...] = (), preprocess: Preprocess | None = None
) -> nn.Module:
    """A network of random weights. Raises: InvalidInput for an unknown kind or a wrong configuration."""
    builder = BUILDERS.get(kind)
    if builder is None:
        raise InvalidInput(f"There is no network of kind {kind!r}; known are {', '.join(sorted(BUILDERS))}.")
    return builder(config, names, preprocess or Preprocess())
