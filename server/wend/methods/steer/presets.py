"""Steer presets: the published settings, row by row, beside our own faster ones.

Source of the published ones: Jahanian, Chai and Isola, "On the 'steerability' of generative adversarial
networks", ICLR 2020, released code and shipped configurations.
"""

from dataclasses import dataclass

from pydantic import JsonValue

from wend.methods.edits.catalog import PUBLISHED
from wend.methods.losses import LossName
from wend.methods.steer.learners import Place, Start
from wend.methods.steer.objective import Codes

GEOMETRIC = ("shift_x", "shift_y", "rotate2d", "rotate3d")


@dataclass(frozen=True)
class Row:
    """One row of the published table of budgets. `edits` maps an edit to its learning rate; samples: codes of
    one pass, for every edit, or for each; reach: where it is not the edit's published one."""

    name: str
    walk: str
    place: Place
    loss: dict[str, LossName]
    learning_rate: dict[str, float]
    samples: dict[str, int]
    codes: Codes = "normal"
    start: Start = "normal"
    reach: float | None = None
    scale: str = "published"


def _all(edits: tuple[str, ...], value: float) -> dict[str, float]:
    return dict.fromkeys(edits, value)


_LINEAR = ("color", *GEOMETRIC, "zoom")
_LPIPS_GEOMETRY: dict[str, LossName] = {"color": "l2", **dict.fromkeys((*GEOMETRIC, "zoom"), "lpips")}


def _stylegan(name: str, slow: bool, samples: dict[str, int], steps: bool = False) -> Row:
    """slow: the learning rate of every edit is 1e-4, as for cats, and not of zoom alone. steps: by step
    networks instead of a line, which begin as the source's do; losses, rates and codes are the lines'."""
    rate = 1e-4 if slow else 1e-3
    rates = {**_all(("color", *GEOMETRIC), rate), "zoom": 1e-4}
    if steps:
        # A vector for each layer would make networks of hundreds of millions of numbers.
        return Row(name, "steps", "w", _LPIPS_GEOMETRY, rates, samples, start="glorot")
    return Row(name, "linear", "layers", _LPIPS_GEOMETRY, rates, samples)


_CARS = {
    "color": 2_000, "zoom": 60_000, "shift_x": 10_000, "shift_y": 10_000,
    "rotate2d": 10_000, "rotate3d": 60_000,
}  # fmt: skip
_CATS = {
    "color": 2_000, "zoom": 40_000, "shift_x": 10_000, "shift_y": 10_000,
    "rotate2d": 40_000, "rotate3d": 40_000,
}  # fmt: skip

ROWS: tuple[Row, ...] = (
    Row(
        "BigGAN",
        "linear",
        "z",
        dict.fromkeys(_LINEAR, "l2"),
        {**_all(("color", *GEOMETRIC), 1e-3), "zoom": 1e-4},
        dict.fromkeys(_LINEAR, 20_000),
        codes="truncated",
    ),
    Row(
        "BigGAN steps",
        "steps",
        "z",
        _LPIPS_GEOMETRY,
        {"color": 1e-3, **_all((*GEOMETRIC, "zoom"), 1e-4)},
        dict.fromkeys(_LINEAR, 20_000),
        codes="truncated",
    ),
    # The configuration as it now is; the codes behind the released weights are a row of their own.
    _stylegan("StyleGAN cars", False, _CARS),
    _stylegan("StyleGAN FFHQ", False, _CARS),
    _stylegan("StyleGAN cats", True, _CATS),
    _stylegan("StyleGAN cars, released weights", False, {"shift_x": 60_000, "shift_y": 60_000}),
    _stylegan(
        "StyleGAN FFHQ, released weights", False, {"shift_x": 60_000, "shift_y": 60_000, "rotate2d": 60_000}
    ),
    _stylegan("StyleGAN cats, released weights", True, {"shift_x": 40_000, "shift_y": 40_000}),
    _stylegan("StyleGAN cars steps", False, _CARS, steps=True),
    _stylegan("StyleGAN FFHQ steps", False, _CARS, steps=True),
    _stylegan("StyleGAN cats steps", True, _CATS, steps=True),
    Row(
        "StyleGAN2",
        "linear",
        "layers",
        dict.fromkeys(("shift_x", "shift_y"), "lpips"),
        _all(("shift_x", "shift_y"), 1e-4),
        dict.fromkeys(("shift_x", "shift_y"), 40_000),
        # Of pictures of 256 px. The source draws 5, 10, ... 100 px, this every whole pixel up to there.
        reach=100.0,
        scale="reach",
    ),
    Row("Progressive GAN", "linear", "z", {"color": "l2"}, {"color": 1e-4}, {"color": 60_000}),
)  # fmt: skip


def published(row: Row, edit: str) -> dict[str, JsonValue]:
    """The parameters of one published row and edit; all that the row leaves open is the released code's.

    Adam with the usual betas at a constant rate, batch 4, one pass over codes of seed 0, truncation off,
    the last walk kept. Raises: KeyError for an edit that the row has not.
    """
    told: dict[str, JsonValue] = {
        "edit": edit,
        "walk": row.walk,
        "place": row.place,
        "classes": "shared",
        "psi": 1.0,
        "codes": row.codes,
        "loss": row.loss[edit],
        "samples": row.samples[edit],
        "batch": 4,
        "strengths": "batch",
        "learning_rate": row.learning_rate[edit],
        "patience": None,
        "seed": 0,
        "method": "adam",
        "schedule": "constant",
        "warmup": 0.0,
        "clip": None,
        "check_every": 0,
    }
    if row.walk == "steps":
        return told | {"start": row.start, "rounded": True}
    told |= {"range": "published", "scale": row.scale, "start_sd": 0.1}
    return told if row.reach is None else told | {"reach": row.reach}


def presets() -> dict[str, dict[str, JsonValue]]:
    """Named sets of parameters, ours first; the model is the user's to choose."""
    found: dict[str, dict[str, JsonValue]] = {
        "Fast": {},
        "Fast, in steps": {"walk": "steps", "place": "w", "learning_rate": 0.003},
        "Fast, half precision": {"precision": "bfloat16"},
    }
    for row in ROWS:
        for edit in PUBLISHED:
            if edit in row.samples:
                found[f"As published: {row.name}, {edit}"] = published(row, edit)
    return found
