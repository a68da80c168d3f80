"""TorchScript generators: refused by default, run by whoever has switched that on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from wend.errors import FormatUnsafe, FormatUnsupported, WeightsInvalid
from wend.formats.sandbox import Sandbox
from wend.generators.generator import synthesize
from wend.latents.seed import z_of_seeds
from wend.library.import_process import import_in_process
from wend.library.imports import import_file
from wend.library.models import ModelStore

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
CPU = torch.device("cpu")


class Dots(nn.Module):
    """A DCGAN of one layer: z [N, 6, 1, 1] -> grey pictures of 4 px."""

    def __init__(self) -> None:
        super().__init__()
        self.deconv = nn.ConvTranspose2d(6, 1, 4)

    def forward(self, z: Tensor) -> Tensor:
        return torch.tanh(self.deconv(z))


class Judge(nn.Module):
    """What draws nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 1)

    def forward(self, z: Tensor) -> Tensor:
        scores: Tensor = self.layer(z)
        return scores


def _saved(network: nn.Module, path: Path) -> Path:
    torch.jit.save(torch.jit.script(network), str(path))
    return path


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as found:
        yield found


def test_it_runs_for_who_has_switched_it_on(sandbox: Sandbox, tmp_path: Path) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = Dots()
    path, root = _saved(network, tmp_path / "dots.pt"), tmp_path / "models"
    model = import_file(sandbox, path, root, allows_programs=True)
    assert (model.card.kind, model.card.z_dim, model.card.resolution) == ("program", 6, 4)
    assert model.card.spaces == ("z",)
    assert model.card.source is not None
    assert any("allow_torchscript" in note for note in model.card.source.notes)
    assert import_file(sandbox, path, root, allows_programs=True).card.id == model.card.id
    generator = ModelStore([root], allows_programs=True).load(model.card.id, CPU)
    z = z_of_seeds([4], 6).requires_grad_(True)
    ws = generator.mapping(z)[:, None]
    image = synthesize(generator, ws, None)
    assert torch.allclose(image, network(z[:, :, None, None]).expand(-1, 3, -1, -1), atol=1e-6)
    image.sum().backward()
    assert z.grad is not None
    assert bool((z.grad != 0).any())


def test_it_is_off_by_default(sandbox: Sandbox, tmp_path: Path) -> None:
    path = _saved(Dots(), tmp_path / "dots.pt")
    with pytest.raises(FormatUnsafe, match="allow_torchscript"):
        import_file(sandbox, path, tmp_path / "models")
    assert not (tmp_path / "models").exists()
    # Nor does one run that was imported while it was on.
    model = import_file(sandbox, path, tmp_path / "models", allows_programs=True)
    with pytest.raises(WeightsInvalid, match="WEND_ALLOW_TORCHSCRIPT"):
        ModelStore([tmp_path / "models"]).load(model.card.id, CPU)


def test_a_program_that_draws_nothing_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    path = _saved(Judge(), tmp_path / "judge.pt")
    with pytest.raises(FormatUnsupported, match="no picture of z"):
        import_file(sandbox, path, tmp_path / "models", allows_programs=True)


def test_one_that_was_sent_or_dropped_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The switch is for files somebody names by hand: those of an upload or of the inbox are anybody's."""
    monkeypatch.setenv("WEND_ALLOW_TORCHSCRIPT", "true")
    path = _saved(Dots(), tmp_path / "dots.pt")
    refusal = import_in_process(path, tmp_path / "data")  # as uploads do
    assert refusal is not None
    assert (refusal.code, "TorchScript" in refusal.sentence) == ("format_unsafe", True)
    assert not (tmp_path / "data" / "models").exists()
