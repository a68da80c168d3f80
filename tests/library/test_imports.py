"""Imports: a file of another program becomes a model like any other, with its origin on the card."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.formats import nvidia_files, rosinality_files
from tests.formats.conftest import SMALL as LIMITS
from tests.formats.real_files import real_file
from tests.generators.conftest import SMALL, disturb
from wend.errors import FormatDamaged, FormatUnknown, FormatUnsafe, ModelIdInvalid
from wend.formats.sandbox import Reading, Sandbox
from wend.generators.discriminator import Discriminator
from wend.generators.generator import synthesize
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.library.imports import import_file, inspect_file
from wend.library.models import ModelStore
from wend.library.weights import generator_hash

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as found:
        yield found


def _networks() -> tuple[StyleGAN2Generator, Discriminator]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        pair = StyleGAN2Generator(SMALL), Discriminator(SMALL)
    for network in pair:
        disturb(network)
        network.eval().requires_grad_(False)
    return pair


def _snapshot(folder: Path) -> tuple[Path, StyleGAN2Generator, Discriminator]:
    g, d = _networks()
    path = folder / "network snapshot (7).pkl"
    path.write_bytes(nvidia_files.snapshot(nvidia_files.generator(g), nvidia_files.discriminator(d)))
    return path, g, d


def test_a_file_becomes_a_model(sandbox: Sandbox, tmp_path: Path) -> None:
    path, g, d = _snapshot(tmp_path)
    model = import_file(sandbox, path, tmp_path / "models")
    assert model.card.id == "network-snapshot-7"
    assert model.preview is not None
    source = model.card.source
    assert source is not None
    assert source.file == path.name
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.layout == "NVIDIA StyleGAN2-ADA"
    assert any("sketches" in line for line in source.enables)
    assert "non-commercial" in model.card.licence
    store = ModelStore([tmp_path / "models"])
    loaded = store.load(model.card.id, CPU)
    ws = torch.randn(2, SMALL.num_ws, SMALL.w_dim, generator=torch.Generator().manual_seed(1))
    # Numbers that half precision cannot hold are kept as they were.
    assert model.card.hash == generator_hash(g.state_dict())
    assert torch.allclose(synthesize(loaded, ws, None), synthesize(g, ws, None), atol=1e-4)
    judge = store.load_discriminator(model.card.id, CPU)
    assert judge is not None
    images = torch.randn(4, 3, 16, 16, generator=torch.Generator().manual_seed(2))
    assert torch.allclose(judge(images), d(images), atol=1e-5)


def test_a_file_is_imported_once(sandbox: Sandbox, tmp_path: Path) -> None:
    path, g, _ = _snapshot(tmp_path)
    root = tmp_path / "models"
    first = import_file(sandbox, path, root)
    again = import_file(sandbox, path.rename(tmp_path / "renamed.pkl"), root)
    assert again.card.id == first.card.id
    other = tmp_path / "renamed.pt"
    other.write_bytes(rosinality_files.converted(g.state_dict()))
    assert import_file(sandbox, other, root).card.id == "renamed"
    # The same weights, whichever layout they came in: one hash, so walks go with them.
    assert import_file(sandbox, other, root).card.hash == first.card.hash
    (tmp_path / "deep").mkdir()
    clash = tmp_path / "deep" / "renamed.pt"
    clash.write_bytes(rosinality_files.bare(g.state_dict()))
    assert import_file(sandbox, clash, root).card.id == "renamed-2"


def test_halves_stay_halves(sandbox: Sandbox, tmp_path: Path) -> None:
    g, _ = _networks()
    for tensor in [*g.parameters(), *g.buffers()]:
        tensor.data = tensor.data.half().float()
    path = tmp_path / "x.pkl"
    path.write_bytes(nvidia_files.snapshot(nvidia_files.generator(g)))
    model = import_file(sandbox, path, tmp_path / "models")
    count = sum(p.numel() for p in g.parameters())
    assert (model.folder / "weights.safetensors").stat().st_size < 3 * count + 20_000


def test_inspection_keeps_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    path, g, d = _snapshot(tmp_path)
    found = inspect_file(sandbox, path)
    assert list(tmp_path.iterdir()) == [path]
    assert (found.resolution, found.num_ws, found.z_dim, found.w_dim) == (16, 6, 6, 5)
    assert found.parameters == sum(p.numel() for p in g.parameters())
    assert found.discriminator_parameters == sum(p.numel() for p in d.parameters())
    assert found.encoder_parameters is None


def test_a_vae_opens_a_photo_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    path = real_file("vaes/VAE_celeba/model.pt")
    model = import_file(sandbox, path, tmp_path / "models")
    assert model.card.id == "VAE_celeba"
    assert model.card.spaces == ("z",)
    assert model.has_encoder
    store = ModelStore([tmp_path / "models"])
    generator, encoder = store.load("VAE_celeba", CPU), store.load_encoder("VAE_celeba", CPU)
    assert isinstance(encoder, nn.Module)
    with torch.no_grad():
        z = torch.randn(32, 10, generator=torch.Generator().manual_seed(5))
        mean, log_variance = encoder(synthesize(generator, z[:, None], None))
    assert mean.shape == log_variance.shape == (32, 10)
    # The encoder finds the codes of pictures it never saw, where a coordinate is drawn at all.
    used = log_variance.exp().mean(dim=0) < 0.5
    assert int(used.sum()) >= 6
    together = torch.stack([torch.corrcoef(torch.stack([z[:, k], mean[:, k]]))[0, 1] for k in range(10)])
    assert float(together[used].min()) > 0.6


def test_a_model_without_encoder_has_none(sandbox: Sandbox, tmp_path: Path) -> None:
    path, _, _ = _snapshot(tmp_path)
    import_file(sandbox, path, tmp_path / "models", "mine")
    assert ModelStore([tmp_path / "models"]).load_encoder("mine", CPU) is None


def test_what_is_refused_leaves_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    g, _ = _networks()
    g.synthesis.block(0).torgb.bias.data[:] = 3e38
    g.synthesis.block(1).torgb.bias.data[:] = 3e38
    path = tmp_path / "loud.pkl"
    path.write_bytes(nvidia_files.snapshot(nvidia_files.generator(g)))
    with pytest.raises(FormatDamaged, match="what it draws is not finite"):
        import_file(sandbox, path, tmp_path / "models")
    file = io.BytesIO()
    torch.save({"g_ema": _Run()}, file)
    path.write_bytes(file.getvalue())
    with pytest.raises(FormatUnsafe, match=r"posix\.system"):
        import_file(sandbox, path, tmp_path / "models")
    assert not (tmp_path / "models").exists() or list((tmp_path / "models").iterdir()) == []


class Liar(Sandbox):
    """Says of what it read that it is huge."""

    @contextmanager
    def read(self, path: Path) -> Iterator[Reading]:
        with super().read(path) as reading:
            config = {**reading.report.config, "w_dim": 2**30, "z_dim": 2**30}
            yield replace(reading, report=reading.report.model_copy(update={"config": config}))


def test_nothing_is_allocated_that_the_file_does_not_hold(tmp_path: Path) -> None:
    path, _, _ = _snapshot(tmp_path)
    with Liar(LIMITS) as liar, pytest.raises(FormatDamaged, match="shape"):
        inspect_file(liar, path)


def test_no_name_reaches_or_replaces_anything(sandbox: Sandbox, tmp_path: Path) -> None:
    path, g, _ = _snapshot(tmp_path)
    root = tmp_path / "data" / "models"
    first = import_file(sandbox, path, root, "mine")
    (root / "inbox").mkdir()
    for kept in ("mine", "inbox"):
        (root / kept / "notes.txt").write_text("my own")
    (root / "link").symlink_to(tmp_path / "nowhere")
    other = tmp_path / "inbox.pt"
    other.write_bytes(rosinality_files.converted(g.state_dict()))
    before = sorted(tmp_path.rglob("*"))
    names = ("mine", "inbox", "Inbox", "../../escaped", "..", ".hidden", "a b", "a/b", "", "x\n", "a" * 65)
    for name in (*names, "link", str(tmp_path / "escaped")):
        with pytest.raises(ModelIdInvalid):
            import_file(sandbox, other, root, name)
    assert sorted(tmp_path.rglob("*")) == before
    assert import_file(sandbox, path, root, "mine").card == first.card
    # Nor does a file's own name.
    assert import_file(sandbox, other, root).card.id == "inbox-2"
    assert (root / "mine" / "notes.txt").read_text() == (root / "inbox" / "notes.txt").read_text() == "my own"


class _Run:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, ("true",)


def test_a_file_goes_by_the_name_it_came_with(sandbox: Sandbox, tmp_path: Path) -> None:
    path, _, _ = _snapshot(tmp_path)
    model = import_file(sandbox, path, tmp_path / "models", called="../../My faces.pkl")
    assert model.folder == tmp_path / "models" / "My-faces"
    assert model.card.source is not None
    assert model.card.source.file == "../../My faces.pkl"
    path.write_bytes(b"hello")
    with pytest.raises(FormatUnknown, match=r"The file notes\.txt"):
        import_file(sandbox, path, tmp_path / "models", called="notes.txt")
