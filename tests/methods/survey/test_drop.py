"""Drop test: a world without a class is told from the whole one, by the bundled segmenter."""

from pathlib import Path

import pytest
import torch

from wend.errors import InvalidVariant
from wend.library.perception import PerceptionStore
from wend.measure.slices import finish
from wend.methods.survey.drop import DROPS, drop_result, drop_study
from wend.methods.survey.eye import open_eye
from wend.worlds.registry import open_world

SHIPPED = Path(__file__).parents[3] / "models" / "perception"
CPU = torch.device("cpu")


def test_a_world_without_glasses_is_ranked_by_its_glasses() -> None:
    eye = open_eye(PerceptionStore([SHIPPED]), "", "portraits", CPU)
    drops = {"glasses": DROPS["glasses"]}
    study = drop_study(eye, 24, 8, 32, CPU, drops=drops)
    finish(study.slices())
    result = drop_result(study, drops)
    row = result.rows[0]
    assert (row.name, row.sure_rank) == ("glasses", 1)
    assert row.relative < -0.9
    assert row.ratio == pytest.approx(row.fsd / result.floor.mean)
    assert result.floor.count == 24
    assert result.table().rows[0][0] == "glasses"


@pytest.mark.parametrize("name", DROPS)
def test_every_variant_leaves_out_a_label_of_its_world(name: str) -> None:
    assert name in open_world(DROPS[name]).labels


def test_a_variant_that_is_none() -> None:
    with pytest.raises(InvalidVariant):
        open_world("portraits:glasses=monocle")
