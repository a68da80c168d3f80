"""Plug-ins on disk: a card in the user's folder is all it takes; settings say how far it is trusted."""

import hashlib
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from wend.errors import CardInvalid, WeightsInvalid
from wend.library.perception import PerceptionStore
from wend.perception.edges import Edges
from wend.perception.preprocess import Preprocess
from wend.perception.torchscript import Scripted
from wend.perception.trust import Trust
from wend.perception.u2net import U2Net
from wend.settings import Settings

CPU = torch.device("cpu")
CARD = """
id = "mine"
title = "My own"
summary = "Saliency and lines of my own."
licence = "Apache-2.0"

[[networks]]
name = "salient"
role = "saliency"
kind = "u2net"
file = "u2net.safetensors"
sha256 = "{sha256}"
licence = "Apache-2.0"
preprocess = {{ size = 64, mean = [0.5, 0.4, 0.3], sd = [0.2, 0.2, 0.2] }}

[[networks]]
name = "contours"
role = "lines"
kind = "edges"
config = {{ sigma = 1.5 }}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, perception_dir=tmp_path / "shipped")


@pytest.fixture
def folder(settings: Settings) -> Path:
    folder = settings.data_dir / "perception" / "mine"
    folder.mkdir(parents=True)
    widths = {f"stage{i}": (3 if i == 1 else 4, 2, 4) for i in range(1, 7)}
    widths |= {f"stage{i}d": (8, 2, 4) for i in range(1, 6)}
    save_file(U2Net(widths, Preprocess()).state_dict(), folder / "u2net.safetensors")
    digest = hashlib.sha256((folder / "u2net.safetensors").read_bytes()).hexdigest()
    (folder / "card.toml").write_text(CARD.format(sha256=digest))
    return folder


def store_of(settings: Settings) -> PerceptionStore:
    return PerceptionStore(settings.perception_roots, Trust.of(settings))


def test_a_card_is_all_it_takes(settings: Settings, folder: Path) -> None:
    store = store_of(settings)
    salient = store.load("mine", "salient", CPU)
    assert isinstance(salient, U2Net)
    assert salient.preprocess == Preprocess(64, (0.5, 0.4, 0.3), (0.2, 0.2, 0.2))
    assert not any(parameter.requires_grad for parameter in salient.parameters())
    assert isinstance(store.lines("mine", CPU), Edges)


def test_another_file_than_the_cards_is_refused(settings: Settings, folder: Path) -> None:
    save_file({"x": torch.ones(1)}, folder / "u2net.safetensors")
    with pytest.raises(WeightsInvalid, match="but its card says"):
        store_of(settings).load("mine", "salient", CPU)


def test_a_linked_file_is_refused(settings: Settings, folder: Path, tmp_path: Path) -> None:
    (folder / "u2net.safetensors").rename(tmp_path / "elsewhere")
    (folder / "u2net.safetensors").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WeightsInvalid, match="no ordinary file"):
        store_of(settings).load("mine", "salient", CPU)


@pytest.mark.parametrize("file", ["../u2net.safetensors", "/etc/passwd", "a/b"])
def test_a_card_cannot_name_a_path(settings: Settings, folder: Path, file: str) -> None:
    text = (folder / "card.toml").read_text().replace("u2net.safetensors", file)
    (folder / "card.toml").write_text(text)
    with pytest.raises(CardInvalid, match="file"):
        store_of(settings).get("mine")


def test_an_unknown_kind_lists_the_known(settings: Settings, folder: Path) -> None:
    text = (folder / "card.toml").read_text().replace('"u2net"', '"u3net"').replace("sha256", "# sha256")
    (folder / "card.toml").write_text(text)
    with pytest.raises(CardInvalid, match=r"no network of kind 'u3net'; known are .*photosketch.*unet"):
        store_of(settings).load("mine", "salient", CPU)


@pytest.mark.parametrize(
    ("section", "why"),
    [
        ('kind = "vgg16"\nrole = "features"', "network 'odd': it names no file"),
        ('kind = "unet"\nrole = "lines"', "network 'odd': it names no file"),
        ('kind = "unet"\nrole = "factors"\nfile = "a.pt"', "kind 'unet' is of another role than factors"),
        ('kind = "u2net"\nrole = "labels"\nfile = "a.pt"', "kind 'u2net' is of role saliency, not labels"),
        ('kind = "plain-regressor"\nrole = "factors"\nfile = "a.pt"', "no list 'attributes'[.]$"),
        ('kind = "u3net"\nrole = "labels"\nfile = "a.pt"', "vgg16[.]$"),
    ],
)
def test_a_wrong_card_is_told_which_network_and_why(
    settings: Settings, folder: Path, section: str, why: str
) -> None:
    with (folder / "card.toml").open("a") as card:
        card.write(f'[[networks]]\nname = "odd"\n{section}\n')
    with pytest.raises(CardInvalid, match=why):
        store_of(settings).load("mine", "odd", CPU)


class Bright(nn.Module):
    """[N, 2]: brightness and its opposite."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean = x.mean((1, 2, 3))
        return torch.stack([mean, -mean], 1)


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_the_settings_switch_programs_on_and_limit_files(settings: Settings, folder: Path) -> None:
    torch.jit.save(torch.jit.script(Bright()), str(folder / "bright.pt"))
    with (folder / "card.toml").open("a") as card:
        card.write('[[networks]]\nname = "bright"\nrole = "classes"\nkind = "torchscript"\n')
        card.write('file = "bright.pt"\nnames = ["bright", "dark"]\n')
    with pytest.raises(WeightsInvalid, match="set allow_torchscript"):
        store_of(settings).load("mine", "bright", CPU)
    willing = Settings.load({"WEND_ALLOW_TORCHSCRIPT": "true"}, {"data_dir": settings.data_dir})
    assert isinstance(store_of(willing).load("mine", "bright", CPU), Scripted)
    (folder / "u2net.safetensors").write_bytes(bytes(2**20 + 1))
    narrow = Settings(data_dir=settings.data_dir, max_weights_bytes=2**20)
    with pytest.raises(WeightsInvalid, match="larger than 1048576 bytes"):
        store_of(narrow).load("mine", "salient", CPU)
