"""Survey job: a bundled analytic world against itself, a variant, and files; and what it leaves."""

import json
from pathlib import Path

import pytest
import torch
from PIL import Image
from pydantic import ValidationError

from wend.errors import InvalidInput, InvalidParams, ModelNotFound, PerceptionNotFound
from wend.library.card import CARD_FILE, write_card
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.picture_sets import PICTURES_FOLDER
from wend.library.publish import publish_world
from wend.library.shelf import Shelf
from wend.library.weights import save_weights
from wend.measure.seeds import WORLD_SEED
from wend.methods.survey.eye import open_eye
from wend.methods.survey.job import SurveyJob, build_survey, build_survey_of_paths
from wend.methods.survey.params import SurveyParams
from wend.methods.survey.source import WorldSource
from wend.methods.workbench import Workbench
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.perception.build import build_network
from wend.perception.sizes import resize
from wend.worlds.disc import Disc
from wend.worlds.world import World

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """Discs of 32 and 16 px under an untrained segmenter: it sees little, but the same in the same."""
    root = tmp_path_factory.mktemp("survey")
    publish_world(root / "models" / "small", "disc", 32)
    publish_world(root / "models" / "tiny", "disc", 16)
    publish_world(root / "models" / "head", "portraits", 32)
    publish_segmenter(root / "eyes" / "disc", Disc())
    store = ModelStore([root / "models"], "small")
    shelf = Shelf(store, root / "shelf")
    return Workbench("small", store.load("small", CPU), shelf, PerceptionStore([root / "eyes"]))


