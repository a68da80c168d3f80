"""Choices: every way there is runs on a photo, rows are kept and gone on with, sums by hand, the page."""

import json
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.engine.library import CLASSY, build_library
from tests.methods.layerwise.layered import bench_with_encoders
from tests.methods.steer_bench import bench_of
from wend.errors import InvalidInput
from wend.latents.walk import Direction
from wend.library.perception import PerceptionStore
from wend.measure.report.page import render_report
from wend.methods.choices.choice import FoundPhoto, choices_of
from wend.methods.choices.kept import KeptRows
from wend.methods.choices.sliders import Slider
from wend.methods.choices.trial import ChoiceTable, Eyes, Row, look
from wend.methods.vanished.eye import open_labeller
from wend.methods.workbench import Workbench
from wend.perception.distance import PixelDistance
from wend.perception.network import Attribute, Choice, Measurement


class Brightness:
    """Reads the smile off a picture as its mean."""

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return (Attribute("smile", "-1..1", -1.0, 1.0),)

    @property
    def choices(self) -> tuple[Choice, ...]:
        return ()

    def measure(self, images: Tensor) -> Measurement:
        return Measurement({"smile": images.mean(dim=(1, 2, 3))}, {})


def _slider(slope: float = 0.01) -> Slider:
    moves = Direction(torch.eye(8)[0], 1.0, "w", (0, 5))
    return Slider("smile", "smile", "-1..1", "mine/0", "Smile", slope, (slope,), moves)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("choices")


def test_every_way_finds_a_photo_and_a_stop_loses_nothing(folder: Path) -> None:
    bench = bench_of("small", folder)
    ways, lacks = choices_of(bench, is_quick=True)
    assert list(ways) == ["z", "w", "w+", "pivotal"]
    assert set(lacks) == {"encoder", "layered", "layers"}
    ways = {name: ways[name] for name in ("z", "pivotal")}
    eyes = Eyes(PixelDistance(), open_labeller(bench), Brightness())
    kept = KeptRows(folder / "kept", {"weights": "a"})
    photo = [torch.zeros(1, 3, 16, 16)]
    work = look(photo, ways, [_slider()], eyes, [], kept.keep)
    next(work)  # and it is cut off
    assert [row.choice for row in kept.rows()] == ["z"]
    again = look(photo, ways, [_slider()], eyes, kept.rows(), kept.keep)
    next(again)
    with pytest.raises(StopIteration) as ended:
        next(again)
    rows: tuple[Row, ...] = ended.value.value
    assert [row.choice for row in rows] == ["z", "pivotal"]
    # Tuned from a w, it comes nearer; what it did not touch draws as before.
    assert all(0.0 < row.error <= row.l2 for row in rows)
    assert rows[0].agreement is None
    assert set(kept.images(list(rows))) == {("z", 0), ("pivotal", 0)}
    assert KeptRows(folder / "kept", {"weights": "b"}).rows() == []


def test_layers_come_nearer_than_their_encoder_alone(tmp_path: Path) -> None:
    bench, photo = bench_with_encoders("styled", tmp_path)
    ways, _ = choices_of(bench, is_quick=True)
    assert list(ways) == ["layered", "z", "w", "w+", "layers", "pivotal"]
    assert bench.images is not None
    target = bench.images.photo(photo)
    alone, layers = (ways[name](target) for name in ("layered", "layers"))
    assert not alone.corrections
    far, near = ((found.image() - target).square().mean().item() for found in (alone, layers))
    assert near < far
    # An edit moves the ws; what was added behind the layers stays.
    assert not torch.equal(layers.image(layers.ws + 0.1), alone.image(alone.ws + 0.1))


def test_a_share_is_the_slope_over_that_of_sampled_pictures(folder: Path) -> None:
    bench = bench_of("small", folder)
    ws = torch.zeros(1, bench.generator.spec.num_ws, 8)
    found = FoundPhoto(bench.generator, ws, 0.0, 0.0)
    walk = _slider(1.0)
    up, down = (found.image(walk.moves.apply(ws, alpha)).mean().item() for alpha in (1.0, -1.0))
    assert walk.share(found, Brightness()) == pytest.approx(0.5 * (up - down))
    assert _slider(2.0).share(found, Brightness()) == pytest.approx(0.25 * (up - down))


def test_the_table_by_hand() -> None:
    rows = tuple(
        Row("w", k, 1.0, 2.0 + k, 10.0 + k, 20.0, 0.5, None if k else 0.8, {"smile": 1.0 - 0.5 * k})
        for k in range(2)
    )
    table = ChoiceTable("small", rows, {"encoder": "there is none"}, (_slider(),))
    means = table.means("w")
    assert (means["cpu_seconds"], means["error"], means["agreement"]) == (2.5, 10.5, 0.8)
    assert (means["smile"], means["smile q25"], means["smile q75"]) == (0.75, 0.625, 0.875)
    assert table.count == 2
    assert table.table().columns[-1] == "smile per unit, sampled = 1"
    assert json.dumps(table.as_dict())
    images = {("", 0): torch.zeros(1, 3, 16, 16), ("w", 0): torch.ones(1, 3, 16, 16)}
    page = render_report(table.report(images, {"n": 2}))
    assert "Finding photos in small" in page
    assert "there is none" in page


def test_models_with_classes_are_refused(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    generator = store.load(CLASSY, torch.device("cpu"))
    with pytest.raises(InvalidInput, match="has classes"):
        choices_of(Workbench(CLASSY, generator, shelf, PerceptionStore(())))


def test_a_world_itself_has_nothing_to_tune(tmp_path: Path) -> None:
    _, lacks = choices_of(bench_of("analytic-disc", tmp_path))
    assert "no weights" in lacks["pivotal"]
