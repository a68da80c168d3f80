"""Inverting: a picture the generator drew is found again, in z, w and w+; what a stop and bad input do."""

import json
from dataclasses import replace
from pathlib import Path
from threading import get_ident

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor
from torch.nn.modules.module import register_module_forward_hook

from tests.methods.steer_bench import bench_of
from wend.documents.picture import Picture
from wend.errors import ImageNotFound, InvalidParams
from wend.generators.generator import synthesize
from wend.imaging.codec import encode
from wend.imaging.pixels import to_uint8
from wend.latents.seed import noise_map
from wend.library.images import ImageStore
from wend.library.models import hash_of
from wend.methods.invert.job import InvertJob, build_invert
from wend.methods.invert.params import InvertParams
from wend.methods.invert.placing import cropped
from wend.methods.workbench import Workbench
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.optim.job import Job, SliceReport
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolver

QUICK = {"tries": 32, "generations": 4, "updates": 30, "loss": "l2", "near": 0.0, "learning_rate": 0.3}


def _bench(folder: Path, model: str = "small") -> Workbench:
    return replace(bench_of(model, folder), images=ImageStore(folder / "images"))


def _own_picture(bench: Workbench, seed: int = 6) -> Tensor:
    """What the generator draws of a z, float32 [1, 3, R, R]; random weights go beyond what a file holds."""
    generator, spec = bench.generator, bench.generator.spec
    z = torch.randn(1, spec.z_dim, generator=torch.Generator().manual_seed(seed))
    c = torch.eye(spec.c_dim)[1:2] if spec.c_dim else None
    noise = [noise_map(0, row, size) if size else None for row, size in enumerate(spec.noise_sizes)]
    with torch.no_grad():
        ws = generator.mapping(z, c)[:, None].expand(-1, spec.num_ws, -1)
        return synthesize(generator, ws, noise)


def _keep(bench: Workbench, image: Tensor) -> str:
    assert bench.images is not None
    return bench.images.put(encode(to_uint8(image)[0].numpy(), "png"), "photo").id


def _params(bench: Workbench, kept: str, **changes: object) -> InvertParams:
    return InvertParams.model_validate({"model": bench.model, "photo": kept, **QUICK, **changes})


def _run(job: Job) -> list[SliceReport]:
    reports = [job.step()]
    while not reports[-1].is_done:
        reports.append(job.step())
    return reports


@pytest.mark.parametrize("place", ["z", "w", "w+"])
def test_its_own_picture_is_found_again_and_shown_by_the_code(place: str, tmp_path: Path) -> None:
    bench = _bench(tmp_path)
    job = InvertJob(_params(bench, _keep(bench, _own_picture(bench)), place=place, title="me.png"), bench)
    other = job.sight.error(_own_picture(bench, 7))
    first = job.preview()
    assert first is not None
    assert first[1] == 1
    reports = _run(job)
    assert [r.fraction for r in reports] == sorted(r.fraction for r in reports)
    assert {r.label for r in reports} == {"Looking for a start", "Coming nearer"}
    (tmp_path / "job").mkdir()
    # It runs beside the device's thread, which alone may draw.
    drawn: list[object] = []

    def watch(module: object, _given: object, _made: object) -> None:
        # A hook is told of every thread's modules, an engine's of another test among them.
        if get_ident() == own_thread:
            drawn.append(module)

    own_thread = get_ident()
    watched = register_module_forward_hook(watch)
    outcome = job.finish(tmp_path / "job")
    watched.remove()
    assert drawn == []
    found = json.loads((tmp_path / "job" / "found.json").read_text())
    assert found["space"] == place
    assert found["error"] < 0.3 * other
    stored = bench.shelf.codes.get(found["code"])
    assert (stored.space, stored.title) == (place, "me.png")
    assert outcome.facts["looked at by"] == "l2"

    class Loaded:
        exact, hash = bench.generator, hash_of(bench.generator)

    picture = Picture.model_validate(found["picture"])
    shown = draw_final(bench.generator, Resolver(bench.shelf).resolve(picture, Loaded()))
    assert encode(shown.pixels, "png") == (tmp_path / "job" / "found.png").read_bytes()


