"""Shapes, canvas and colours: known distances, cover and colours at known points."""

import pytest
import torch

from wend.worlds import shape
from wend.worlds.canvas import Canvas
from wend.worlds.color import SKIN, palette, wheel

X, Y = torch.tensor([0.0, 3.0, 0.0]), torch.tensor([0.0, 4.0, 1.0])


def _close(actual: torch.Tensor, expected: list[float], tolerance: float = 1e-5) -> bool:
    return torch.allclose(actual, torch.tensor(expected), atol=tolerance)


def test_circle_and_ring() -> None:
    assert _close(shape.circle(X, Y, 1.0), [-1.0, 4.0, 0.0])
    assert _close(shape.ring(shape.circle(X, Y, 1.0), 0.5), [0.5, 3.5, -0.5])


def test_ellipse_of_equal_radii_is_a_circle_at_its_border() -> None:
    angle = torch.linspace(0.0, 6.0, 20)
    for offset in (-0.05, 0.0, 0.05):
        radius = 2.0 + offset
        distance = shape.ellipse(radius * torch.cos(angle), radius * torch.sin(angle), 2.0, 2.0)
        assert torch.allclose(distance, torch.full_like(angle, offset), atol=2e-3)


def test_ellipse_is_zero_on_its_border() -> None:
    angle = torch.linspace(0.0, 6.0, 20)
    assert float(shape.ellipse(0.4 * torch.cos(angle), 0.9 * torch.sin(angle), 0.4, 0.9).abs().max()) < 1e-6


def test_box_and_segment() -> None:
    assert _close(shape.box(X, Y, 1.0, 1.0), [-1.0, 13**0.5, 0.0], 1e-4)
    assert _close(
        shape.box(torch.tensor([1.0]), torch.tensor([1.0]), 1.0, 1.0, 0.5), [2**0.5 / 2 - 0.5], 1e-4
    )
    assert _close(shape.segment(X, Y, 0.0, 0.0, 0.0, 2.0, 0.25), [-0.25, 13**0.5 - 0.25, -0.25], 1e-4)


def test_union_and_intersection() -> None:
    a, b, c = torch.tensor([1.0, -1.0]), torch.tensor([-2.0, 2.0]), torch.tensor([0.5, 0.5])
    assert _close(shape.either(a, b, c), [-2.0, -1.0])
    assert _close(shape.both(a, b, c), [1.0, 2.0])


def test_cover_is_the_area_inside() -> None:
    canvas = Canvas(1, 8, torch.zeros(1))
    edge = canvas.x + torch.zeros(1, 8, 1) - 0.1
    # A half plane to x = 0.1: 1.1 of 2 lengths, exactly, whatever the pixels.
    assert float(canvas.cover(edge).mean()) == pytest.approx(0.55, abs=1e-6)


def test_paint_lays_over_labels_and_hides_lines() -> None:
    canvas = Canvas(1, 32, torch.zeros(1))
    red, blue = torch.tensor([1.0, 0.0, 0.0]).view(1, 3, 1, 1), torch.tensor([0.0, 0.0, 1.0]).view(1, 3, 1, 1)
    canvas.paint(shape.circle(canvas.x, canvas.y, 0.5), red, 1)
    assert int(canvas.labels[0, 16, 16]) == 1
    assert float(canvas.lines[0, 16, 24]) > 0.5
    canvas.paint(shape.circle(canvas.x - 0.5, canvas.y, 0.3), blue, 2)
    assert int(canvas.labels[0, 16, 24]) == 2
    assert float(canvas.lines[0, 16, 24]) < 0.01
    assert canvas.rgb[0, :, 16, 24].tolist() == [0.0, 0.0, 1.0]
    canvas.paint(shape.circle(canvas.x, canvas.y, 2.0), red, 3, opacity=0.0)
    assert int(canvas.labels[0, 16, 24]) == 2


def test_palette_goes_through_its_anchors() -> None:
    colors = palette(torch.linspace(0.0, 1.0, len(SKIN)), SKIN)
    assert torch.allclose(colors[:, :, 0, 0], torch.tensor(SKIN), atol=1e-6)
    halfway = palette(torch.tensor([0.125]), SKIN)[0, :, 0, 0]
    assert torch.allclose(halfway, (torch.tensor(SKIN[0]) + torch.tensor(SKIN[1])) / 2, atol=1e-6)


def test_wheel_closes() -> None:
    lightness = torch.tensor([0.5, 0.5])
    ends = wheel(torch.tensor([0.0, 360.0]), lightness, 0.2)
    assert torch.allclose(ends[0], ends[1], atol=1e-6)
    assert float(ends[0, 0]) == pytest.approx(0.7)
