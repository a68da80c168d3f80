"""Lab: known colours, the way back, and what a screen has not."""

import pytest
import torch

from wend.imaging.lab import lab_to_rgb, rgb_to_lab


# Source: the CIE-Lab values of sRGB primaries under D65, as published in colour tables.
@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        ((1.0, 1.0, 1.0), (100.0, 0.0, 0.0)),
        ((1.0, 0.0, 0.0), (53.24, 80.09, 67.20)),
        ((0.0, 1.0, 0.0), (87.73, -86.18, 83.18)),
        ((0.0, 0.0, 1.0), (32.30, 79.19, -107.86)),
        ((0.5, 0.5, 0.5), (53.39, 0.0, 0.0)),
    ],
)
def test_known_colours(rgb: tuple[float, float, float], lab: tuple[float, float, float]) -> None:
    found = rgb_to_lab(torch.tensor(rgb).view(1, 3, 1, 1)).flatten()
    assert found.tolist() == pytest.approx(lab, abs=0.02)


def test_there_and_back() -> None:
    rgb = torch.rand(2, 3, 5, 7, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(lab_to_rgb(rgb_to_lab(rgb)), rgb.double(), atol=1e-9)


def test_colours_a_screen_has_not_are_cut() -> None:
    bright = torch.tensor([140.0, 90.0, -90.0]).view(1, 3, 1, 1)
    rgb = lab_to_rgb(bright)
    assert float(rgb.min()) >= 0.0
    assert float(rgb.max()) == 1.0
