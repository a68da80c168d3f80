"""From a card's kind and configuration to a generator, or its discriminator, without weights."""

from collections.abc import Callable, Mapping

from wend.errors import CardInvalid, InvalidInput, WorldNotFound
from wend.generators.analytic import AnalyticGenerator
from wend.generators.biggan import BigGANConfig, BigGANGenerator
from wend.generators.dcgan import DCGANConfig, DCGANDiscriminator, DCGANGenerator
from wend.generators.discriminator import Discriminator
from wend.generators.generator import Generator
from wend.generators.projection_discriminator import ProjectionDiscriminator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.worlds.registry import open_world

Config = Mapping[str, object]


def _stylegan2(config: Config, classes: tuple[str, ...]) -> Generator:
    known = StyleGAN2Config.__dataclass_fields__
    unknown = sorted(set(config) - set(known))
    if unknown:
        raise TypeError(f"unknown settings {', '.join(unknown)}")
    network = StyleGAN2Config(**config)  # type: ignore[arg-type]  # names checked above
    if classes and len(classes) != network.c_dim:
        raise ValueError(f"{len(classes)} classes are named, but c_dim is {network.c_dim}")
    return StyleGAN2Generator(network, classes)


def _biggan(config: Config, classes: tuple[str, ...]) -> Generator:
    unknown = sorted(set(config) - set(BigGANConfig.__dataclass_fields__))
    if unknown:
        raise TypeError(f"unknown settings {', '.join(unknown)}")
    network = BigGANConfig(**config)  # type: ignore[arg-type]  # names checked above
    if classes and len(classes) != network.c_dim:
        raise ValueError(f"{len(classes)} classes are named, but c_dim is {network.c_dim}")
    return BigGANGenerator(network, classes)


def _dcgan(config: Config, classes: tuple[str, ...]) -> Generator:
    unknown = sorted(set(config) - set(DCGANConfig.__dataclass_fields__))
    if unknown:
        raise TypeError(f"unknown settings {', '.join(unknown)}")
    network = DCGANConfig(**config)  # type: ignore[arg-type]  # names checked above
    if classes and len(classes) != network.c_dim:
        raise ValueError(f"{len(classes)} classes are named, but c_dim is {network.c_dim}")
    return DCGANGenerator(network, classes)


def _analytic(config: Config, classes: tuple[str, ...]) -> Generator:
    unknown = sorted(set(config) - {"world", "resolution"})
    if unknown:
        raise TypeError(f"unknown settings {', '.join(unknown)}")
    resolution = config.get("resolution")
    if resolution is not None and not (type(resolution) is int and 4 <= resolution <= 1024):
        raise ValueError(f"resolution must be a whole number from 4 to 1024, not {resolution!r}")
    generator = AnalyticGenerator(open_world(str(config.get("world"))), resolution)
    if classes != generator.spec.classes:
        raise ValueError(f"its classes are not those of the world ({', '.join(generator.spec.classes)})")
    return generator


BUILDERS: dict[str, Callable[[Config, tuple[str, ...]], Generator]] = {
    "stylegan2": _stylegan2,
    "biggan": _biggan,
    "dcgan": _dcgan,
    "analytic": _analytic,
}
NOISY_KINDS = frozenset({"stylegan2"})
"""Kinds whose synthesis reads noise, so that a list of models needs no network to say so."""


def build_generator(kind: str, config: Config, classes: tuple[str, ...] = ()) -> Generator:
    """An untrained generator of a kind. Raises: CardInvalid for an unknown kind or configuration."""
    builder = BUILDERS.get(kind)
    if builder is None:
        raise CardInvalid(kind, f"the kind is none of {', '.join(BUILDERS)}")
    try:
        return builder(config, classes)
    except (TypeError, ValueError, AttributeError, InvalidInput, WorldNotFound) as error:
        raise CardInvalid(kind, str(error)) from error


def build_discriminator(
    generator: Generator,
) -> Discriminator | ProjectionDiscriminator | DCGANDiscriminator | None:
    """An untrained discriminator of the same family and configuration; None where the family has none."""
    if isinstance(generator, StyleGAN2Generator):
        return Discriminator(generator.config)
    if isinstance(generator, BigGANGenerator):
        return ProjectionDiscriminator(generator.config)
    if isinstance(generator, DCGANGenerator):
        return DCGANDiscriminator(generator.config)
    return None
