"""Steer presets: the published settings, row by row, beside our own faster ones.

Source of the published ones: Jahanian, Chai and Isola, "On the 'steerability' of generative adversarial
networks", ICLR 2020, released code and shipped configurations.
"""

from dataclasses import dataclass

from pydantic import JsonValue

from wend.methods.edits import PUBLISHED
from wend.methods.learners import Place, Start
from wend.methods.losses import LossName
from wend.methods.steer import Codes

GEOMETRIC = ("shift_x", "shift_y", "rotate2d", "rotate3d")


@dataclass(frozen=True)
class Row:
    """One row of the published table of budgets. `edits` maps an edit to its learning rate; samples: codes of
    one pass, for every edit, or for each."""

    name: str
    walk: str
    place: Place
    loss: dict[str, LossName]
    learning_rate: dict[str, float]
    samples: dict[str, int]
    codes: Codes = "normal"
    start: Start = "normal"


def _all(edits: tuple[str, ...], value: float) -> dict[str, float]:
    return dict.fromkeys(edits, value)


_LINEAR = ("color", *GEOMETRIC, "zoom")
_LPIPS_GEOMETRY: dict[str, LossName] = {"color": "l2", **dict.fromkeys((*GEOMETRIC, "zoom"), "lpips")}


def _stylegan(name: str, slow: bool, samples: dict[str, int]) -> Row:
    """slow: the learning rate of every edit is 1e-4, as for cats, and not of zoom alone."""
    rate = 1e-4 if slow else 1e-3
    rates = {**_all(("color", *GEOMETRIC), rate), "zoom": 1e-4}
    return Row(name, "linear", "layers", _LPIPS_GEOMETRY, rates, samples, start="glorot")


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
    # Shifts: 60 000 (cats 40 000) made the released weights; the configuration now says 10 000.
    _stylegan(
        "StyleGAN cars",
        False,
        {"color": 2_000, "zoom": 60_000, "shift_x": 10_000, "shift_y": 10_000, "rotate2d": 10_000,
         "rotate3d": 60_000},
    ),
    _stylegan(
        "StyleGAN FFHQ",
        False,
        {"color": 2_000, "zoom": 60_000, "shift_x": 10_000, "shift_y": 10_000, "rotate2d": 10_000,
         "rotate3d": 60_000},
    ),
    _stylegan(
        "StyleGAN cats",
        True,
        {"color": 2_000, "zoom": 40_000, "shift_x": 10_000, "shift_y": 10_000, "rotate2d": 40_000,
         "rotate3d": 40_000},
    ),
    Row("Progressive GAN", "linear", "z", {"color": "l2"}, {"color": 1e-4}, {"color": 60_000}),
)  # fmt: skip


def published(row: Row, edit: str) -> dict[str, JsonValue]:
    """The parameters of one published row and edit; all that the row leaves open is the released code's.

    Adam with the usual betas at a constant rate, batch 4, one pass over codes of seed 0, truncation off,
    the last walk kept. Raises: KeyError for an edit that the row has not.
    """
    return {
        "edit": edit,
        "walk": row.walk,
        "range": "published",
        "place": row.place,
        "classes": "shared",
        "psi": 1.0,
        "codes": row.codes,
        "loss": row.loss[edit],
        "samples": row.samples[edit],
        "batch": 4,
        "strengths": "batch",
        "scale": "published",
        "learning_rate": row.learning_rate[edit],
        "patience": None,
        "seed": 0,
        "method": "adam",
        "schedule": "constant",
        "warmup": 0.0,
        "clip": None,
        "check_every": 0,
        "start_sd": 0.1,
        "start": row.start,
        "pull": 1.0,
        "rounded": True,
    }


def presets() -> dict[str, dict[str, JsonValue]]:
    """Named sets of parameters, ours first; the model is the user's to choose."""
    found: dict[str, dict[str, JsonValue]] = {
        "Fast": {},
        "Fast, in steps": {"walk": "steps", "place": "w", "learning_rate": 0.003},
    }
    for row in ROWS:
        for edit in PUBLISHED:
            if edit in row.samples:
                found[f"As published: {row.name}, {edit}"] = published(row, edit)
    return found
