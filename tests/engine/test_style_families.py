"""StyleGAN3 and the first StyleGAN are full citizens, from a foreign file to sliders of a painted region."""

import io
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.formats import genforce_files, nvidia_files, stylegan3_files
from tests.formats.conftest import SMALL as LIMITS
from tests.formats.drawing import saved
from tests.generators.test_stylegan3 import SMALL_R, SMALL_T, made
from wend.documents.picture import Edit, LayerRange, Picture, SeedLatent
from wend.engine.engine import Engine
from wend.engine.precision import LiveMode, with_precision
from wend.engine.render import LiveFrame, render_live
from wend.engine.request import EngineEvent, RegionReport, RegionRequest, RenderRequest, RenderResult, ViewKey
from wend.engine.residency import Resident
from wend.engine.settings import EngineSettings
from wend.engine.states import StateCache
from wend.engine.view_key import SearchKey
from wend.formats.sandbox import Sandbox
from wend.generators.generator import synthesize
from wend.library.images import ImageStore
from wend.library.imports import import_file
from wend.library.models import ModelStore
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.measure.slices import finish
from wend.methods.discover.candidate import FAMILIES, candidates
from wend.methods.discover.ganspace import WSample
from wend.methods.region.jacobian import Linearization
from wend.pictures.resolve import Resolver

CPU = torch.device("cpu")
KEY = ViewKey("s", 0)
PATIENCE_S = 60.0


def _stylegan3(radial: bool) -> bytes:
    """Its waves are of a picture's size and half of that, its styles strong, its colours loud."""
    config = replace(
        SMALL_R if radial else SMALL_T, z_dim=8, w_dim=8, channel_base=192, channel_max=12, first_cutoff=2.0,
        first_stopband=3.0,
    )  # fmt: skip
    network = made(config)
    for index, name in enumerate(network.synthesis.names):
        network.synthesis.get_buffer(f"{name}.magnitude_ema").fill_(1.0)
        network.synthesis.layer(index).affine.weight.mul_(3.0)
    network.synthesis.layer(-1).weight.mul_(8.0)
    return nvidia_files.snapshot(stylegan3_files.generator(network))


def _stylegan1() -> bytes:
    return saved({"generator_smooth": genforce_files.stylegan1([8, 8, 4], z=8, w=8)})


FILES: dict[str, Callable[[], bytes]] = {
    "stylegan3-t": lambda: _stylegan3(radial=False),
    "stylegan3-r": lambda: _stylegan3(radial=True),
    "stylegan1": _stylegan1,
}


