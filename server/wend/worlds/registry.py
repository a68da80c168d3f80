"""The bundled worlds and variants by name, and what a card says of one."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from wend.errors import InvalidVariant, WorldNotFound
from wend.worlds.cast import PortraitsCast
from wend.worlds.digits import Digits
from wend.worlds.disc import Disc
from wend.worlds.factor import Categorical, Factor, Law, Normal, WorldConfig
from wend.worlds.portraits import Portraits
from wend.worlds.sprites import Sprites, SpritesColor
from wend.worlds.variant import read_variant, split_name, variant_config
from wend.worlds.world import World, class_names

WORLDS: dict[str, Callable[[WorldConfig | None], World]] = {
    "portraits": Portraits,
    "portraits-cast": PortraitsCast,
    "sprites": Sprites,
    "sprites-color": SpritesColor,
    "digits": Digits,
    "disc": Disc,
}
# Worlds for one question each: does a generator reach further where its pictures vary more, and what
# does it do with what it never saw? `portraits` itself is the middle of each pair.
VARIANTS: dict[str, str] = {
    "portraits-x-half": "portraits:head_x.sd=0.5x",
    "portraits-x-double": "portraits:head_x.sd=2x",
    "portraits-scale-half": "portraits:head_scale.sd=0.5x",
    "portraits-scale-double": "portraits:head_scale.sd=2x",
    "portraits-tilt-half": "portraits:tilt.sd=0.5x",
    "portraits-tilt-double": "portraits:tilt.sd=2x",
    "portraits-off-center": "portraits:head_x.shift=0.05",
    "portraits-without-glasses": "portraits:glasses=none",
    "portraits-without-hats": "portraits:hat=none",
    "portraits-with-glasses": "portraits:glasses.none=0.25",
}


def is_world(text: str) -> bool:
    """Whether this names a bundled world or a variant of one, rather than a file or folder."""
    return text.partition(":")[0].strip() in WORLDS.keys() | VARIANTS.keys()


def world_text(text: str) -> str:
    """The name of a world or variant, or the one a variant file (`*.toml`) describes, in one line.

    Only for what a person typed: cards and recipes name worlds, never files. Raises: InvalidVariant.
    """
    if is_world(text) or not text.endswith(".toml"):
        return text
    return read_variant(Path(text))


def open_world(name: str, config: WorldConfig | None = None) -> World:
    """A bundled world or a variant (`portraits:glasses=none`, see `worlds.variant`).

    `config` replaces the laws of a world named without changes.
    Raises: WorldNotFound, InvalidVariant, InvalidFactor.
    """
    base, changes = split_name(name)
    if base in VARIANTS:
        base, own = split_name(VARIANTS[base])
        changes = own + changes
    build = WORLDS.get(base)
    if build is None:
        raise WorldNotFound(name)
    if not changes:
        return build(config)
    if config is not None:
        raise InvalidVariant(name, "comes with a configuration that says otherwise")
    return build(variant_config(changes, build(None).factors))


def safe_name(name: str) -> str:
    """The name of a world or variant as one that files and models may have: at most 50 characters."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")
    if len(safe) <= 50:
        return safe
    return f"{safe[:41].rstrip('-.')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


# A choice seen in fewer pictures than this is worth a word of warning.
RARE = 0.1


def describe_biases(world: World) -> str:
    """What the pictures of a world seldom or never show, in words; every law stands in `describe_laws`."""
    rare: list[str] = []
    absent: list[str] = []
    for factor in world.factors:
        if isinstance(factor.law, Categorical):
            total = sum(factor.law.weights)
            for choice, weight in zip(factor.choices, factor.law.weights, strict=True):
                if weight == 0.0:
                    absent.append(f"{factor.name} {choice}")
                elif weight < RARE * total and factor.name != world.class_factor:
                    rare.append(f"{factor.name} {choice} ({100.0 * weight / total:.2g} %)")
    if any(isinstance(factor.law, Normal) or factor.class_laws for factor in world.factors):
        text = "Most pictures lie near the middle of the normal laws below; their ends are rare"
        text += f", and so are: {', '.join(rare)}." if rare else "."
    else:
        text = f"Rare are: {', '.join(rare)}." if rare else "Every law below is even: nothing in it is rare."
    return f"{text} Never drawn: {', '.join(absent)}." if absent else text


def describe_laws(world: World) -> dict[str, str]:
    """How often each cause occurs, in words: factor name -> law, range or choices, and unit."""
    laws: dict[str, str] = {}
    for factor in world.factors:
        if factor.is_discrete:
            laws[factor.name] = f"{factor.law} of {', '.join(factor.choices)}"
        else:
            laws[factor.name] = f"{factor.law}, {factor.low:g} to {factor.high:g} {factor.unit}"
        if factor.class_laws:
            laws[factor.name] += (
                f" over all; by {world.class_factor}: {_per_class(factor, class_names(world))}"
            )
    for a, b, rho in world.config.correlations:
        laws[f"{a}~{b}"] = f"rank correlation from a Gaussian copula of {rho:g}"
    return laws


def _per_class(factor: Factor, classes: tuple[str, ...]) -> str:
    """Which classes follow which law."""
    followers: dict[str, list[str]] = {}
    for name, law in zip(classes, factor.class_laws, strict=True):
        followers.setdefault(_told(factor, law), []).append(name)
    return "; ".join(f"{law}: {', '.join(names)}" for law, names in followers.items())


def _told(factor: Factor, law: Law) -> str:
    """A law in words; of choices, those that occur by name."""
    if not isinstance(law, Categorical):
        return str(law)
    total = sum(law.weights)
    shares = {c: 100.0 * w / total for c, w in zip(factor.choices, law.weights, strict=True) if w > 0.0}
    return " or ".join(c if len(shares) == 1 else f"{c} {share:.2g} %" for c, share in shares.items())
