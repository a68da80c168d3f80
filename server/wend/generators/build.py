"""From a card's kind and configuration to a generator without weights."""

from collections.abc import Callable, Mapping

from wend.errors import CardInvalid
from wend.generators.generator import Generator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator

Config = Mapping[str, object]


def _stylegan2(config: Config, classes: tuple[str, ...]) -> Generator:
    known = StyleGAN2Config.__dataclass_fields__
    unknown = sorted(set(config) - set(known))
    if unknown:
        raise TypeError(f"unknown settings {', '.join(unknown)}")
    return StyleGAN2Generator(StyleGAN2Config(**config), classes)  # type: ignore[arg-type]  # names checked above


BUILDERS: dict[str, Callable[[Config, tuple[str, ...]], Generator]] = {"stylegan2": _stylegan2}


def build_generator(kind: str, config: Config, classes: tuple[str, ...] = ()) -> Generator:
    """An untrained generator of a kind. Raises: CardInvalid for an unknown kind or configuration."""
    builder = BUILDERS.get(kind)
    if builder is None:
        raise CardInvalid(kind, f"the kind is none of {', '.join(BUILDERS)}")
    try:
        return builder(config, classes)
    except (TypeError, ValueError, AttributeError) as error:
        raise CardInvalid(kind, str(error)) from error