@pytest.fixture(scope="module", params=FILES)
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Of one imported model, called as its family is."""
    folder = tmp_path_factory.mktemp("family")
    path = folder / "checkpoint"
    path.write_bytes(FILES[request.param]())
    with Sandbox(LIMITS) as sandbox:
        model = import_file(sandbox, path, folder / "models", model_id=request.param)
    assert model.preview is not None
    return Shelf(ModelStore([folder / "models"]), folder / "shelf")


def _name(shelf: Shelf) -> str:
    return shelf.store.list().models[0].card.id


def _walk(shelf: Shelf) -> str:
    """The first principal component, on the shelf."""
    name, card = _name(shelf), shelf.store.get(_name(shelf)).card
    first = next(candidates("pca-w", shelf.store.load(name, CPU), _sample(shelf)))
    record = WalkRecord(
        id="test/0", title="x", method="test", space="w", unit="sd", layers=first.direction.layers, low=-3.0,
        high=3.0, psi=0.8, strength=0.1, unit_length=1.0, vector=first.direction.vector,
        generator_hash=card.hash,
    )  # fmt: skip
    shelf.save(card.hash, "test", [record])
    return record.id


def _sample(shelf: Shelf) -> WSample:
    sample = WSample(shelf.store.load(_name(shelf), CPU))
    finish(sample.gather())
    return sample


@torch.no_grad()
def test_walks_are_found_without_training(shelf: Shelf) -> None:
    generator, sample = shelf.store.load(_name(shelf), CPU), _sample(shelf)
    ws = generator.w_avg.expand(1, generator.spec.num_ws, -1)
    still = synthesize(generator, ws, None)
    for family in FAMILIES[1:]:
        first = next(candidates(family, generator, sample))
        moved = synthesize(generator, first.direction.apply(ws, 3.0), None)
        assert float((moved - still).abs().mean()) > 2.0 / 255.0, family


def test_resuming_changes_no_bit(shelf: Shelf) -> None:
    name = _name(shelf)
    generator = shelf.store.load(name, CPU)
    rows = generator.spec.num_ws
    mode = LiveMode("float32", 0.0, 1.0, 1.0, "")
    resident = Resident(name, shelf.store.get(name).card.hash, generator, generator, mode, 1)
    walk = _walk(shelf)
    states, resolver = StateCache(50_000_000), Resolver(shelf)
    for start in (rows, rows - 1, 2, 0):
        edits = (
            () if start == rows else (Edit(walk=walk, alpha=1.0, layers=LayerRange(start=start, end=rows)),)
        )
        picture = Picture(model=name, latent=SeedLatent(seed=4), edits=edits)
        resolved = resolver.resolve(picture, resident)
        render_live(resident, [LiveFrame(KEY, resolved)], states)
        chain = states._chains[KEY]  # the claim is of every bit, not of the eight that are left as pixels
        noise = None if resolved.noise is None else list(resolved.noise)
        assert chain.states[-1].rgb is not None
        assert torch.equal(chain.states[-1].rgb, synthesize(generator, resolved.ws, noise))


def test_half_precision_draws_nearly_the_same(shelf: Shelf) -> None:
    generator = shelf.store.load(_name(shelf), CPU)
    twin = with_precision(generator, torch.bfloat16)
    z = torch.randn(2, generator.spec.z_dim, generator=torch.Generator().manual_seed(1))
    ws = generator.mapping(z)[:, None].expand(-1, generator.spec.num_ws, -1)
    exact, quick = synthesize(generator, ws, None), synthesize(twin, ws, None, torch.bfloat16)
    assert quick.dtype == torch.float32
    assert float((quick - exact).abs().mean()) < 0.05 * float(exact.std())
    assert not torch.equal(quick, exact)


@torch.no_grad()
def test_its_derivatives_go_forward(shelf: Shelf) -> None:
    """Sliders for a region and stillness read derivatives along many directions at once."""
    generator = shelf.store.load(_name(shelf), CPU)
    rows = generator.spec.num_ws
    rng = torch.Generator().manual_seed(1)
    ws = generator.mapping(torch.randn(1, generator.spec.z_dim, generator=rng))[:, None].repeat(1, rows, 1)
    around = finish(Linearization.at(generator, ws, None, is_preview_wanted=False, batch=4))
    assert around.mode == "forward"
    pushed = finish(around.push(torch.randn(4, generator.spec.w_dim, generator=rng), (0, rows)))
    assert pushed.shape == (4, 3, 16, 16)
    assert bool(pushed.isfinite().all())


@pytest.mark.parametrize("shelf", ["stylegan3-t"], indirect=True)
def test_a_mask_gets_sliders_and_a_slider_draws(shelf: Shelf) -> None:
    name, told = _name(shelf), threading.Condition()
    folder = shelf.folder.parent
    events: list[EngineEvent] = []

    def hear(event: EngineEvent) -> None:
        with told:
            events.append(event)
            told.notify_all()

    mask = _mask(folder / "images")
    engine = Engine(
        shelf.store, shelf, EngineSettings(device="cpu", threads=1, images_dir=folder / "images"), hear
    )
    engine.start()
    picture = Picture(model=name, latent=SeedLatent(seed=3), psi=1.0, noise_seed=None)
    engine.ask(RegionRequest(KEY, 1, picture, mask, None, (), time.monotonic()))

    def found() -> list[RegionReport]:
        reports = [event for event in events if isinstance(event, RegionReport)]
        return [report for report in reports if report.sliders or report.is_done]

    with told:
        assert told.wait_for(found, PATIENCE_S)
    assert found()[0].sliders, found()[0].lack
    # One is enough: more of them, and better ones, take as long again.
    engine.stop_search(SearchKey(KEY, "region"))
    slider = found()[0].sliders[0]
    edited = picture.model_copy(update={"edits": (Edit(walk=slider.walk, alpha=slider.high or slider.low),)})
    drawn: list[bytes] = []
    for revision, wanted in ((1, picture), (2, edited)):
        engine.submit(RenderRequest(KEY, revision, wanted, "final", "png", time.monotonic()))

        def finals(revision: int = revision) -> list[RenderResult]:
            engine.delivered(KEY)
            results = [event for event in events if isinstance(event, RenderResult)]
            return [one for one in results if (one.revision, one.quality) == (revision, "final")]

        with told:
            assert told.wait_for(finals, PATIENCE_S)
        drawn.append(finals()[0].payload)
    engine.stop()
    assert drawn[0] != drawn[1]


def _mask(folder: Path) -> str:
    """The upper part of 16 px."""
    pixels = np.zeros((16, 16), np.uint8)
    pixels[:7] = 255
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return ImageStore(folder).put(buffer.getvalue(), "mask").id
