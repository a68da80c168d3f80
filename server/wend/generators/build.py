"""From a card's kind and configuration to a generator, or its discriminator, without weights."""

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Protocol, TypeVar

from torch import nn

from wend.errors import CardInvalid, InvalidInput, WorldNotFound
from wend.generators.analytic import AnalyticGenerator
from wend.generators.biggan import BigGANConfig, BigGANGenerator
from wend.generators.biggan_original import BigGANOriginalConfig, BigGANOriginalGenerator
from wend.generators.biggan_original_discriminator import BigGANOriginalDiscriminator
from wend.generators.chain import ChainGenerator
from wend.generators.dcgan import DCGANConfig, DCGANDiscriminator, DCGANGenerator
from wend.generators.deconvolution import Deconvolution, DeconvolutionConfig, DenseConfig, DenseNetwork
from wend.generators.discriminator import Discriminator
from wend.generators.generator import Generator
from wend.generators.plain import PlainGenerator
from wend.generators.program import ProgramConfig, ProgramGenerator
from wend.generators.progressive import ProgressiveConfig, ProgressiveNetwork
from wend.generators.progressive_discriminator import ProgressiveDiscriminator
from wend.generators.projection_discriminator import ProjectionDiscriminator
from wend.generators.residual import ResidualConfig, ResidualCritic, ResidualNetwork
from wend.generators.residual_discriminator import ResidualDiscriminator
from wend.generators.style_encoder import StyleEncoder, fits
from wend.generators.stylegan1 import StyleGAN1Config, StyleGAN1Generator
from wend.generators.stylegan1_discriminator import StyleGAN1Discriminator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.generators.stylegan3 import StyleGAN3Generator, discriminator_config
from wend.generators.stylegan3_design import StyleGAN3Config
from wend.generators.told import ToldGenerator
from wend.generators.vae import (
    DenseVAEConfig,
    DenseVAEDecoder,
    DenseVAEEncoder,
    VAEConfig,
    VAEDecoder,
    VAEEncoder,
)
from wend.worlds.registry import open_world

Config = Mapping[str, object]
Builder = Callable[[Config, tuple[str, ...]], Generator]


class _ClassConfig(Protocol):
    @property
    def c_dim(self) -> int: ...


K = TypeVar("K", bound=_ClassConfig)


def _with_classes(
    make_config: Callable[..., K], make_generator: Callable[[K, tuple[str, ...]], Generator]
) -> Builder:
    """A builder of generators that are told a class."""

    def build(config: Config, classes: tuple[str, ...]) -> Generator:
        known = signature(make_config).parameters
        if unknown := sorted(set(config) - set(known)):
            raise TypeError(f"unknown settings {', '.join(unknown)}")
        network = make_config(**config)
        if classes and len(classes) != network.c_dim:
            raise ValueError(f"{len(classes)} classes are named, but c_dim is {network.c_dim}")
        return make_generator(network, classes)

    return build


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


class _PlainConfig(Protocol):
    @property
    def resolution(self) -> int: ...

    @property
    def z_dim(self) -> int: ...


P = TypeVar("P", bound=_PlainConfig)


def _plain(make_config: type[P], make_network: Callable[[P], nn.Module]) -> Builder:
    """A builder of generators without classes: one network that reads z."""

    def build(config: Config, classes: tuple[str, ...]) -> Generator:
        if classes:
            raise ValueError("it has no classes")
        shapes = make_config(**config)  # an unknown name is a TypeError
        return PlainGenerator(make_network(shapes), shapes.resolution, shapes.z_dim)

    return build


class _SmallConfig(_PlainConfig, Protocol):
    @property
    def c_dim(self) -> int: ...

    @property
    def embed_dim(self) -> int: ...


S = TypeVar("S", bound=_SmallConfig)


def _small(make_config: type[S], make_network: Callable[[S], nn.Module]) -> Builder:
    """A builder of generators of one network that reads z, and the class beside it where there are any."""

    def build(config: Config, classes: tuple[str, ...]) -> Generator:
        shapes = make_config(**config)  # an unknown name is a TypeError
        if classes and len(classes) != shapes.c_dim:
            raise ValueError(f"{len(classes)} classes are named, but c_dim is {shapes.c_dim}")
        network = make_network(shapes)
        if not shapes.c_dim:
            return PlainGenerator(network, shapes.resolution, shapes.z_dim)
        named = classes or tuple(str(index) for index in range(shapes.c_dim))
        return ToldGenerator(network, shapes.resolution, shapes.z_dim, shapes.embed_dim, named)

    return build


