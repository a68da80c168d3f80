"""TorchScript: off until switched on, then any role by the shape of its answer."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from tests.perception.plugging import gradient_of, plug, some_images
from wend.errors import WeightsInvalid
from wend.perception.checkpoint import read_tensors, sniff
from wend.perception.network import Role
from wend.perception.preprocess import Preprocess
from wend.perception.readers import open_plug_in
from wend.perception.torchscript import ANSWERS, Scripted
from wend.perception.trust import Trust

ON = Trust(allow_torchscript=True)
# torch says that its own successor to TorchScript is preferred; files of others remain what they are.
pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")


class Means(nn.Module):
    """[N, 3]: the mean colour."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3))


class Maps(nn.Module):
    """[N, 2, H / 2, W / 2] of the picture's first two channels, squashed."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(x[:, :2, ::2, ::2])


class Crash(nn.Module):
    """Fails."""

    def forward(self, x: Tensor) -> Tensor:
        return x.view(7)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return saved(tmp_path / "program.pt", Means())


def saved(path: Path, program: nn.Module) -> Path:
    torch.jit.save(torch.jit.script(program), str(path))
    return path


def test_off_it_names_the_switch(script: Path) -> None:
    with pytest.raises(WeightsInvalid, match=r"if you trust it, set allow_torchscript \(WEND_ALLOW_TORCHSC"):
        open_plug_in(plug(script, "classes", "torchscript", names=("r", "g", "b")))


def test_on_it_runs_as_written(script: Path) -> None:
    opened = open_plug_in(plug(script, "classes", "torchscript", names=("r", "g", "b"), trust=ON))
    assert isinstance(opened, Scripted)
    images = some_images().requires_grad_()
    chances = opened.chances(images)
    assert torch.allclose(chances, images.mean((2, 3)).softmax(1), atol=1e-5)
    assert gradient_of(chances[:, 0], images) > 0


def test_factors_have_names_and_units(script: Path) -> None:
    config: dict[str, bool | int | float | str | list[bool | int | float | str]] = {"units": ["px", "", "cm"]}
    plugged = plug(script, "factors", "torchscript", config, ("x", "y", "z"), trust=ON)
    opened = open_plug_in(plugged)
    assert isinstance(opened, Scripted)
    images = some_images()
    assert torch.allclose(opened.measure(images).values["z"], images.mean((2, 3))[:, 2], atol=1e-6)
    assert [a.unit for a in opened.attributes] == ["px", "", "cm"]


def test_labels_come_at_the_pictures_size_after_the_cards_preprocessing(tmp_path: Path) -> None:
    path = saved(tmp_path / "program.pt", Maps())
    preprocess = Preprocess(size=48)
    opened = open_plug_in(plug(path, "labels", "torchscript", {}, ("a", "b"), preprocess, ON))
    assert isinstance(opened, Scripted)
    assert opened.logits(some_images(2, 40)).shape == (2, 2, 40, 40)


@pytest.mark.parametrize(
    ("role", "names"), [("labels", ("a", "b", "c")), ("lines", ()), ("landmarks", ("p",))]
)
def test_another_answer_is_refused_with_what_was_expected(
    tmp_path: Path, role: Role, names: tuple[str, ...]
) -> None:
    path = saved(tmp_path / "program.pt", Means())
    with pytest.raises(WeightsInvalid) as caught:
        open_plug_in(plug(path, role, "torchscript", {}, names, trust=ON))
    assert "its program answers (2, 3)" in str(caught.value)
    assert ANSWERS[role] in str(caught.value)


def test_a_program_that_fails_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path / "program.pt", Crash())
    with pytest.raises(WeightsInvalid, match=r"its program failed .*shape"):
        open_plug_in(plug(path, "classes", "torchscript", {}, ("a",), trust=ON))


def test_a_program_is_no_weights_and_weights_are_no_program(script: Path, tmp_path: Path) -> None:
    assert sniff(script.read_bytes()) == "torchscript"
    with pytest.raises(WeightsInvalid, match="it is a TorchScript program, not weights"):
        read_tensors(script, max_bytes=2**20)
    save_file({"a": torch.ones(1)}, tmp_path / "w.safetensors")
    with pytest.raises(WeightsInvalid, match="it is no TorchScript archive"):
        open_plug_in(plug(tmp_path / "w.safetensors", "classes", "torchscript", {}, ("a",), trust=ON))


def test_switched_on_the_hash_still_counts(script: Path) -> None:
    with pytest.raises(WeightsInvalid, match="but its card says"):
        open_plug_in(plug(script, "classes", "torchscript", names=("r", "g", "b"), trust=ON, sha256="0" * 64))
