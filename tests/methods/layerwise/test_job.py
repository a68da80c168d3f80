"""A photo opened by layers: the job, the code that shows it, an encoder's word at once, what is missing."""

import json
from pathlib import Path

import pytest
import torch

from tests.methods.layerwise.layered import bench_with_encoders
from wend.documents.picture import Picture
from wend.errors import EncoderMissing, InvalidParams
from wend.imaging.codec import encode
from wend.library.models import hash_of
from wend.methods.invert.job import InvertJob
from wend.methods.invert.params import InvertParams
from wend.methods.workbench import Workbench
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolver


class Loaded:
    """A model in memory, as the resolver wants it."""

    def __init__(self, bench: Workbench) -> None:
        self.exact, self.hash = bench.generator, hash_of(bench.generator)


def _params(photo: str, **changes: object) -> InvertParams:
    return InvertParams.model_validate(
        {"model": "m", "photo": photo, "place": "layers", "updates": 20, "title": "me.png", **changes}
    )


def _run(job: InvertJob) -> list[float]:
    fractions = [job.step().fraction]
    while fractions[-1] < 1.0:
        fractions.append(job.step().fraction)
    return fractions


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("chain", "layers"),
        ("chain", "encoder"),
        ("styled", "layers"),
        ("styled", "encoder"),
        ("vae", "encoder"),
    ],
)
def test_the_code_on_the_shelf_draws_what_was_found(kind: str, place: str, tmp_path: Path) -> None:
    bench, photo = bench_with_encoders(kind, tmp_path)
    job = InvertJob(_params(photo, place=place), bench)
    assert job.preview() is not None
    fractions = _run(job)
    assert fractions == sorted(fractions)
    assert len(fractions) == 1 or place == "layers"
    (tmp_path / "job").mkdir()
    outcome = job.finish(tmp_path / "job")
    found = json.loads((tmp_path / "job" / "found.json").read_text())
    code = bench.shelf.codes.get(found["code"])
    assert code.space == ("w" if kind == "styled" else "z")
    assert bool(code.corrections) is (place == "layers")
    assert outcome.facts["looked at by"].startswith("the encoder" if place == "encoder" else "pixels")
    shown = draw_final(
        bench.generator,
        Resolver(bench.shelf).resolve(Picture.model_validate(found["picture"]), Loaded(bench)),
    )
    saved = encode(shown.pixels, "png")
    assert saved == (tmp_path / "job" / "found.png").read_bytes()


def test_a_resumed_job_equals_an_unbroken_one(tmp_path: Path) -> None:
    bench, photo = bench_with_encoders("chain", tmp_path)
    whole, first, second = (InvertJob(_params(photo), bench) for _ in range(3))
    _run(whole)
    for _ in range(5):
        first.step()
    while not first.is_at_rest:
        first.step()
    save_checkpoint(tmp_path / "c.safetensors", first.state_dict())
    second.load_state_dict(load_checkpoint(tmp_path / "c.safetensors"))
    _run(second)
    assert torch.equal(whole.inversion.found().image, second.inversion.found().image)


def test_layers_whose_corrections_no_picture_shows_are_refused(tmp_path: Path) -> None:
    bench, photo = bench_with_encoders("vae", tmp_path)
    with pytest.raises(InvalidParams, match="cannot show what is added"):
        InvertJob(_params(photo), bench)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    bench, photo = bench_with_encoders("chain", tmp_path)
    with pytest.raises(InvalidParams, match="'perceptual' or 'l2'"):
        InvertJob(_params(photo, loss="lpips"), bench)
    for folder in (tmp_path / "encoders").iterdir():
        (folder / "card.toml").unlink()
    with pytest.raises(EncoderMissing, match="has no encoder"):
        InvertJob(_params(photo), bench)


def test_a_form_offers_every_place_in_one_list() -> None:
    assert InvertParams.model_json_schema()["properties"]["place"]["enum"] == [
        "w+", "w", "z", "layers", "encoder",
    ]  # fmt: skip
