"""Owner of what an animation shows: all of it can be drawn, or that is said before the first picture."""

from pathlib import Path

import pytest
import torch

from tests.engine.library import ROWS, WIDTH, build_library
from tests.library.test_sounds import clicks
from tests.methods.export.test_job import document, params, picture, run
from wend.documents.sound import Sound
from wend.errors import BlendUnfit, InvalidParams, InvalidPicture, ModelNotFound, SoundNotFound, WalkNotFound
from wend.latents.chain import ChainWalk
from wend.library.perception import PerceptionStore
from wend.library.sounds import SOUNDS_FOLDER, SoundStore
from wend.library.walk_record import WalkRecord
from wend.methods.export.job import ExportJob
from wend.methods.workbench import Workbench

FRAMES = 4


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """The model "tiny", which has a chain of `FRAMES` frames beside its walks."""
    store, shelf = build_library(tmp_path)
    model_hash = store.get("tiny").card.hash
    chain = WalkRecord(
        id="chain/0",
        title="chain",
        method="manifold",
        space="w",
        unit="frames",
        layers=(0, ROWS),
        low=0.0,
        high=float(FRAMES),
        psi=0.8,
        strength=0.1,
        generator_hash=model_hash,
        vector=torch.zeros(0),
        unit_length=0.0,
        chain=ChainWalk(torch.ones(FRAMES, ROWS, WIDTH), (0, ROWS)),
    )
    shelf.save(model_hash, "chain", [chain])
    return Workbench("tiny", store.load("tiny", torch.device("cpu")), shelf, PerceptionStore([]))


@pytest.fixture
def sound(bench: Workbench) -> Sound:
    return SoundStore(bench.data_dir / SOUNDS_FOLDER).put(clicks(6.0))


@pytest.mark.parametrize("model", ["tiny", "other"])
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"class_index": 1}, InvalidPicture),
        ({"psi_cutoff": 64}, InvalidPicture),
        ({"edits": [{"walk": "test/9", "alpha": 1.0}]}, WalkNotFound),
        ({"model_blend": {"model": "nobody", "weight": 0.5}}, ModelNotFound),
        ({"model_blend": {"model": "third", "weight": 0.5, "how": "w"}}, BlendUnfit),
    ],
)
def test_what_cannot_be_drawn_is_said_before_the_first_picture(
    bench: Workbench, model: str, wrong: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        ExportJob(params(document(picture(1), {**picture(2), "model": model, **wrong})), bench)


def test_side_by_side_a_webp_holds_half_as_many(bench: Workbench) -> None:
    of = document(picture(1), picture(2), duration=100.0)
    ExportJob(params(of, format="webp", size=1024), bench)
    with pytest.raises(InvalidParams, match="at 2048 x 1024 px has at most 953 pictures, not 1200"):
        ExportJob(params(of, format="webp", size=1024, compare=True), bench)


def test_a_sound_that_is_gone_is_said_before_the_first_picture(bench: Workbench) -> None:
    with pytest.raises(SoundNotFound):
        ExportJob(params(audio="0" * 64), bench)


@pytest.mark.parametrize(
    ("walk", "start", "amount", "error"),
    [
        ("test/9", 0.0, 1.0, WalkNotFound),
        ("chain/0", 0.0, FRAMES + 1.0, InvalidPicture),
        ("chain/0", FRAMES - 1.0, 2.0, InvalidPicture),
    ],
)
def test_what_a_drive_cannot_reach_is_said_before_the_first_picture(
    bench: Workbench, sound: Sound, walk: str, start: float, amount: float, error: type[Exception]
) -> None:
    first = {**picture(1), "edits": [{"walk": walk, "alpha": start}] if start else []}
    drive = {"audio": sound.id, "walk": walk, "amount": amount}
    with pytest.raises(error):
        ExportJob(params(document(first, picture(2), drive=drive)), bench)


def test_a_drive_to_the_end_of_its_walk_is_drawn(bench: Workbench, sound: Sound) -> None:
    drive = {"audio": sound.id, "walk": "chain/0", "amount": float(FRAMES), "by": "beats"}
    job = ExportJob(params(document(picture(1), picture(2), duration=1.0, drive=drive), format="png"), bench)
    assert run(job)[-1].is_done


@pytest.mark.parametrize("path", ["lerp", "spline"])
def test_walks_of_one_model_leave_another_alone(bench: Workbench, sound: Sound, path: str) -> None:
    drive = {"audio": sound.id, "walk": "chain/0", "amount": 2.0, "by": "beats"}
    chained = {**picture(3), "edits": [{"walk": "chain/0", "alpha": 1.0}]}
    others = ({**picture(seed), "model": "other"} for seed in (1, 2))
    of = document(*others, chained, duration=0.5, drive=drive, path=path)
    assert run(ExportJob(params(of, format="png"), bench))[-1].is_done
