"""Recipe of a layered encoder: what is trained, how long, and how rates fall."""

from dataclasses import asdict, dataclass

from wend.errors import InvalidInput
from wend.training.recipe import DTYPES, Setting


@dataclass(frozen=True)
class EncoderRecipe:
    """Two phases: every layer's network apart, then all of them as one.

    drops_*: shares of the phase, with commas, at which a rate falls to `fall_*` of itself. direct: one
    network from picture to z, learnt as a whole for as many steps, without the layers ("method b").
    Source: Bau et al., ICCV 2019, released code; `PUBLISHED` has its numbers, the defaults those for an hour
    of a CPU core.
    """

    model: str = ""
    generator_hash: str = ""
    layer: str = ""  # behind which the generator is cut
    batch: int = 16
    steps_apart: int = 1_500
    steps_joint: int = 3_000
    lr_pixels: float = 2e-3  # of e_f
    lr_layers: float = 1e-3  # of e_n to e_1
    lr_joint: float = 5e-4
    drops_pixels: str = "0.6,0.85"
    drops_layers: str = "0.6,0.85"  # of e_n to e_3 and e_1
    drops_second: str = "0.6,0.85"  # of e_2
    drops_joint: str = "0.5,0.75,0.9"
    fall_apart: float = 0.3
    fall_joint: float = 0.4
    reconstruction: float = 0.01
    image: float = 1.0  # weight of the pictures' difference
    trunk: int = 16
    hidden: int = 96
    direct: bool = False
    test: int = 200  # pictures never trained on, by which errors are told
    precision: str = "float32"
    seed: int = 0

    def __post_init__(self) -> None:
        if (
            min(self.batch, self.trunk, self.test) < 2
            or min(self.steps_apart, self.steps_joint, self.hidden) < 0
        ):
            raise InvalidInput("batch, trunk and test must be at least 2, steps and hidden at least 0.")
        if self.precision not in DTYPES:
            raise InvalidInput(f"The precision must be one of {', '.join(DTYPES)}, not {self.precision}.")
        for text in (self.drops_pixels, self.drops_layers, self.drops_second, self.drops_joint):
            shares(text)

    @property
    def steps(self) -> int:
        return self.steps_apart + self.steps_joint

    @property
    def total_images(self) -> int:
        return self.steps * self.batch

    def as_dict(self) -> dict[str, Setting]:
        return asdict(self)


PUBLISHED: dict[str, Setting] = {
    "batch": 32,
    "steps_apart": 10_000,
    "steps_joint": 100_000,
    "lr_pixels": 1e-2,
    "lr_layers": 1e-4,
    "lr_joint": 1e-5,
    "drops_pixels": "",
    "drops_layers": "0.2,0.6",
    "drops_second": "0.6,0.8",
    "drops_joint": "0.05,0.15,0.35",
    "fall_apart": 0.1,
    "fall_joint": 0.5,
    "reconstruction": 0.01,
    "image": 1.0,
    "trunk": 64,
    "hidden": 0,
    "test": 1_000,
}
"""100 and 1000 epochs of 100 batches; drops at epochs 20 and 60, 60 and 80, and 50, 150 and 350."""


def shares(text: str) -> tuple[float, ...]:
    """Of "0.2,0.6". Raises: InvalidInput."""
    try:
        found = tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise InvalidInput(f"Drops are shares with commas, such as 0.2,0.6, not {text}.") from error
    if any(not 0.0 < share < 1.0 for share in found):
        raise InvalidInput(f"Drops are shares between 0 and 1, not {text}.")
    return found


def fallen(share: float, drops: str, fall: float) -> float:
    """The factor on a rate at a share of its phase."""
    return fall ** sum(share >= drop for drop in shares(drops))
