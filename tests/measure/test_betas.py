"""The beta study's numbers: ranks, tables by beta, public VAEs, factors that were not found."""

import pytest
import torch

from wend.measure.betas import BetaStudy, Steered, SteeredVAE
from wend.measure.betas_report import betas_report
from wend.measure.latent_use import LatentUse
from wend.measure.report.page import render_report
from wend.measure.traversal import Traversal


def _steered(sd: float | None) -> Steered:
    if sd is None:
        return Steered(None, lack="nothing moves")
    places = (-1.0, 0.0, 1.0)
    found = Traversal("white_x", "of width", places, (-0.1, 0.0, 0.1), (sd,) * 3, (0, 0, 0), 9, 0.2, False)
    return Steered(found, (1.0, 0.0), 8, 1)


def _vae(name: str, beta: float, seed: int | None, x: float, scale: float | None) -> SteeredVAE:
    followed: dict[str, float | None] = {"x": 0.9, "y": 0.9, "scale": 0.02 if scale is None else 0.8}
    use = LatentUse((3.0 / beta, 0.0), 90.0 + beta, 0.01, followed, 50)
    factors = {"x": _steered(x), "y": _steered(0.5), "scale": _steered(scale)}
    return SteeredVAE(name, beta, seed, 100, use, factors)


STUDY = BetaStudy(
    (
        _vae("b1-s0", 1.0, 0, 0.10, 0.3),
        _vae("b1-s1", 1.0, 1, 0.08, 0.3),
        _vae("b4-s0", 4.0, 0, 0.06, 0.2),
        _vae("b4-s1", 4.0, 1, 0.07, 0.1),
        _vae("b10-s0", 10.0, 0, 0.02, None),
        _vae("b10-s1", 10.0, 1, 0.03, 0.4),
    ),
    (_vae("plain", 1.0, None, 0.10, 0.3), _vae("other", 4.0, None, 0.05, None)),
)


def test_ranks_are_over_all_seeds_in_which_a_factor_was_found() -> None:
    """Known value: ranks 1.5 1.5 3.5 3.5 5.5 5.5 against 6 5 3 4 1 2."""
    assert STUDY.correlation("x") == pytest.approx(-0.9561829)
    assert STUDY.correlations_by_seed("x") == {"0": pytest.approx(-1.0), "1": pytest.approx(-1.0)}
    assert STUDY.correlation("y") is None  # it does not vary
    assert STUDY.correlations_by_seed("scale")["0"] is None  # two are too few


def test_the_table_has_a_row_per_beta_and_shows_what_was_dropped() -> None:
    table = STUDY.table()
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert [row["beta"] for row in rows] == [1.0, 4.0, 10.0]
    assert rows[0]["x mean sd"] == pytest.approx(0.09)
    assert rows[0]["x between seeds"] == pytest.approx(0.02 / 2**0.5)
    assert rows[2]["scale mean sd"] == pytest.approx(0.4)
    assert (rows[2]["scale found"], rows[2]["dropped"]) == (1, "scale")
    assert rows[1]["KL"] == pytest.approx(0.75)
    assert len(STUDY.each().rows) == 8
    assert len(STUDY.places().rows) == 8 * 3 * 3 - 2 * 3


def test_public_vaes_are_held_against_the_plain_one() -> None:
    assert STUDY.public_change("x") == {"other": pytest.approx(0.5)}
    assert STUDY.public_change("scale") == {"other": None}


def test_the_page_says_which_lines_there_were() -> None:
    sheets = {"x": torch.zeros(3 * 11, 3, 8, 8)}
    page = render_report(betas_report(STUDY, sheets, {"images": 100}))
    assert "-0.96" in page
    assert "Public VAEs" in page
    assert "0: no such line was found" in page
    assert render_report(betas_report(BetaStudy(STUDY.ours), sheets, {})).count("Public VAEs") == 0