C = TypeVar("C")


def _chain(make_config: Callable[..., C], make_network: Callable[[C], nn.Module]) -> Builder:
    """A builder of generators without classes whose first layer alone reads z."""

    def build(config: Config, classes: tuple[str, ...]) -> Generator:
        if classes:
            raise ValueError("it has no classes")
        return ChainGenerator(make_network(make_config(**config)))  # an unknown name is a TypeError

    return build


def _program(config: Config, classes: tuple[str, ...]) -> Generator:
    if classes:
        raise ValueError("it has no classes")
    return ProgramGenerator(ProgramConfig(**config))  # type: ignore[arg-type]  # an unknown name is a TypeError


BUILDERS: dict[str, Builder] = {
    "stylegan2": _with_classes(StyleGAN2Config, StyleGAN2Generator),
    "stylegan3": _with_classes(StyleGAN3Config, StyleGAN3Generator),
    "stylegan1": _with_classes(StyleGAN1Config, StyleGAN1Generator),
    "biggan": _with_classes(BigGANConfig, BigGANGenerator),
    "biggan-original": _with_classes(BigGANOriginalConfig, BigGANOriginalGenerator),
    "dcgan": _with_classes(DCGANConfig, DCGANGenerator),
    "analytic": _analytic,
    "vae": _plain(VAEConfig, VAEDecoder),
    "vae-dense": _plain(DenseVAEConfig, DenseVAEDecoder),
    "deconvolution": _small(DeconvolutionConfig, Deconvolution),
    "dense": _small(DenseConfig, DenseNetwork),
    "progressive": _chain(ProgressiveConfig, ProgressiveNetwork),
    "residual": _chain(ResidualConfig, ResidualNetwork),
    "program": _program,
}
NOISY_KINDS = frozenset({"stylegan2", "stylegan1"})
"""Kinds whose synthesis reads noise, so that a list of models needs no network to say so."""
CORRECTED_KINDS = frozenset({"stylegan2", "progressive", "residual"})
"""Likewise kinds that add what is given behind their layers (see `split.takes_corrections`)."""


# What Python and torch say of numbers that fit no network: divided by 0, beyond a list, negative sides.
_UNFIT = (TypeError, ValueError, AttributeError, ArithmeticError, LookupError)


def build_generator(kind: str, config: Config, classes: tuple[str, ...] = ()) -> Generator:
    """An untrained generator of a kind. Raises: CardInvalid for an unknown kind or configuration, and for
    numbers of one that no network can be made with."""
    builder = BUILDERS.get(kind)
    if builder is None:
        raise CardInvalid(kind, f"the kind is none of {', '.join(BUILDERS)}")
    try:
        return builder(config, classes)
    except (*_UNFIT, InvalidInput, WorldNotFound) as error:
        raise CardInvalid(kind, str(error)) from error


def build_discriminator(generator: Generator) -> nn.Module | None:
    """An untrained discriminator of the same family and configuration; None where the family has none."""
    if isinstance(generator, StyleGAN2Generator):
        return Discriminator(generator.config)
    if isinstance(generator, StyleGAN3Generator):
        return Discriminator(discriminator_config(generator.config))
    if isinstance(generator, StyleGAN1Generator):
        return StyleGAN1Discriminator(generator.config)
    if isinstance(generator, BigGANGenerator):
        return ProjectionDiscriminator(generator.config)
    if isinstance(generator, BigGANOriginalGenerator):
        return BigGANOriginalDiscriminator(generator.config)
    if isinstance(generator, DCGANGenerator):
        return DCGANDiscriminator(generator.config)
    network = generator.network if isinstance(generator, ChainGenerator) else None
    if isinstance(network, ProgressiveNetwork):
        return ProgressiveDiscriminator(network.config)
    if isinstance(network, ResidualNetwork):
        plain = network.config.judge == "plain"
        return ResidualDiscriminator(network.config) if plain else ResidualCritic(network.config)
    return None


def build_encoder(generator: Generator) -> VAEEncoder | DenseVAEEncoder | StyleEncoder | None:
    """An untrained encoder to the generator's z, of its configuration, or to its style rows; None where its
    family has none."""
    if isinstance(generator, StyleGAN2Generator) and fits(generator.spec.w_dim):
        return StyleEncoder(generator.spec.w_dim, generator.spec.num_ws)
    network = generator.network if isinstance(generator, PlainGenerator) else None
    if isinstance(network, VAEDecoder):
        return VAEEncoder(network.config)
    if isinstance(network, DenseVAEDecoder):
        return DenseVAEEncoder(network.config)
    return None
