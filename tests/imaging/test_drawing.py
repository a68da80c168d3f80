"""Drawings: paper of any kind becomes clean lines; photographs, empty and full sheets are told apart."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wend.errors import SketchEmpty, SketchFull, SketchIsPhoto
from wend.imaging.drawing import clean_drawing, fit_drawing, paper_signs
from wend.imaging.ink import ink_of, stroke_width
from wend.worlds.registry import open_world
from wend.worlds.world import sample_factors

SIDE = 200
ACROSS, DOWN = np.meshgrid(np.arange(SIDE) / SIDE, np.arange(SIDE) / SIDE)
RING = np.abs(np.hypot(ACROSS - 0.5, DOWN - 0.5) - 0.3) < 0.015


def sheet(
    paper: NDArray[np.floating], ink: float = 0.1, lines: NDArray[np.bool_] = RING
) -> NDArray[np.uint8]:
    grey = np.where(lines, ink * paper, paper)
    rgb = np.repeat((grey * 255).astype(np.uint8)[:, :, None], 3, axis=2)
    return np.dstack([rgb, np.full_like(rgb[:, :, :1], 255)])


def overlap(cleaned: NDArray[np.uint8], lines: NDArray[np.bool_] = RING) -> float:
    drawn = cleaned[:, :, 0] < 128
    return float((drawn & lines).sum() / (drawn | lines).sum())


PAPERS = {
    "white": np.ones_like(ACROSS),
    "grey": np.full_like(ACROSS, 0.6),
    "shadow": 1.0 - 0.45 / (1.0 + np.exp(-(ACROSS - 0.6) * 30.0)),
    "slope": 0.5 + 0.5 * DOWN,
    "grain": 0.9 + 0.02 * np.random.default_rng(0).standard_normal(ACROSS.shape),
}


@pytest.mark.parametrize("paper", PAPERS)
def test_lines_come_clean_from_any_paper(paper: str) -> None:
    cleaned = clean_drawing(sheet(PAPERS[paper].clip(0.0, 1.0)))
    assert cleaned.shape == (SIDE, SIDE, 1)
    assert overlap(cleaned) > 0.85
    assert cleaned[~RING].mean() > 250


def test_places_that_are_blacked_in_stay_black() -> None:
    disc = np.hypot(ACROSS - 0.5, DOWN - 0.5) < 0.3
    assert overlap(clean_drawing(sheet(PAPERS["slope"], lines=disc)), disc) > 0.9


def test_chalk_and_transparent_paper_are_drawings_too() -> None:
    chalk = sheet(np.full_like(ACROSS, 0.15), ink=5.5)
    assert overlap(clean_drawing(chalk)) > 0.8
    clear = sheet(PAPERS["white"], ink=1.0)
    clear[:, :, 3] = np.where(RING, 255, 0)
    assert overlap(clean_drawing(clear)) > 0.9


def test_a_long_sheet_becomes_a_square() -> None:
    assert clean_drawing(sheet(PAPERS["white"])[:100]).shape == (SIDE, SIDE, 1)
    large = np.repeat(np.repeat(sheet(PAPERS["white"]), 4, axis=0), 4, axis=1)
    assert clean_drawing(large).shape == (512, 512, 1)


def test_empty_and_full_sheets_are_refused() -> None:
    nothing = np.zeros_like(RING)
    for paper in ("white", "shadow", "grain"):
        with pytest.raises(SketchEmpty):
            clean_drawing(sheet(PAPERS[paper].clip(0.0, 1.0), lines=nothing))
    with pytest.raises(SketchFull):
        clean_drawing(sheet(np.full_like(ACROSS, 0.05), lines=nothing))
    with pytest.raises(SketchFull):
        clean_drawing(sheet(PAPERS["white"], lines=np.abs(ACROSS - 0.5) < 0.4))


def test_pictures_are_told_from_drawings_of_the_same_people() -> None:
    world = open_world("portraits")
    scene = world.render(sample_factors(world, 12, 3), 128)
    pictures = ((scene.images.clamp(-1, 1) + 1) * 127.5).byte().permute(0, 2, 3, 1).numpy()
    lines = ((1 - scene.lines) * 255).byte().permute(0, 2, 3, 1).numpy()

    def opaque(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.dstack([np.broadcast_to(pixels, (128, 128, 3)), np.full((128, 128, 1), 255, np.uint8)])

    assert not any(paper_signs(opaque(each)).is_photo for each in lines)
    told = [paper_signs(opaque(each)).is_photo for each in pictures]
    assert sum(told) >= 9
    photo = opaque(pictures[told.index(True)])
    with pytest.raises(SketchIsPhoto):
        clean_drawing(photo)
    assert clean_drawing(photo, is_surely=True).shape == (128, 128, 1)


@pytest.mark.parametrize("width", [2, 4, 8])
def test_the_width_of_lines_is_measured(width: int) -> None:
    ink = torch.zeros(1, 1, 100, 100)
    ink[:, :, 40 : 40 + width, 10:90] = 1.0
    ink[:, :, 70 : 70 + width, 10:90] = 1.0
    assert float(stroke_width(ink)[0]) == pytest.approx(width / 100, rel=0.12)
    assert float(stroke_width(torch.zeros(1, 1, 8, 8))[0]) == 0.0


def test_drawings_are_fitted_by_area() -> None:
    drawing = torch.ones(1, 1, 8, 8)
    drawing[:, :, :, :4] = -1.0
    assert fit_drawing(drawing, 8) is drawing
    assert fit_drawing(drawing, 2).tolist() == [[[[-1.0, 1.0], [-1.0, 1.0]]]]
    assert float(ink_of(fit_drawing(drawing, 32)).mean()) == pytest.approx(0.5)
