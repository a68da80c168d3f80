"""Sketch extractors: PhotoSketch's layout and statistics, and edges that need no weights."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from tests.perception.plugging import gradient_of, plug, randomized, some_images
from wend.errors import CardInvalid, WeightsInvalid
from wend.perception.edges import Edges
from wend.perception.photosketch import PhotoSketch
from wend.perception.preprocess import Preprocess
from wend.perception.readers import open_plug_in

SMALL = Preprocess(size=32)


def published(width: int = 4, blocks: int = 2) -> nn.Sequential:
    """The layout as its authors write it, dropout of probability 0 and all, under their numbers."""
    model: list[nn.Module] = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7, bias=False)]
    model += [nn.BatchNorm2d(width), nn.ReLU()]
    for wide in (width, 2 * width):
        model += [nn.Conv2d(wide, 2 * wide, 3, 2, 1, bias=False), nn.BatchNorm2d(2 * wide), nn.ReLU()]
    wide = 4 * width
    for _ in range(blocks):
        block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(wide, wide, 3, bias=False), nn.BatchNorm2d(wide), nn.ReLU(),
            nn.Dropout(0), nn.ReflectionPad2d(1), nn.Conv2d(wide, wide, 3, bias=False), nn.BatchNorm2d(wide),
        )  # fmt: skip
        model.append(nn.Sequential())
        model[-1].add_module("conv_block", block)
    for wide in (4 * width, 2 * width):
        model += [nn.ConvTranspose2d(wide, wide // 2, 3, 2, 1, 1, bias=False)]
        model += [nn.BatchNorm2d(wide // 2), nn.ReLU()]
    model += [nn.ReflectionPad2d(3), nn.Conv2d(width, 1, 7), nn.Tanh()]
    return nn.Sequential(*model)


def run(model: nn.Sequential, x: torch.Tensor) -> torch.Tensor:
    for layer in model:
        block = layer.get_submodule("conv_block") if "conv_block" in dict(layer.named_children()) else None
        x = layer(x) if block is None else x + block(x)
    return x


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "latest_net_G.pth"
    tensors = randomized(published()).state_dict()
    torch.save({f"module.model.{key}": value for key, value in tensors.items()}, path)
    return path


@pytest.mark.parametrize("statistics", ["batch", "stored"])
def test_it_answers_as_the_published_layout(file: Path, statistics: str) -> None:
    opened = open_plug_in(plug(file, "lines", "photosketch", {"statistics": statistics}, preprocess=SMALL))
    assert isinstance(opened, PhotoSketch)
    reference = randomized(published())
    assert isinstance(reference, nn.Sequential)
    reference.train(statistics == "batch")
    images = some_images(3, 32)
    with torch.no_grad():
        paper = run(reference, images)
        assert torch.allclose(opened.paper(images), paper, atol=1e-5)
        assert torch.allclose(opened.draw(images), (1 - paper) / 2, atol=1e-5)


def test_statistics_of_each_image_ignore_the_others(file: Path) -> None:
    opened = open_plug_in(plug(file, "lines", "photosketch", {"statistics": "image"}, preprocess=SMALL))
    of_batch = open_plug_in(plug(file, "lines", "photosketch", preprocess=SMALL))
    assert isinstance(opened, PhotoSketch)
    assert isinstance(of_batch, PhotoSketch)
    images = some_images(3, 32)
    with torch.no_grad():
        assert torch.allclose(opened.draw(images)[:1], opened.draw(images[:1]), atol=1e-5)
        assert torch.allclose(of_batch.draw(images[:1]), opened.draw(images[:1]), atol=1e-4)
        assert not torch.allclose(of_batch.draw(images)[:1], of_batch.draw(images[:1]), atol=1e-3)


def test_drawing_keeps_no_memory_and_passes_gradients(file: Path) -> None:
    opened = open_plug_in(plug(file, "lines", "photosketch", preprocess=SMALL))
    assert isinstance(opened, PhotoSketch)
    before = {key: value.clone() for key, value in opened.state_dict().items()}
    images = some_images(2, 48).requires_grad_()
    drawn = opened.draw(images)
    assert drawn.shape == (2, 1, 48, 48)
    assert 0 <= drawn.min() <= drawn.max() <= 1
    assert gradient_of(drawn, images) > 0
    assert all(torch.equal(before[key], value) for key, value in opened.state_dict().items())


def test_a_file_of_something_else_is_refused(tmp_path: Path, file: Path) -> None:
    save_file({"net.weight": torch.ones(2)}, tmp_path / "x.safetensors")
    with pytest.raises(WeightsInvalid, match=r"model\.1\.weight is missing: it is no PhotoSketch"):
        open_plug_in(plug(tmp_path / "x.safetensors", "lines", "photosketch"))
    with pytest.raises(CardInvalid, match=r"config\.statistics must be 'batch' or 'image' or 'stored'"):
        open_plug_in(plug(file, "lines", "photosketch", {"statistics": "none"}))
    with pytest.raises(CardInvalid, match="must be a multiple of 4"):
        open_plug_in(plug(file, "lines", "photosketch", preprocess=Preprocess(size=30)))


def test_edges_of_a_square(tmp_path: Path) -> None:
    opened = open_plug_in(plug(tmp_path / "none", "lines", "edges"))
    assert isinstance(opened, Edges)
    picture = torch.full((1, 3, 40, 40), -0.5)
    picture[..., 10:30, 10:30] = 0.5
    drawn = opened.draw(picture)[0, 0]
    assert drawn[20, 9:11].min() > 0.5
    assert drawn[9:11, 20].min() > 0.5
    assert drawn[20, 13:27].max() < 0.02
    assert drawn[:6].max() < 0.02
    # Thin: across the edge about two pixels of ink, not a band.
    assert drawn[20, :20].sum() < 3.0


def test_nothing_to_draw_is_paper_and_ink_passes_gradients() -> None:
    edges = Edges()
    assert edges.draw(torch.full((1, 3, 32, 32), 0.3)).max() < 1e-6
    images = some_images().requires_grad_()
    drawn = edges.draw(images)
    assert 0 <= drawn.min() <= drawn.max() <= 1
    assert gradient_of(drawn, images) > 0
