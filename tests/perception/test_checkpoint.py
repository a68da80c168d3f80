"""Foreign checkpoints: sniffed by bytes, read as tensors, and nothing in them ever runs."""

import hashlib
import os
import pickle
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import fill, read_tensors, sniff

LIMIT = 2**20


class Bomb:
    """Runs a command wherever it is unpickled carelessly."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.mark}",)


def tensors() -> dict[str, Tensor]:
    return {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.ones(2)}


@pytest.mark.parametrize("kind", ["safetensors", "torch", "legacy torch"])
@pytest.mark.parametrize("name", ["weights.pth", "weights.safetensors", "weights.txt"])
def test_the_bytes_decide_not_the_name(tmp_path: Path, kind: str, name: str) -> None:
    path = tmp_path / name
    if kind == "safetensors":
        save_file(tensors(), path)
    else:
        torch.save(tensors(), path, _use_new_zipfile_serialization=kind == "torch")
    assert sniff(path.read_bytes()) == kind
    found = read_tensors(path, max_bytes=LIMIT)
    assert found.keys() == tensors().keys()
    assert all(torch.equal(found[key], value) for key, value in tensors().items())


@pytest.mark.parametrize("wrapper", ["state_dict", "model_state_dict", "model"])
def test_one_wrapper_and_the_parallel_prefix_come_off(tmp_path: Path, wrapper: str) -> None:
    inner = {f"module.{key}": value for key, value in tensors().items()}
    torch.save({"epoch": 3, wrapper: inner}, tmp_path / "w.pt")
    assert read_tensors(tmp_path / "w.pt", max_bytes=LIMIT).keys() == tensors().keys()


@pytest.mark.parametrize("legacy", [False, True])
def test_a_malicious_checkpoint_is_refused_and_nothing_runs(tmp_path: Path, legacy: bool) -> None:
    mark, path = tmp_path / "executed", tmp_path / "w.pt"
    torch.save({**tensors(), "extra": Bomb(mark)}, path, _use_new_zipfile_serialization=not legacy)
    with pytest.raises(WeightsInvalid, match="holds more than tensors"):
        read_tensors(path, max_bytes=LIMIT)
    assert not mark.exists()


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_bare_pickle_is_refused_and_nothing_runs(tmp_path: Path, protocol: int) -> None:
    mark, path = tmp_path / "executed", tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps({"net": Bomb(mark)}, protocol=protocol))
    with pytest.raises(WeightsInvalid, match="it is a pickle, which would run"):
        read_tensors(path, max_bytes=LIMIT)
    assert not mark.exists()


@pytest.mark.parametrize("kind", ["safetensors", "torch", "legacy torch"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_truncated_file_is_refused(tmp_path: Path, kind: str, share: float) -> None:
    path = tmp_path / "w"
    if kind == "safetensors":
        save_file(tensors(), path)
    else:
        torch.save(tensors(), path, _use_new_zipfile_serialization=kind == "torch")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(WeightsInvalid, match=f"{tmp_path.name}/w "):
        read_tensors(path, max_bytes=LIMIT)


def test_the_hash_is_of_the_bytes_that_are_read(tmp_path: Path) -> None:
    path = tmp_path / "w.pt"
    torch.save(tensors(), path)
    right = hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_tensors(path, max_bytes=LIMIT, sha256=right).keys() == tensors().keys()
    with pytest.raises(WeightsInvalid, match=f"its sha256 is {right}, but its card says {'0' * 64}"):
        read_tensors(path, max_bytes=LIMIT, sha256="0" * 64)


def test_links_folders_absence_and_size_are_refused(tmp_path: Path) -> None:
    path, link = tmp_path / "w.pt", tmp_path / "link.pt"
    torch.save(tensors(), path)
    link.symlink_to(path)
    with pytest.raises(WeightsInvalid, match="no ordinary file"):
        read_tensors(link, max_bytes=LIMIT)
    with pytest.raises(WeightsInvalid, match="no ordinary file"):
        read_tensors(tmp_path, max_bytes=LIMIT)
    with pytest.raises(WeightsInvalid, match="it is missing"):
        read_tensors(tmp_path / "none.pt", max_bytes=LIMIT)
    with pytest.raises(WeightsInvalid, match=r"larger than 100 bytes \(setting max_weights_bytes\)"):
        read_tensors(path, max_bytes=100)


def test_a_zip_that_unpacks_to_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(2**20)}, tmp_path / "w.pt")
    small = tmp_path / "small.pt"
    with (
        zipfile.ZipFile(tmp_path / "w.pt") as source,
        zipfile.ZipFile(small, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for entry in source.infolist():
            out.writestr(entry.filename, source.read(entry))
    assert small.stat().st_size < LIMIT // 100
    with pytest.raises(WeightsInvalid, match="it unpacks to more than"):
        read_tensors(small, max_bytes=LIMIT)


@pytest.mark.parametrize("content", [torch.ones(3), [torch.ones(1)], {"epoch": 3}])
def test_what_holds_no_named_tensors_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "w.pt")
    with pytest.raises(WeightsInvalid, match="named tensors"):
        read_tensors(tmp_path / "w.pt", max_bytes=LIMIT)


def test_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w.pt").write_text("<html>404</html>")
    with pytest.raises(WeightsInvalid, match="neither safetensors nor of torch"):
        read_tensors(tmp_path / "w.pt", max_bytes=LIMIT)


def test_fill_names_the_tensor_that_does_not_fit() -> None:
    network = nn.Sequential(nn.Linear(3, 2))
    good = {"0.weight": torch.full((2, 3), 2.0), "0.bias": torch.ones(2)}
    fill(network, {**good, "head.x": torch.ones(1)}, "mine/w.pt", ignored=("head.",))
    assert torch.equal(network(torch.ones(1, 3)), torch.full((1, 2), 7.0))
    with pytest.raises(WeightsInvalid, match=r"0\.bias is missing"):
        fill(network, {"0.weight": good["0.weight"]}, "mine/w.pt")
    with pytest.raises(WeightsInvalid, match=r"head\.x is not part of the network"):
        fill(network, {**good, "head.x": torch.ones(1)}, "mine/w.pt")
    with pytest.raises(WeightsInvalid, match=r"0\.bias has shape \(3,\), the network wants \(2,\)"):
        fill(network, {**good, "0.bias": torch.ones(3)}, "mine/w.pt")
    with pytest.raises(WeightsInvalid, match=r"0\.bias holds values that are not finite"):
        fill(network, {**good, "0.bias": torch.tensor([1.0, torch.nan])}, "mine/w.pt")
