"""The bundled worlds by name, and what a card says of one."""

from collections.abc import Callable

from wend.errors import WorldNotFound
from wend.worlds.cast import PortraitsCast
from wend.worlds.disc import Disc
from wend.worlds.factor import Categorical, WorldConfig
from wend.worlds.portraits import Portraits
from wend.worlds.world import World

WORLDS: dict[str, Callable[[WorldConfig | None], World]] = {
    "portraits": Portraits,
    "portraits-cast": PortraitsCast,
    "disc": Disc,
}


def open_world(name: str, config: WorldConfig | None = None) -> World:
    """A bundled world under a configuration. Raises: WorldNotFound, InvalidFactor."""
    build = WORLDS.get(name)
    if build is None:
        raise WorldNotFound(name)
    return build(config)


# A choice seen in fewer pictures than this is worth a word of warning.
RARE = 0.1


def describe_biases(world: World) -> str:
    """What the pictures of a world seldom show, in a sentence; every law stands in `describe_laws`."""
    rare: list[str] = []
    for factor in world.factors:
        if isinstance(factor.law, Categorical):
            total = sum(factor.law.weights)
            for choice, weight in zip(factor.choices, factor.law.weights, strict=True):
                if weight < RARE * total:
                    rare.append(f"{factor.name} {choice} ({100.0 * weight / total:.2g} %)")
    lead = "Most pictures lie near the middle of the normal laws below; their ends are rare"
    return f"{lead}, and so are: {', '.join(rare)}." if rare else f"{lead}."


def describe_laws(world: World) -> dict[str, str]:
    """How often each cause occurs, in words: factor name -> law, range or choices, and unit."""
    laws: dict[str, str] = {}
    for factor in world.factors:
        if factor.is_discrete:
            laws[factor.name] = f"{factor.law} of {', '.join(factor.choices)}"
        else:
            laws[factor.name] = f"{factor.law}, {factor.low:g} to {factor.high:g} {factor.unit}"
    for a, b, rho in world.config.correlations:
        laws[f"{a}~{b}"] = f"rank correlation from a Gaussian copula of {rho:g}"
    return laws
