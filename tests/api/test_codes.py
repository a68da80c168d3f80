"""Codes over HTTP: a photo to the latent its model's encoder finds, files of latents in, ws out."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from tests.engine.library import ROWS, WIDTH, build_library
from tests.formats.conftest import SMALL as LIMITS
from tests.formats.real_files import real_file
from wend.api import codes, problems
from wend.documents.picture import Picture
from wend.formats.sandbox import Sandbox
from wend.generators.generator import synthesize
from wend.library.codes import CodeStore
from wend.library.images import ImageStore
from wend.library.imports import import_file
from wend.library.latent_imports import pack_latent
from wend.library.models import ModelStore
from wend.pictures.latents import latent_of


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as found:
        yield found


@pytest.fixture
def client(tmp_path: Path, sandbox: Sandbox) -> Iterator[TestClient]:
    """The codes' routes alone, with the engine's test models, and a place for others."""
    _, shelf = build_library(tmp_path)
    app = FastAPI()
    problems.install(app, {})
    app.include_router(
        codes.routes(
            shelf,
            ImageStore(tmp_path / "images"),
            sandbox,
            lambda picture: pack_latent(latent_of(shelf, picture)),
        )
    )
    with TestClient(app) as client:
        yield client


def photo(folder: Path, pixels: "np.typing.NDArray[np.uint8]") -> str:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return ImageStore(folder / "images").put(file.getvalue(), "photo").id


def test_a_photo_opens_by_a_real_encoder(client: TestClient, sandbox: Sandbox, tmp_path: Path) -> None:
    model = import_file(sandbox, real_file("vaes/VAE_celeba/model.pt"), tmp_path / "models", "vae")
    assert model.preview is not None
    # The first picture of its own sample sheet, larger and on a wide ground.
    with Image.open(model.preview) as image:
        face = image.convert("RGB").crop((0, 0, 64, 64)).resize((128, 128))
    wide = Image.new("RGB", (200, 128))
    wide.paste(face, (36, 0))
    query = {"model": "vae", "image": photo(tmp_path, np.asarray(wide)), "name": "me.png"}
    (code,) = client.post("/api/codes", params=query).json()["codes"]
    assert (code["space"], code["title"]) == ("z", "me.png")
    kept = CodeStore(tmp_path / "shelf" / "codes").get(code["id"])
    assert kept.generator_hash == model.card.hash
    assert kept.values.shape == (10,)
    # What its decoder draws of the code is that face again, nearly.
    generator = ModelStore([tmp_path / "models"]).load("vae", torch.device("cpu"))
    again = synthesize(generator, generator.mapping(torch.from_numpy(kept.values)[None])[:, None], None)
    shown = torch.from_numpy(np.array(face.resize((64, 64)))).permute(2, 0, 1)[None] / 127.5 - 1.0
    assert float((again - shown).square().mean()) < 0.1 * float(shown.var())
    assert client.get(f"/api/codes/{code['id']}").json() == code


def test_a_model_without_encoder_says_so(client: TestClient, tmp_path: Path) -> None:
    image = photo(tmp_path, np.zeros((4, 4, 3), dtype=np.uint8))
    answer = client.post("/api/codes", params={"model": "tiny", "image": image})
    assert (answer.status_code, answer.json()["code"]) == (422, "encoder_missing")


def test_latents_go_out_and_come_in(client: TestClient) -> None:
    picture = Picture.model_validate({"model": "tiny", "latent": {"seed": 3}}).model_dump(mode="json")
    file = client.post("/api/codes/export", json={"picture": picture})
    ws = np.load(io.BytesIO(file.content))["w"]
    assert ws.shape == (1, ROWS, WIDTH)
    query = {"model": "tiny", "name": "projected_w.npz"}
    (code,) = client.post("/api/codes", params=query, content=file.content).json()["codes"]
    assert (code["space"], code["title"]) == ("w", "projected_w")
    listed = client.get("/api/codes", params={"model": "tiny"}).json()
    assert [each["id"] for each in listed["codes"]] == [code["id"]]
    assert (listed["count"], listed["bytes"]) == (1, listed["codes"][0]["bytes"])
    again = {**picture, "latent": {"kind": "code", "code": code["id"]}, "psi": 1.0}
    back = client.post("/api/codes/export", json={"picture": again})
    assert np.allclose(np.load(io.BytesIO(back.content))["w"], ws, atol=1e-6)
    assert client.delete(f"/api/codes/{code['id']}").status_code == 204
    assert client.get("/api/codes").json()["codes"] == []
    assert client.delete(f"/api/codes/{code['id']}").json()["code"] == "code_not_found"


def test_what_is_wrong_is_said(client: TestClient) -> None:
    answer = client.post("/api/codes", params={"model": "tiny", "name": "a.npz"}, content=b"hello")
    assert (answer.status_code, answer.json()["code"]) == (422, "format_unknown")
    assert client.get("/api/codes/..").status_code == 404
    assert client.get(f"/api/codes/{'0' * 64}").json()["code"] == "code_not_found"
    assert client.get("/api/codes", params={"before": "no id"}).json()["code"] == "code_not_found"
    assert client.post("/api/codes/export", json={"picture": 3}).status_code == 422
