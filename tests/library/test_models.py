"""The model store: lists everything, refuses what is broken by name, loads the rest exactly."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.library.conftest import networks
from wend.errors import CardInvalid, ModelNotFound, WeightsInvalid
from wend.generators.analytic import AnalyticGenerator
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.library.models import Model, ModelStore
from wend.library.weights import canonical_tensors, generator_hash
from wend.worlds.registry import describe_laws

CPU = torch.device("cpu")
SHIPPED = Path(__file__).parents[2] / "models" / "generators"
Tensors = dict[str, torch.Tensor]


def _edit_card(folder: Path, old: str, new: str) -> None:
    path = folder / "card.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_loads_what_was_published(tiny: Model, root: Path) -> None:
    generator = ModelStore([root]).load("tiny", CPU)
    assert isinstance(generator, StyleGAN2Generator)
    assert not generator.training
    assert all(not p.requires_grad and p.dtype == torch.float32 for p in generator.parameters())
    expected = canonical_tensors(networks()[0])
    actual = canonical_tensors(generator.state_dict())
    assert set(actual) == set(expected)
    for name, tensor in expected.items():
        assert torch.equal(actual[name], tensor.half().float()), name
    assert generator_hash(generator.state_dict()) == tiny.card.hash
    weight = generator.synthesis.block(1).conv0.weight
    assert weight.is_contiguous(memory_format=torch.channels_last)


def test_loading_leaves_the_global_random_state_alone(tiny: Model, root: Path) -> None:
    before = torch.random.get_rng_state()
    ModelStore([root]).load("tiny", CPU)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_discriminator_is_optional(tiny: Model, root: Path) -> None:
    store = ModelStore([root])
    judge = store.load_discriminator("tiny", CPU)
    assert judge is not None
    assert torch.equal(judge.state_dict()["b4.out.weight"], networks()[1]["b4.out.weight"].half().float())
    assert store.get("tiny").has_discriminator
    (tiny.folder / "discriminator.safetensors").unlink()
    assert not store.get("tiny").has_discriminator
    assert store.load_discriminator("tiny", CPU) is None


def test_model_names_its_files(tiny: Model) -> None:
    assert tiny.preview == tiny.folder / "preview.jpg"
    assert tiny.sheet == tiny.folder / "samples.png"
    assert 'title = "Tiny"' in tiny.text
    tiny.folder.joinpath("preview.jpg").unlink()
    assert tiny.preview is None


def test_list_and_default(tiny: Model, root: Path) -> None:
    store = ModelStore([root, SHIPPED])
    ids = [model.card.id for model in store.list().models]
    assert {"tiny", "analytic-disc", "analytic-portraits"} <= set(ids)
    assert ModelStore([root, SHIPPED], default="analytic-disc").default == "analytic-disc"
    with pytest.raises(ModelNotFound, match="gone"):
        _ = ModelStore([root], default="gone").default
    assert ModelStore([root]).default == "tiny"
    shutil.copytree(tiny.folder, root / "portraits-64")
    _edit_card(root / "portraits-64", 'id = "tiny"', 'id = "portraits-64"')
    assert ModelStore([root, SHIPPED]).default == "portraits-64"


def test_empty_store(tmp_path: Path) -> None:
    store = ModelStore([tmp_path / "nowhere"])
    assert store.list().models == ()
    with pytest.raises(ModelNotFound):
        _ = store.default


def test_a_dropped_or_changed_model_appears(tiny: Model, root: Path) -> None:
    store = ModelStore([root])
    assert len(store.list().models) == 1
    shutil.copytree(tiny.folder, root / "second")
    _edit_card(root / "second", 'id = "tiny"', 'id = "second"')
    assert [m.card.id for m in store.list().models] == ["second", "tiny"]
    _edit_card(tiny.folder, 'title = "Tiny"', 'title = "Renamed"')
    assert store.get("tiny").card.title == "Renamed"


def test_what_is_broken_is_listed_with_its_reason_and_the_rest_stays(
    tiny: Model, root: Path, tmp_path: Path
) -> None:
    (root / "empty").mkdir()
    (root / "noise").mkdir()
    (root / "noise" / "card.toml").write_bytes(b"\x00\x01")
    shutil.copytree(tiny.folder, root / "renamed")
    shutil.copytree(tiny.folder, tmp_path / "elsewhere")
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    (root / ".hidden").mkdir()
    (root / "a-file.txt").write_text("no model", encoding="utf-8")
    second = tmp_path / "second-root"
    shutil.copytree(tiny.folder, second / "tiny")
    listing = ModelStore([root, second]).list()
    assert [m.card.id for m in listing.models] == ["tiny"]
    reasons = {refused.id: str(refused.error) for refused in listing.refused}
    assert set(reasons) == {"empty", "noise", "renamed", "linked", "tiny"}
    assert "missing" in reasons["empty"]
    assert "not the name of its folder" in reasons["renamed"]
    assert "link" in reasons["linked"]
    assert "another model" in reasons["tiny"]
    assert all(isinstance(refused.error, CardInvalid) for refused in listing.refused)


@pytest.mark.parametrize(
    "model_id", ["", "gone", "..", "../tiny", "tiny/", "./tiny", "/etc", "a\x00b", "x" * 300, "tiny/walks"]
)
def test_names_that_are_no_models(tiny: Model, root: Path, model_id: str) -> None:
    with pytest.raises(ModelNotFound):
        ModelStore([root]).get(model_id)


def test_linked_weights_are_refused(tiny: Model, root: Path, tmp_path: Path) -> None:
    path = tiny.folder / "weights.safetensors"
    path.rename(tmp_path / "outside.safetensors")
    path.symlink_to(tmp_path / "outside.safetensors")
    with pytest.raises(WeightsInvalid, match="no ordinary file"):
        ModelStore([root]).load("tiny", CPU)


def _nan(t: Tensors) -> None:
    t["mapping.fc0.weight"][0, 0] = float("nan")


def _infinite(t: Tensors) -> None:
    t["synthesis.b8.conv0.weight"][0, 0, 0, 0] = float("inf")


def _missing(t: Tensors) -> None:
    del t["synthesis.b4.const"]


def _strange(t: Tensors) -> None:
    t["synthesis.b16.const"] = torch.zeros(1)


def _wrong_shape(t: Tensors) -> None:
    t["synthesis.b4.const"] = t["synthesis.b4.const"][:, :2].contiguous()


def _integers(t: Tensors) -> None:
    t["mapping.w_avg"] = torch.zeros(5, dtype=torch.int32)


def _other_values(t: Tensors) -> None:
    t["mapping.w_avg"] += 1.0


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (_nan, "not finite"),
        (_infinite, "not finite"),
        (_missing, "b4.const is missing"),
        (_strange, "not part of the network"),
        (_wrong_shape, "shape"),
        (_integers, "not floats"),
        (_other_values, "hash"),
    ],
)
def test_wrong_weights_are_refused(
    tiny: Model, root: Path, damage: Callable[[Tensors], None], why: str
) -> None:
    path = tiny.folder / "weights.safetensors"
    tensors = load_file(path)
    damage(tensors)
    save_file(tensors, path)
    with pytest.raises(WeightsInvalid, match=why):
        ModelStore([root]).load("tiny", CPU)


@pytest.mark.parametrize("content", [b"", b"\x80\x04cos\nsystem\n", b"\xff" * 64])
def test_files_that_are_no_weights_are_refused(tiny: Model, root: Path, content: bytes) -> None:
    (tiny.folder / "weights.safetensors").write_bytes(content)
    with pytest.raises(WeightsInvalid):
        ModelStore([root]).load("tiny", CPU)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("num_ws = 4", "num_ws = 6"),
        ('kind = "stylegan2"', 'kind = "pixelcnn"'),
        ('"b4.conv1"', '"b4.conv9"'),
        ("[config]\nresolution = 8", "[config]\nresolution = 16"),
        ("classes = []", 'classes = ["one", "two"]'),
    ],
)
def test_cards_that_do_not_fit_their_network_are_refused(tiny: Model, root: Path, old: str, new: str) -> None:
    _edit_card(tiny.folder, old, new)
    with pytest.raises(CardInvalid):
        ModelStore([root]).load("tiny", CPU)


def test_hash_is_of_values_not_of_files() -> None:
    tensors = {"b": torch.ones(2, 3), "a": torch.tensor(2.0)}
    reordered = {"a": torch.tensor(2.0, dtype=torch.float64), "b": torch.ones(3, 2).T.half()}
    assert generator_hash(tensors) == generator_hash(reordered)
    assert generator_hash(tensors) == generator_hash({**tensors, "x.resample_filter": torch.ones(4, 4)})
    assert generator_hash(tensors) != generator_hash({**tensors, "b": torch.ones(3, 2)})
    assert generator_hash(tensors) != generator_hash({**tensors, "a": torch.tensor(2.5)})


@pytest.mark.parametrize("model_id", ["analytic-portraits", "analytic-disc"])
def test_shipped_analytic_models_are_current(model_id: str) -> None:
    # When a world's laws change: wend world publish NAME --out models/generators
    generator = ModelStore([SHIPPED]).load(model_id, CPU)
    assert isinstance(generator, AnalyticGenerator)
    card = ModelStore([SHIPPED]).get(model_id).card
    assert card.world is not None
    assert card.world.laws == describe_laws(generator.world)
