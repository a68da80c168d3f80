"""Factors made by hand on the disc, whose z is linear in what it draws: u and g are known exactly."""

from collections.abc import Sequence
from pathlib import Path

import torch

from wend.latents.factor import KNOTS, FactorWalk, MonotoneCurve
from wend.library.factor_record import Anchor, Factor
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.methods.workbench import Workbench
from wend.settings import ROOT

DISC = "analytic-disc"
FAMILY = "factor-byhand"
X_SD = 0.07
"""Of the disc's place, of width: what one standard deviation of z is."""
LIGHT_SD = 0.016
"""Of what the light factor believes; the truth is about 0.011, and depends on the disc's size."""
LIGHT = -0.533
CPU = torch.device("cpu")


def record(
    key: str,
    u: Sequence[float],
    per_sd: float,
    offset: float = 0.0,
    attribute: str | None = None,
    unit: str = "of width",
    space: str = "z",
) -> WalkRecord:
    """A factor along u whose value is offset + per_sd p."""
    curve = MonotoneCurve(torch.full((KNOTS,), per_sd), offset)
    walk = FactorWalk.in_z(torch.tensor(u), curve, (-2.5, 2.5))
    if space == "w":
        walk = FactorWalk(walk.read, walk.move, walk.center, curve, "w", (0, 1), (-2.5, 2.5))
    anchor: Anchor = "zero" if attribute is None else "measured"
    return WalkRecord(
        id=f"{FAMILY}/{key}",
        title=key,
        method="factor",
        space=walk.space,
        unit=unit,
        layers=(0, 1),
        low=-3.0 * per_sd,
        high=3.0 * per_sd,
        psi=1.0,
        strength=0.1,
        generator_hash="",
        vector=torch.zeros(0),
        unit_length=0.0,
        settings={"edit": key},
        factor=Factor(walk, key, anchor, 0.01, 40, 4, attribute),
    )


X = record("shift_x", (1.0, 0.0, 0.0, 0.0), X_SD)
Y = record("shift_y", (0.0, 1.0, 0.0, 0.0), X_SD)
SLANTED = record("slanted", (0.6, 0.8, 0.0, 0.0), X_SD)
NEARLY_X = record("nearly_x", (0.99, 0.1, 0.0, 0.0), X_SD)
LIT = record("light", (0.0, 0.0, 0.0, 1.0), LIGHT_SD, LIGHT, "luminance", "of range")
X_IN_W = record("x_in_w", (1.0, 0.0, 0.0, 0.0), X_SD, space="w")
ALL = (X, Y, SLANTED, NEARLY_X, LIT, X_IN_W)


def put_on_shelf(shelf: Shelf) -> None:
    """All of them, on the shelf of the disc."""
    from dataclasses import replace

    own = shelf.store.get(DISC).card.hash
    shelf.save(own, FAMILY, [replace(each, generator_hash=own) for each in ALL])


def disc_bench(folder: Path) -> Workbench:
    """The disc with these factors on its shelf; no network sees it."""
    store = ModelStore([ROOT / "models" / "generators"])
    shelf = Shelf(store, folder / "shelf")
    put_on_shelf(shelf)
    return Workbench(DISC, store.load(DISC, CPU), shelf, PerceptionStore([]))
