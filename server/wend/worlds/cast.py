"""The portraits-cast world: 24 characters as classes, each with its own spread of pose and light."""

from collections.abc import Mapping

from torch import Tensor

from wend.worlds.characters import BARE, CAST, Character
from wend.worlds.factor import Categorical, Factor, Law, Normal, WorldConfig
from wend.worlds.portraits import FACTORS as PORTRAIT_FACTORS
from wend.worlds.portraits import Portraits
from wend.worlds.world import Scene, complete_values

CLASS_FACTOR = "character"
# What differs in spread between characters: factor -> (tightest sd, start, step). Character k has the
# spread of rank (start + step k) mod 24 among 24 that grow geometrically by SPREAD_RATIO in all. The
# numbers were searched for: no two attributes' spreads correlate above 0.2 over the cast. The widest lie
# 2.5 sd within the factor's range, so hardly anything is cut off.
SPREADS: dict[str, tuple[float, int, int]] = {
    "head_x": (0.010, 22, 5),
    "head_y": (0.0065, 18, 13),
    "head_scale": (0.016, 3, 7),
    "tilt": (1.6, 11, 11),
    "light_level": (0.011, 6, 23),
}
SPREAD_RATIO = 6.3
# Sd of what a costume fixes, as a share of the factor's range: enough that no two shirts are quite the same.
COSTUME_SHARE = 0.015
# Sd of a trait that a character merely tends to, for factors without a normal law of their own.
TEMPER_SHARE = 0.12


def _spread(name: str, character: int) -> float:
    tightest, start, step = SPREADS[name]
    rank = (start + step * character) % len(CAST)
    # Rounded, so that a model's hash, which is of the laws, is the same on every machine.
    return round(float(tightest * SPREAD_RATIO ** (rank / (len(CAST) - 1))), 6)


def _law(factor: Factor, index: int, character: Character) -> Law:
    """How a factor of the portraits world falls out in pictures of one character."""
    if factor.name in SPREADS:
        # Around the middle of the range, so that the cut ends leave all means equal.
        return Normal(0.5 * (factor.low + factor.high), _spread(factor.name, index))
    costume = BARE | character.costume
    if factor.name in costume:
        worn = costume[factor.name]
        if isinstance(worn, str):
            return Categorical(tuple(float(choice == worn) for choice in factor.choices))
        return Normal(worn, COSTUME_SHARE * (factor.high - factor.low))
    if factor.name in character.temper:
        own = factor.law.sd if isinstance(factor.law, Normal) else TEMPER_SHARE * (factor.high - factor.low)
        return Normal(character.temper[factor.name], own)
    return factor.law


def _factors() -> tuple[Factor, ...]:
    equal = (1.0,) * len(CAST)
    who = Factor(
        CLASS_FACTOR, "choice", 0, len(CAST) - 1, Categorical(equal), "who it is", tuple(c.name for c in CAST)
    )
    out = [who]
    for factor in PORTRAIT_FACTORS:
        laws = [_law(factor, index, character) for index, character in enumerate(CAST)]
        shared = all(law == factor.law for law in laws)
        out.append(factor if shared else factor.with_class_laws(laws, equal))
    return tuple(out)


FACTORS: tuple[Factor, ...] = _factors()


class PortraitsCast:
    """The portraits world with a cast: one more factor, `character`, on which the others' laws depend.

    The same painter, labels and units as `Portraits`. Costume and ground tell the character; position,
    scale, tilt and light level have the same mean for all and a spread of each character's own, from the
    tightest to six times that, so that what a generator has seen vary more can be compared, class by
    class, with how far it can be steered.
    Source: Jahanian, Chai and Isola 2020, for the question.
    """

    name = "portraits-cast"
    labels: tuple[str, ...] = Portraits.labels
    default_size = Portraits.default_size
    class_factor: str | None = CLASS_FACTOR

    def __init__(self, config: WorldConfig | None = None) -> None:
        self.config = config or WorldConfig()
        self.factors = self.config.apply(FACTORS, CLASS_FACTOR)
        self._painter = Portraits()

    def render(self, values: Mapping[str, Tensor], size: int) -> Scene:
        """Draw portraits of size x size pixels; factors not given are the character's own middle.

        values: name -> float32 [N] in the factor's unit; what is given wins over the character's law,
        so any character can be drawn in any pose, hat or light. Differentiable as `Portraits.render`.
        """
        full = complete_values(self, values)
        painted = self._painter.render({k: v for k, v in full.items() if k != CLASS_FACTOR}, size)
        return Scene(painted.images, full, painted.labels, painted.lines)

    def class_sigmas(self) -> dict[str, tuple[float, ...]]:
        """True standard deviation of each attribute that SPREADS names, per character, in its unit."""
        return {
            f.name: tuple(f.given(k).moments()[1] for k in range(len(CAST)))
            for f in self.factors
            if f.name in SPREADS
        }
