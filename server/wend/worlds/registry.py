"""The bundled worlds by name, and what a card says of one."""

from collections.abc import Callable

from wend.errors import WorldNotFound
from wend.worlds.disc import Disc
from wend.worlds.factor import WorldConfig
from wend.worlds.portraits import Portraits
from wend.worlds.world import World

WORLDS: dict[str, Callable[[WorldConfig | None], World]] = {"portraits": Portraits, "disc": Disc}


def open_world(name: str, config: WorldConfig | None = None) -> World:
    """A bundled world under a configuration. Raises: WorldNotFound, InvalidFactor."""
    build = WORLDS.get(name)
    if build is None:
        raise WorldNotFound(name)
    return build(config)


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
