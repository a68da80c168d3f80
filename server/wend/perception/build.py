"""From what a card says of a network of ours to the network in memory, without its weights.

Kinds of elsewhere are read by `perception.readers`.
"""

from collections.abc import Callable, Mapping

from torch import nn

from wend.errors import InvalidInput
from wend.perception.class_net import build_class_net
from wend.perception.factor_code import Config
from wend.perception.plain_regressor import build_plain
from wend.perception.point_regressor import build_point
from wend.perception.preprocess import Preprocess
from wend.perception.readers import READERS
from wend.perception.residual_regressor import build_residual
from wend.perception.unet import build_unet

Builder = Callable[[Config, tuple[str, ...], Preprocess], nn.Module]
"""(config, names, preprocess) of a card's network -> a module that is its role's protocol. Its weights
come from a safetensors file. Raises: InvalidInput for a configuration that makes no network."""

BUILDERS: Mapping[str, Builder] = {
    "residual-regressor": lambda config, _names, _preprocess: build_residual(config),
    "plain-regressor": lambda config, _names, _preprocess: build_plain(config),
    "point-regressor": lambda config, _names, _preprocess: build_point(config),
    "unet": lambda _config, names, _preprocess: build_unet(names),
    "class-net": lambda _config, names, _preprocess: build_class_net(names),
}


def build_network(
    kind: str, config: Config, names: tuple[str, ...] = (), preprocess: Preprocess | None = None
) -> nn.Module:
    """A network of random weights. Raises: InvalidInput for an unknown kind or a wrong configuration."""
    builder = BUILDERS.get(kind)
    if builder is None:
        known = sorted((*BUILDERS, *READERS))
        raise InvalidInput(f"There is no network of kind {kind!r}; known are {', '.join(known)}.")
    return builder(config, names, preprocess or Preprocess())
