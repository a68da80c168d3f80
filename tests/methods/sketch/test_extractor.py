"""Extractors on pictures whose lines, labels and points are known: what they draw, take and score."""

from pathlib import Path

import pytest
import torch

from tests.methods.sketch.toys import drawing, small_bench
from tests.methods.steer_bench import CPU
from wend.errors import InvalidInput, InvalidParams, InvalidShape, PerceptionNotFound
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf
from wend.methods.process_bench import ProcessBench
from wend.methods.sketch.extractor import Extractor, ExtractorKind, open_extractor
from wend.methods.sketch.pose_maps import PoseMaps
from wend.worlds.registry import open_world
from wend.worlds.world import Scene, draw

MODELS = Path(__file__).parents[3] / "models"
TILT = "tilt"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> ProcessBench:
    folder = tmp_path_factory.mktemp("data")
    store = ModelStore([MODELS / "generators", folder])
    return ProcessBench(
        Shelf(store, folder / "shelf"), PerceptionStore([MODELS / "perception"]), folder, CPU, 1
    )


@pytest.fixture(scope="module")
def scene() -> Scene:
    return draw(open_world("portraits"), 6, 5, 64)


def opened(bench: ProcessBench, kind: ExtractorKind) -> Extractor:
    return open_extractor(kind, bench, "portraits-64")


@pytest.mark.parametrize(("kind", "channels"), [("lines", 1), ("labels", 3), ("pose", 3), ("edges", 1)])
def test_maps_are_pictures_that_pass_gradients(
    bench: ProcessBench, scene: Scene, kind: ExtractorKind, channels: int
) -> None:
    extractor = opened(bench, kind)
    images = scene.images[:2].clone().requires_grad_(True)
    maps = extractor.maps(images)
    assert tuple(maps.shape) == (2, channels, 64, 64)
    assert (extractor.channels, extractor.is_fallback) == (channels, kind == "edges")
    assert float(maps.detach().abs().max()) <= 1.0 + 1e-5
    maps.sum().backward()
    assert images.grad is not None
    assert bool((images.grad != 0).any())
    score = extractor.score(maps.detach(), maps.detach())
    assert torch.allclose(score.diagonal(), torch.ones(2), atol=1e-4)
    assert float(score[0, 1]) < float(score[0, 0])


def test_lines_and_labels_of_the_world_itself_are_what_is_drawn(bench: ProcessBench, scene: Scene) -> None:
    lines = opened(bench, "lines")
    truth = torch.stack([lines.to_maps(1.0 - 2.0 * ink) for ink in scene.lines])
    with torch.no_grad():
        score = lines.score(lines.maps(scene.images), truth)
    assert score.diagonal().min() > 0.9
    assert bool((score.argmax(dim=1) == torch.arange(6)).all())
    labels = opened(bench, "labels")
    painted = torch.stack([labels.to_maps(one.long()) for one in scene.labels])
    with torch.no_grad():
        score = labels.score(labels.maps(scene.images), painted)
    assert score.diagonal().min() > 0.5
    assert bool((score.argmax(dim=1) == torch.arange(6)).all())


@pytest.mark.parametrize(
    ("kind", "least"), [("lines", 0.999), ("labels", 0.6), ("pose", 0.999), ("edges", 0.999)]
)
def test_what_it_would_draw_of_a_picture_is_a_drawing_of_that_picture(
    bench: ProcessBench, scene: Scene, kind: ExtractorKind, least: float
) -> None:
    extractor = opened(bench, kind)
    with torch.no_grad():
        drawings = extractor.drawings(scene.images)
        score = extractor.score(
            extractor.maps(scene.images), torch.stack([extractor.to_maps(d) for d in drawings])
        )
    assert len(drawings) == len(scene.images)
    assert score.diagonal().min() > least
    assert bool((score.argmax(dim=0) == torch.arange(6)).all())


def test_the_eyes_of_a_pose_lie_along_the_tilt(bench: ProcessBench, scene: Scene) -> None:
    pose = opened(bench, "pose")
    assert isinstance(pose, PoseMaps)
    with torch.no_grad():
        points = pose.points(scene.images)
        maps = pose.maps(scene.images)
    across = points[:, 2] - points[:, 1]
    angle = torch.rad2deg(torch.atan2(across[:, 1], across[:, 0]))
    assert (angle - scene.factors[TILT]).abs().max() < 4.0
    # A dragged skeleton and a picture in that pose are one map.
    assert torch.allclose(torch.stack([pose.to_maps(each) for each in points]), maps, atol=1e-5)
    hidden = points[0].clone()
    hidden[1] = torch.nan
    assert bool(pose.to_maps(hidden).isfinite().all())


def test_drawings_of_any_size_become_squares_of_the_model(tmp_path: Path) -> None:
    small = open_extractor("edges", small_bench(tmp_path), "small")
    wide = torch.ones(1, 90, 120)
    wide[:, :, 15:105] = drawing(side=90)
    assert tuple(small.to_maps(wide).shape) == (1, 32, 32)
    assert torch.allclose(small.to_maps(wide), small.to_maps(drawing(side=90)))
    with pytest.raises(InvalidShape):
        small.to_maps(torch.ones(3, 32, 32))


def test_what_cannot_look_or_be_read_is_refused(bench: ProcessBench, tmp_path: Path) -> None:
    # Of no bundled world: nothing knows its pictures but the fallback.
    with pytest.raises(PerceptionNotFound):
        open_extractor("lines", small_bench(tmp_path), "small")
    with pytest.raises(InvalidParams, match="needs one"):
        open_extractor("card", bench, "portraits-64")
    with pytest.raises(InvalidParams, match="tells none of lines, labels, landmarks"):
        open_extractor("card", bench, "portraits-64", "portraits/factors-a")
    with pytest.raises(InvalidParams, match="has its own"):
        open_extractor("lines", bench, "portraits-64", "portraits")
    card = open_extractor("card", bench, "portraits-64", "portraits/labels")
    assert (card.kind, card.form, card.network) == ("card", "labels", "portraits/labels")
    with pytest.raises(InvalidInput, match="labels 0 to 17"):
        card.to_maps(torch.full((64, 64), 18))
