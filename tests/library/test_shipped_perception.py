"""The shipped networks that look at portraits: within their budget, and good on pictures they never saw."""

from pathlib import Path

import pytest
import torch

from wend.library.perception import PerceptionStore
from wend.measure.perception import Findings, Networks, examine
from wend.measure.perception_truth import GEOMETRY
from wend.measure.ranking import draw_triples, ranking_accuracy
from wend.measure.slices import finish
from wend.perception.distance import PerceptualDistance, PixelDistance
from wend.perception.panel import Panel, WithMirror
from wend.perception.plain_regressor import PlainRegressor
from wend.perception.point_regressor import PointRegressor
from wend.perception.residual_regressor import ResidualRegressor
from wend.worlds.registry import open_world

SETS = Path(__file__).parents[2] / "models" / "perception"
CPU = torch.device("cpu")
WORLD = open_world("portraits")
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def store() -> PerceptionStore:
    return PerceptionStore([SETS])


@pytest.fixture(scope="module")
def found(store: PerceptionStore) -> Findings:
    """Forty pictures at 128 px that no training drew."""
    factors = [store.factors("portraits", CPU, which) for which in (0, 1, 2)]
    networks = Networks(factors, store.labels("portraits", CPU), store.lines("portraits", CPU))
    return finish(examine(networks, WORLD, 40, 770, 128, ("clean",)))["clean"]


def test_every_shipped_set_opens(store: PerceptionStore) -> None:
    listing = store.list()
    assert not listing.refused
    assert store.for_world("portraits").card.id == "portraits"
    for shipped in listing.sets:
        for section in shipped.card.networks:
            assert section.sha256 is not None
            store.load(shipped.card.id, section.name, CPU)


def test_the_set_is_small_and_its_card_says_what_was_measured(store: PerceptionStore) -> None:
    shipped = store.get("portraits")
    files = [path for path in shipped.folder.iterdir() if path.suffix == ".safetensors"]
    assert sum(path.stat().st_size for path in files) <= 9 * MEGABYTE
    assert {path.name for path in files} == {section.file for section in shipped.card.networks}
    assert all(section.measured and section.training for section in shipped.card.networks)


def test_geometry_is_measured(found: Findings) -> None:
    for table, least in zip(found.factors, (0.9, 0.85, 0.9), strict=True):
        weak = {name: table[name] for name in GEOMETRY if (table[name].r2 or 0.0) < least}
        assert not weak


def test_what_sets_values_is_two_networks_and_what_judges_them_another(store: PerceptionStore) -> None:
    eye = store.eye("portraits", CPU)
    assert isinstance(eye, Panel)
    assert [type(network) for network in eye.networks] == [ResidualRegressor, PointRegressor]
    assert isinstance(store.factors("portraits", CPU, 1), PlainRegressor)
    jury = store.jury("portraits", CPU)
    assert isinstance(jury, Panel)
    second, third = jury.networks
    assert isinstance(second, WithMirror)
    assert isinstance(second.network, PlainRegressor)
    assert isinstance(third, PointRegressor)
    assert jury.unsure == eye.unsure


def test_the_first_two_regressors_agree(found: Findings) -> None:
    assert all((found.agreement[name] or 0.0) > 0.9 for name in GEOMETRY)


def test_labels_and_lines_lie_where_they_should(found: Findings) -> None:
    assert (found.labels.miou_large or 0.0) > 0.9
    assert (found.labels.miou_small or 0.0) > 0.8
    assert found.lines.f_score > 0.95


def test_the_distance_ranks_changes_better_than_pixels_do(store: PerceptionStore) -> None:
    triples = finish(draw_triples(WORLD, 40, 771, 64))
    seen = finish(ranking_accuracy(PerceptualDistance(store.features("portraits", CPU)), triples))
    assert seen >= 0.9
    assert seen > finish(ranking_accuracy(PixelDistance(), triples)) + 0.1
