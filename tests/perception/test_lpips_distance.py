"""LPIPS proper: equal to the formula written by hand, and clear about the trunk it misses."""

import hashlib
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from tests.perception.plugging import gradient_of, plug, randomized, some_images
from wend.errors import CardInvalid, InvalidShape, WeightsInvalid
from wend.perception import trunk_files
from wend.perception.lpips_distance import LpipsDistance, find_lpips, open_lpips
from wend.perception.operators import torchvision_models
from wend.perception.readers import open_plug_in
from wend.perception.trunk_files import trunk_tensors
from wend.perception.trunks import TAPS
from wend.perception.trust import Trust


@pytest.fixture(scope="module")
def alexnet() -> nn.Sequential:
    """A random AlexNet trunk, as torchvision wires it."""
    with torch.device("meta"):
        network = torchvision_models().AlexNet()
    features = network.features.to_empty(device="cpu")
    assert isinstance(features, nn.Sequential)
    randomized(features)
    return features


def tensors_of(alexnet: nn.Sequential) -> dict[str, Tensor]:
    return {f"features.{key}": value for key, value in alexnet.state_dict().items()}


@pytest.fixture(scope="module")
def distance(alexnet: nn.Sequential) -> LpipsDistance:
    return open_lpips("alex", tensors_of(alexnet), "random")


def heads() -> list[Tensor]:
    import lpips

    path = Path(lpips.__file__).parent / "weights" / "v0.1" / "alex.pth"
    found = torch.load(path, weights_only=True, map_location="cpu")
    return [found[f"lin{layer}.model.1.weight"].flatten() for layer in range(5)]


def test_it_is_the_formula(distance: LpipsDistance, alexnet: nn.Sequential) -> None:
    """Equation 1 by hand: scale, trunk, unit length over channels, weighted squares, mean, sum."""
    a, b = some_images(seed=1), some_images(seed=2)
    shift = torch.tensor([-0.030, -0.088, -0.188]).view(1, 3, 1, 1)
    scale = torch.tensor([0.458, 0.448, 0.450]).view(1, 3, 1, 1)
    x, y = (a - shift) / scale, (b - shift) / scale
    expected = torch.zeros(2)
    taps = iter(heads())
    with torch.no_grad():
        for number, layer in enumerate(alexnet):
            x, y = layer(x), layer(y)
            if number in TAPS["alexnet"]:
                unit_x, unit_y = x / (x.square().sum(1, True).sqrt()), y / (y.square().sum(1, True).sqrt())
                weighted = (unit_x - unit_y).square() * next(taps).view(1, -1, 1, 1)
                expected += weighted.sum(1).mean((1, 2))
            if number == TAPS["alexnet"][-1]:
                break
        assert torch.allclose(distance.distance(a, b), expected, rtol=1e-4)


def test_nothing_differs_from_itself(distance: LpipsDistance) -> None:
    a = some_images()
    with torch.no_grad():
        assert torch.equal(distance.distance(a, a), torch.zeros(2))
        assert torch.equal(distance.map(a, a), torch.zeros(2, 64, 64))


@pytest.mark.parametrize("side", [33, 64])
def test_the_mean_of_the_map_is_the_distance(distance: LpipsDistance, side: int) -> None:
    a, b = some_images(side=side, seed=1), some_images(side=side, seed=2)
    with torch.no_grad():
        where = distance.map(a, b)
        assert where.shape == (2, side, side)
        assert torch.allclose(where.mean((1, 2)), distance.distance(a, b), rtol=1e-4)


def test_the_map_lies_where_the_change_is(distance: LpipsDistance) -> None:
    a = some_images(1)
    b = a.clone()
    b[..., 8:24, 8:24] *= -1
    with torch.no_grad():
        where = distance.map(a, b)[0]
    assert where[8:24, 8:24].mean() > 2 * where[40:, 40:].mean()


def test_both_answers_pass_gradients(distance: LpipsDistance) -> None:
    a, b = some_images(seed=1).requires_grad_(), some_images(seed=2)
    assert gradient_of(distance.distance(a, b), a) > 0
    assert gradient_of(distance.map(a, b), a) > 0


def test_pictures_must_pair_up(distance: LpipsDistance) -> None:
    with pytest.raises(InvalidShape):
        distance.distance(some_images(), some_images(1))


def test_a_card_opens_it_as_features(tmp_path: Path, alexnet: nn.Sequential) -> None:
    save_file(tensors_of(alexnet), tmp_path / "alex.safetensors")
    opened = open_plug_in(plug(tmp_path / "alex.safetensors", "features", "lpips", {"net": "alex"}))
    assert isinstance(opened, LpipsDistance)
    images = some_images()
    assert [level.shape[1] for level in opened.maps(images)] == [64, 192, 384, 256, 256]
    assert opened.vector(images).shape == (2, 1152)
    with pytest.raises(CardInvalid, match=r"config\.net must be 'alex' or 'vgg' or 'squeeze'"):
        open_plug_in(plug(tmp_path / "alex.safetensors", "features", "lpips", {"net": "resnet"}))
    with pytest.raises(WeightsInvalid, match=r"/alex\.safetensors cannot be used: \S+ is missing"):
        open_plug_in(plug(tmp_path / "alex.safetensors", "features", "lpips", {"net": "vgg"}))


def test_a_missing_trunk_names_the_file_and_the_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    cache = tmp_path / "torch" / "hub" / "checkpoints"
    with pytest.raises(WeightsInvalid, match=r"vgg16-397923af\.pth") as caught:
        find_lpips("vgg", Trust(trunks_dir=tmp_path / "own"))
    sentence = str(caught.value)
    assert f"put it into {tmp_path / 'own'} or {cache}" in sentence
    assert "allow_downloads" in sentence
    assert "https://download.pytorch.org/models/vgg16-397923af.pth" in sentence


def test_the_own_folder_comes_before_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alexnet: nn.Sequential
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    trunk_files.hub_folder().mkdir(parents=True)
    (trunk_files.hub_folder() / trunk_files.TRUNKS["alex"].file).write_bytes(b"not read")
    own = tmp_path / "own"
    own.mkdir()
    save_file(tensors_of(alexnet), own / "alex.safetensors")
    found = trunk_tensors("alex", Trust(trunks_dir=own))
    assert torch.equal(found["features.0.weight"], alexnet.state_dict()["0.weight"])


def test_a_published_name_promises_its_hash(tmp_path: Path, alexnet: nn.Sequential) -> None:
    path = tmp_path / trunk_files.TRUNKS["alex"].file
    torch.save(tensors_of(alexnet), path)
    start = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    with pytest.raises(WeightsInvalid, match=f"sha256 begins {start}, not 7be5be79"):
        trunk_tensors("alex", Trust(trunks_dir=tmp_path))