def test_a_code_in_z_stays_where_nearly_all_of_its_law_is(tmp_path: Path) -> None:
    bench = _bench(tmp_path)
    photo = _keep(bench, torch.ones(1, 3, 16, 16))  # out of its reach: it would go far
    job = InvertJob(_params(bench, photo, place="z", learning_rate=1.0), bench)
    _run(job)
    space, values = job.space.code(job.optimization.parameters[0].detach())  # type: ignore[union-attr]  # it is over
    assert space == "z"
    assert float(values.norm()) <= bench.generator.spec.z_dim**0.5 * (1.0 + 1e-6)


def test_what_is_held_near_stays_nearer(tmp_path: Path) -> None:
    bench = _bench(tmp_path)
    photo = _keep(bench, torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(0)).clamp(-1, 1))
    prices = []
    for near in (0.0, 1.0):
        job = InvertJob(_params(bench, photo, near=near), bench)
        _run(job)
        assert job.optimization is not None
        prices.append(float(job.space.price(job.optimization.parameters[0].detach())))
    assert prices[1] < 0.5 * prices[0]


def test_the_class_that_fits_is_looked_in(tmp_path: Path) -> None:
    bench = _bench(tmp_path, "classed")
    photo = _keep(bench, _own_picture(bench))
    job = InvertJob(_params(bench, photo, place="z"), bench)
    _run(job)
    assert job.space.class_index == 1
    told = InvertJob(_params(bench, photo, place="z", class_index=2), bench)
    told.step()
    assert told.space.class_index == 2


def test_an_encoder_looks_in_no_class(tmp_path: Path) -> None:
    bench = _bench(tmp_path, "classed")
    photo = _keep(bench, _own_picture(bench))
    for place in ("layers", "encoder"):
        with pytest.raises(ValidationError, match="an encoder looks in no class"):
            _params(bench, photo, place=place, class_index=1)


def test_a_resumed_run_equals_an_unbroken_one(tmp_path: Path) -> None:
    bench = _bench(tmp_path)
    params = _params(bench, _keep(bench, _own_picture(bench)), updates=12)
    whole, first, second = (build_invert(params, bench) for _ in range(3))
    _run(whole)
    for _ in range(13):  # the search takes eight slices
        first.step()
    first.preview()  # looking changes nothing
    save_checkpoint(tmp_path / "c.safetensors", first.state_dict())
    second.load_state_dict(load_checkpoint(tmp_path / "c.safetensors"))
    _run(second)
    for job in (whole, second):
        job.finish(tmp_path)
        found = json.loads((tmp_path / "found.json").read_text())["code"]
        (tmp_path / "found.json").write_text("{}")
        assert bench.shelf.codes.get(found).id == found
    (a,), (b,) = (j.optimization.parameters for j in (whole, second))  # type: ignore[attr-defined]  # both are
    assert torch.equal(a, b)


def test_a_state_of_other_weights_is_not_gone_on_from(tmp_path: Path) -> None:
    bench = _bench(tmp_path)
    job = build_invert(_params(bench, _keep(bench, _own_picture(bench))), bench)
    with pytest.raises(ValueError, match="other weights"):
        job.load_state_dict({**job.state_dict(), "generator": "0" * 64})


def test_a_crop_is_a_square_of_the_photo() -> None:
    photo = torch.arange(2 * 4.0).view(1, 1, 2, 4).expand(1, 3, 2, 4)
    assert torch.equal(cropped(photo, None), photo)
    assert cropped(photo, (1.0, 0.0, 1.0))[0, 0].tolist() == [[2.0, 3.0], [6.0, 7.0]]
    with pytest.raises(InvalidParams, match="outside"):
        cropped(photo, (0.5, 0.5, 1.0))


@pytest.mark.parametrize(
    ("model", "changes", "error", "what"),
    [
        ("small", {"photo": "0" * 64}, ImageNotFound, "0000"),
        ("small", {"class_index": 0}, InvalidParams, "no classes"),
        ("classed", {"class_index": 3, "place": "z"}, InvalidParams, "classes 0 to 2"),
        ("classed", {"place": "w"}, InvalidParams, "look in z"),
        ("small", {"loss": "perceptual"}, InvalidParams, "names no world"),
    ],
)
def test_what_cannot_be_is_said(
    model: str, changes: dict[str, object], error: type[Exception], what: str, tmp_path: Path
) -> None:
    bench = _bench(tmp_path, model)
    photo = _keep(bench, torch.zeros(1, 3, 16, 16))
    with pytest.raises(error, match=what):
        build_invert(_params(bench, photo, **changes), bench)
