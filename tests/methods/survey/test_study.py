"""Study: what is gone is found, examples are what they say, and a study broken off is the same."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.methods.survey.painted import NAMES, Painted, study
from wend.errors import InvalidInput
from wend.measure.export import to_json
from wend.methods.survey.answer import SurveyAnswer, sheet_name
from wend.methods.survey.sheet import ROWS
from wend.methods.survey.study import SurveyStudy, figure_classes
from wend.optim.checkpoint import load_checkpoint, save_checkpoint


def finish(work: SurveyStudy) -> SurveyStudy:
    fractions = [work.fraction]
    while not work.step():
        fractions.append(work.fraction)
    assert fractions == sorted(fractions)
    return work


@pytest.fixture(scope="module")
def done() -> SurveyStudy:
    """One generator like the real pictures, and one that draws no cows."""
    return finish(study(Painted("alike", 24, 0.5, 8), Painted("cowless", 24, 0.0, 3)))


def test_the_missing_class_is_found_and_fsd_tells(done: SurveyStudy) -> None:
    assert done.shown == ("sky", "tree", "cow")
    found = done.compare()
    first = found["cowless"].ranked()[0]
    assert (first.name, first.relative, first.is_lost) == ("cow", -1.0, True)
    assert not found["alike"].ranked()[0].is_lost
    floor = done.real.floor()
    assert floor.count == 24
    assert found["alike"].fsd.total < floor.high < found["cowless"].fsd.total


def test_the_figure_holds_the_thirty_largest_that_are_things() -> None:
    names = ("nothing", *(f"class {k}" for k in range(40)), "ghost", "Unlabeled")
    means = np.array([60.0, *(float(1 + (7 * k) % 40) for k in range(40)), 0.0, 5.5])
    shown = figure_classes(names, means)
    assert len(shown) == 30
    areas = dict(zip(names, means, strict=True))
    assert [areas[name] for name in shown] == [float(k) for k in range(40, 10, -1)]
    assert figure_classes(names, np.zeros(len(names))) == ()


def test_examples_are_what_they_say(done: SurveyStudy) -> None:
    eye, real, cowless = done.eye, done.real.source, done.models[1]
    examples = cowless.examples["cow"]
    assert len(examples.there) == len(examples.missing) == 6
    assert examples.drawn == examples.nearest == ()
    cow = NAMES.index("cow")
    assert (eye.areas(real.fetch(examples.there).images).shares[:, cow] > 0.02).all()
    assert len(set(examples.missing)) == 6
    alike = done.models[0].examples["cow"]
    assert len(alike.drawn) == len(alike.nearest) == 6
    generated = Painted("alike", 24, 0.5, 8)
    assert (eye.areas(generated.fetch(alike.drawn).images).shares[:, cow] > 0.02).all()
    assert (
        eye.areas(generated.fetch([p for p in alike.missing if p >= 0]).images).shares[:, cow] == 0.0
    ).all()
    assert cowless.sheets["cow"].startswith(b"\xff\xd8")


def test_broken_off_anywhere_it_is_the_same(done: SurveyStudy, tmp_path: Path) -> None:
    def fresh() -> SurveyStudy:
        return study(Painted("alike", 24, 0.5, 8), Painted("cowless", 24, 0.0, 3))

    work, path = fresh(), tmp_path / "state.safetensors"
    labels = set()
    for taken in (5, 9, 7, 9, 6, 17):
        for _ in range(taken):
            labels.add(work.label)
            work.step()
        save_checkpoint(path, work.state_dict())
        state, work = load_checkpoint(path), fresh()
        work.load_state_dict(state)
    finish(work)
    assert labels == {
        "Looking at meadow", "Looking at alike", "Examples of alike",
        "Looking at cowless", "Examples of cowless",
    }  # fmt: skip
    assert SurveyAnswer.of(work).as_dict() == SurveyAnswer.of(done).as_dict()
    assert work.models[1].sheets == done.models[1].sheets


def test_the_answer_is_whole(done: SurveyStudy) -> None:
    answer = SurveyAnswer.of(done, ("A note.",))
    told = json.loads(to_json(answer.as_dict()))
    assert told["against"] == "meadow"
    assert told["rows"] == list(ROWS)
    assert told["noise_floor"]["count"] == told["count"] == told["real_count"] == 24
    model = told["models"][1]
    assert model["fsd"] == pytest.approx(model["fsd_mean"] + model["fsd_cov"])
    assert [row["name"] for row in model["classes"]] == ["sky", "tree", "cow", "-", "ghost"]
    assert model["classes"][-1]["relative"] is None
    assert model["sheets"]["cow"] == {"file": "examples-2-002.jpg", "counts": [6, 6, 0, 0]}
    assert sheet_name(done, "alike", "sky") == "examples-1-000.jpg"
    assert "cow −100 %" in answer.facts["cowless loses"]
    assert len(answer.table().rows) == 2 * len(NAMES)
    report = answer.report({"n": 24})
    assert [section.title for section in report.sections] == [
        "Classes",
        "What is lost",
        "Most lost by cowless",
    ]


def test_the_figure_is_live_as_soon_as_there_is_something() -> None:
    work = study(Painted("alike", 24, 0.5, 8))
    assert work.chart() is None
    while work.chart() is None:
        assert not work.step()
    chart = work.chart()
    assert chart is not None
    assert list(chart.models) == ["alike"]
    assert work.models[0].tally.count == 4


def test_few_real_pictures_serve_twice_and_it_is_said() -> None:
    work = finish(study(Painted("alike", 24, 0.5, 8), real=Painted("yard", 30, 0.5, 4, broken=(3, 7))))
    assert work.real.tally().count == 28
    assert work.real.floor().count == 14
    assert [each.name for each in work.real.skipped] == ["3.png", "7.png"]
    notes = SurveyAnswer.of(work).notes
    assert "14 against 14" in notes[0]
    assert SurveyAnswer.of(work).facts["skipped"] == "2 files that cannot be read"


def test_fewer_pictures_than_classes() -> None:
    work = finish(study(Painted("alike", 4, 0.5, 2), count=4, has_examples=False))
    assert "too few for a covariance of 5 classes" in SurveyAnswer.of(work).notes[-1]
    assert work.models[0].sheets == {}


def test_nothing_to_hold_against() -> None:
    with pytest.raises(InvalidInput, match="yard holds 1 picture,"):
        study(real=Painted("yard", 1, 0.5, 4))
    broken = study(Painted("alike", 24, 0.5, 8), real=Painted("yard", 9, 0.5, 4, broken=tuple(range(7))))
    with pytest.raises(InvalidInput, match="7 cannot be read as pictures; 2 are left"):
        finish(broken)
