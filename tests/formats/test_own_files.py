"""Wend's own files: a model's folder, its weights alone, and what a card says that is not so."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tests.library.conftest import CONFIG, card_text, networks
from wend.errors import (
    FormatDamaged,
    FormatRefused,
    FormatTooLarge,
    FormatUnknown,
    FormatUnsupported,
    WeightsInvalid,
)
from wend.formats.layouts.own import KINDS, METADATA
from wend.formats.sandbox import Sandbox
from wend.generators.build import BUILDERS, build_discriminator
from wend.generators.stylegan3 import StyleGAN3Generator
from wend.generators.stylegan3_design import StyleGAN3Config
from wend.library.imports import _filled, import_file, inspect_file
from wend.library.models import Model, ModelStore
from wend.library.publish import publish_model


@pytest.fixture
def model(tmp_path: Path) -> Model:
    generator, discriminator = networks()
    return publish_model(tmp_path / "elsewhere" / "tiny", card_text(), generator, discriminator, None, None)


def test_a_folder_comes_over_whole(model: Model, sandbox: Sandbox, tmp_path: Path) -> None:
    brought = import_file(sandbox, model.folder, tmp_path / "models")
    card, before = brought.card, model.card
    assert (card.hash, card.config, card.psi, card.licence) == (
        before.hash, before.config, before.psi, before.licence
    )  # fmt: skip
    assert (card.training, card.world) == (before.training, before.world)
    assert (card.title, card.id) == ("Tiny", "tiny")
    assert card.source is not None
    assert card.source.layout == "Wend"
    judge = ModelStore([tmp_path / "models"]).load_discriminator(card.id, torch.device("cpu"))
    assert judge is not None
    # Stored in half precision, as it was published.
    own = networks()[1]
    assert all(torch.equal(t, own[key].half().float()) for key, t in judge.state_dict().items())


def test_weights_alone_say_what_they_are(model: Model, sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "from a friend"
    path.write_bytes((model.folder / "weights.safetensors").read_bytes())
    brought = import_file(sandbox, path, tmp_path / "models")
    assert brought.card.hash == model.card.hash
    assert brought.card.title == "Tiny"
    assert brought.card.world == model.card.world
    assert not brought.has_discriminator


def test_older_weights_without_a_word_are_known_by_their_names(sandbox: Sandbox, tmp_path: Path) -> None:
    path, file = tmp_path / "G.pt", io.BytesIO()
    torch.save({"state_dict": networks()[0]}, file)
    path.write_bytes(file.getvalue())
    found = inspect_file(sandbox, path)
    assert found.report.layout == "StyleGAN2 in NVIDIA's names (state dict)"
    assert (found.resolution, found.w_dim) == (CONFIG.resolution, CONFIG.w_dim)
    assert any("guessed" in note for note in found.report.notes)


CLAIMS: Mapping[str, tuple[dict[str, object], type[FormatRefused]]] = {
    "a world": ({"kind": "analytic", "config": {"world": "disc"}}, FormatUnsupported),
    "a program": ({"kind": "program", "config": {}}, FormatUnsupported),
    "other shapes": ({"config": {**asdict(CONFIG), "conv_clamp": 256.0, "w_dim": 2**19}}, FormatDamaged),
    "a side": ({"config": {"resolution": 2**16}}, FormatTooLarge),
    "doublings": ({"kind": "progressive", "config": {"widths": ",".join("1" * 30)}}, FormatTooLarge),
    "margins": ({"kind": "stylegan3", "config": {"resolution": 16, "margin_size": 10**5}}, FormatUnsupported),
    "no number": ({"kind": "stylegan3", "config": {"resolution": "x"}}, FormatUnsupported),
    "layers without end": (
        {"config": {**asdict(CONFIG), "conv_clamp": 1.0, "mapping_layers": 65}},
        FormatUnsupported,
    ),
    "no z": ({"config": {"resolution": 8, "z_dim": 0}}, FormatDamaged),
    "no channels": ({"config": {"resolution": 8, "channel_base": 0}}, FormatDamaged),
    "a side between": ({"config": {**asdict(CONFIG), "conv_clamp": 1.0, "resolution": 12}}, FormatDamaged),
    "wide and large": (
        {"config": {"resolution": 4096, "channel_base": 2**20, "channel_max": 256}},
        FormatTooLarge,
    ),
    "many settings": ({"config": {f"s{k}": 1 for k in range(65)}}, FormatUnsupported),
    "a list": ({"config": {"resolution": [8]}}, FormatUnsupported),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_is_not_taken_for_truth(claim: str, sandbox: Sandbox, tmp_path: Path) -> None:
    told, error = CLAIMS[claim]
    path = tmp_path / "x"
    save_file(networks()[0], path, {METADATA: json.dumps({"kind": "stylegan2", **told})})
    with pytest.raises(error):
        inspect_file(sandbox, path)


def test_a_card_is_of_the_weights_that_it_names(model: Model, sandbox: Sandbox, tmp_path: Path) -> None:
    """Loose in one folder lie a card, what it is of, and what it is not."""
    rng = torch.Generator().manual_seed(0)
    state = {f"main.1.{part}": torch.ones(4) for part in ("weight", "bias", "running_mean", "running_var")}
    state |= {"main.0.weight": torch.randn(3, 4, 4, 4, generator=rng)}
    save_file({**state, "main.3.weight": torch.randn(4, 3, 4, 4, generator=rng)}, tmp_path / "foreign")
    save_file({name: t.half() for name, t in networks()[0].items()}, tmp_path / "older")
    (tmp_path / "card.toml").write_bytes((model.folder / "card.toml").read_bytes())
    assert inspect_file(sandbox, tmp_path / "foreign").report.layout == "DCGAN (PyTorch examples)"
    assert inspect_file(sandbox, tmp_path / "older").report.layout == "Wend"


def test_a_judge_of_no_sizes_is_refused_in_words(tmp_path: Path) -> None:
    config = StyleGAN3Config(
        8, 4, 4, 0, 1, 32, 4, num_layers=3, num_critical=1, margin_size=2, discriminator_base=0
    )
    with torch.random.fork_rng(devices=[]):
        generator = StyleGAN3Generator(config)
    path = tmp_path / "discriminator.safetensors"
    save_file(networks()[1], path)
    # Of the whole import, which would load torch's compiler for the generator's shapes, the step that builds.
    with pytest.raises(WeightsInvalid, match="of its sizes"):
        _filled(lambda: build_discriminator(generator), path)


def test_a_card_of_something_else_is_none(sandbox: Sandbox, tmp_path: Path) -> None:
    save_file({"a": torch.zeros(3)}, tmp_path / "x")
    (tmp_path / "card.toml").write_text('title = "A recipe"\nkind = 3\n')
    with pytest.raises(FormatUnknown):
        inspect_file(sandbox, tmp_path / "x")


def test_every_kind_that_has_weights_comes_back() -> None:
    assert frozenset(BUILDERS) - {"analytic", "program"} == KINDS