def publish_segmenter(folder: Path, world: World, models: tuple[str, ...] = ()) -> None:
    """A perception set of one network, and no features."""
    folder.mkdir(parents=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        save_weights(folder / "labels.safetensors", build_network("unet", {}, world.labels).state_dict())
    section = NetworkSection(
        name="labels", role="labels", kind="unet", file="labels.safetensors", names=world.labels
    )
    card = PerceptionCard(
        id=folder.name,
        title="Blind",
        summary="Untrained.",
        licence="MIT",
        world=None if models else "disc",
        models=models,
        networks=(section,),
    )
    write_card(folder / CARD_FILE, card)


def params(**changes: object) -> SurveyParams:
    return SurveyParams.model_validate({"models": ["small"], "count": 4, **changes})


def run(job: SurveyJob) -> SurveyJob:
    while not job.step().is_done:
        pass
    return job


def test_what_is_left(bench: Workbench, tmp_path: Path) -> None:
    job = build_survey(params(models=["small", "tiny"]), bench)
    assert job.preview() is None
    outcome = run(job).finish(tmp_path)
    preview = job.preview()
    assert preview is not None
    assert preview[0].shape[1] == 3
    told = json.loads((tmp_path / "survey.json").read_text(encoding="utf-8"))
    assert [model["title"] for model in told["models"]] == ["small", "tiny"]
    assert any("tiny, 16 px, are enlarged to 32" in note for note in told["notes"])
    sheets = {entry["file"] for model in told["models"] for entry in model["sheets"].values()}
    assert {path.name for path in tmp_path.iterdir()} == sheets | {
        "survey.json", "survey.csv", "figure.svg", "figure.png", "report.html",
    }  # fmt: skip
    assert len(sheets) == 2 * len(told["shown"])
    assert "FSD of tiny" in outcome.facts
    assert "What small and tiny cannot draw" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_job_broken_off_is_the_same(bench: Workbench, tmp_path: Path) -> None:
    whole, part = run(build_survey(params(), bench)), build_survey(params(), bench)
    for _ in range(6):
        part.step()
    save_checkpoint(tmp_path / "state", part.state_dict())
    again = build_survey(params(), bench)
    again.load_state_dict(load_checkpoint(tmp_path / "state"))
    whole.finish(tmp_path / "a")
    run(again).finish(tmp_path / "b")
    for name in ("survey.json", "survey.csv", "figure.svg"):
        assert (tmp_path / "a" / name).read_text("utf-8") == (tmp_path / "b" / name).read_text("utf-8")
    state = part.state_dict()
    with pytest.raises(ValueError, match="has changed"):
        again.load_state_dict({**state, "hashes": ["other"]})


def test_against_files_by_name_and_by_path(bench: Workbench, tmp_path: Path) -> None:
    folder = bench.data_dir / PICTURES_FOLDER / "mine"
    folder.mkdir(parents=True, exist_ok=True)
    for k in range(5):
        Image.new("RGB", (40, 40), (40 * k, 0, 0)).save(folder / f"{k}.png")
    (folder / "broken.png").write_bytes(b"none")
    job = build_survey(params(against="mine"), bench)
    job.step()
    seen = job.study.real.count + job.study.real.skipped_count
    assert seen == 1, "large photos take long to unpack: one a slice"
    run(job)
    outcome = job.finish(tmp_path)
    assert outcome.facts["skipped"] == "1 files that cannot be read"
    told = json.loads((tmp_path / "survey.json").read_text(encoding="utf-8"))
    assert told["skipped"]["files"] == [{"name": "broken.png", "why": job.study.real.skipped[0].why}]
    state = job.state_dict()
    (folder / "one more.png").write_bytes((folder / "0.png").read_bytes())
    with pytest.raises(ValueError, match="real pictures"):
        build_survey(params(against="mine"), bench).load_state_dict(state)
    # A command may open any path; a server opens names in its own folder alone.
    build_survey_of_paths(params(against=str(folder)), bench)
    for hostile in (str(folder), "../pictures/mine", "mine/..", "no-such"):
        with pytest.raises(InvalidParams, match="neither a world nor"):
            build_survey(params(against=hostile), bench)


def test_a_world_is_made_small_as_its_models_are(bench: Workbench) -> None:
    study = build_survey(params(size=16), bench).study
    made = study.real.source.fetch([0]).images
    drawn = WorldSource(Disc(), 8, WORLD_SEED, 32, CPU).fetch([0]).images
    assert made.shape == (1, 3, 16, 16)
    assert torch.equal(made, resize(drawn, 16, 16))
    assert not torch.equal(made, WorldSource(Disc(), 8, WORLD_SEED, 16, CPU).fetch([0]).images)


def test_what_cannot_be_surveyed(bench: Workbench) -> None:
    with pytest.raises(ModelNotFound):
        build_survey(params(models=["small", "none"]), bench)
    with pytest.raises(PerceptionNotFound):
        build_survey(params(against="portraits"), bench)  # nobody here tells what is on a portrait
    with pytest.raises(PerceptionNotFound, match="There are: disc"):
        build_survey(params(segmenter="none"), bench)
    with pytest.raises(PerceptionNotFound, match="There are: disc/labels"):
        build_survey(params(segmenter="disc/none"), bench)
    assert build_survey(params(segmenter="disc/labels"), bench).study.eye.segmenter == "disc/labels"
    # A world that the segmenter was not made for is looked at where one is named.
    opened = build_survey(params(against="portraits", segmenter="disc"), bench)
    assert opened.study.real.source.title == "portraits"
    with pytest.raises(ValidationError, match="named twice"):
        params(models=["small", "small"])


def test_a_model_of_no_world_needs_something_to_be_held_against(bench: Workbench, tmp_path: Path) -> None:
    card_file = bench.shelf.store.get("head").folder / "card.toml"
    text = card_file.read_text(encoding="utf-8")
    card_file.write_text(text.partition("[world]")[0], encoding="utf-8")
    with pytest.raises(InvalidInput, match="names no world"):
        build_survey(params(models=["head"]), bench)


def test_a_segmenter_that_names_the_model_comes_before_the_worlds(bench: Workbench, tmp_path: Path) -> None:
    publish_segmenter(tmp_path / "disc", Disc())
    publish_segmenter(tmp_path / "mine", Disc(), models=("head", "small"))
    store, (head, small, tiny) = (
        PerceptionStore([tmp_path]),
        [bench.shelf.store.get(name).card for name in ("head", "small", "tiny")],
    )
    nowhere = head.model_copy(update={"world": None})
    assert open_eye(store, "", None, CPU, nowhere).segmenter == "mine/labels"
    assert open_eye(store, "", "disc", CPU, small).segmenter == "mine/labels"
    assert open_eye(store, "", "disc", CPU, tiny).segmenter == "disc/labels"
    assert open_eye(store, "disc", None, CPU, nowhere).segmenter == "disc/labels"
    with pytest.raises(InvalidInput, match="Name a perception set"):
        open_eye(store, "", None, CPU, tiny.model_copy(update={"world": None}))
