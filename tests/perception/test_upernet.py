"""UPerNet: both published layouts at tiny widths, and the precise pool against integrals by hand."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from tests.perception.plugging import Config, gradient_of, plug, randomized, some_images
from wend.errors import CardInvalid, WeightsInvalid
from wend.perception.precise_pool import precise_pool
from wend.perception.preprocess import Preprocess
from wend.perception.readers import open_plug_in
from wend.perception.upernet import UNIFIED_MEAN, Decoder, Encoder, UPerNet

SMALL = Preprocess(size=64)
NAMES = ("-", "hair", "eye", "wall", "sky")


def test_a_sample_weighs_as_its_tent() -> None:
    """Of two samples over 0..2 as one cell: the first keeps half its tent, the second all, by length 2."""
    x = torch.tensor([[4.0, 10.0]]).view(1, 1, 1, 2).expand(1, 1, 2, 2)
    pooled = precise_pool(x, 1)
    # Rows and columns weigh (0.5, 1) / 2 each; rows are equal here.
    assert pooled.item() == pytest.approx(0.75 * (0.25 * 4.0 + 0.5 * 10.0))


def test_the_pool_is_the_integral_of_the_surface() -> None:
    """Against a fine Riemann sum of the bilinear surface that falls to 0 past the last sample."""
    source = torch.Generator().manual_seed(0)
    x = torch.rand(1, 1, 5, 5, generator=source, dtype=torch.float64)
    steps = 600
    padded = torch.nn.functional.pad(x, (0, 1, 0, 1))
    places = (torch.arange(steps, dtype=torch.float64) + 0.5) / steps * 5
    low, share = places.floor().long(), places - places.floor()
    rows = padded[0, 0, low] * (1 - share)[:, None] + padded[0, 0, low + 1] * share[:, None]
    surface = rows[:, low] * (1 - share) + rows[:, low + 1] * share
    expected = torch.nn.functional.avg_pool2d(surface[None, None], steps // 3)
    assert torch.allclose(precise_pool(x, 3), expected, atol=1e-5)


def tiny(head: str) -> dict[str, Tensor]:
    """A network of this layout at widths of four to sixteen."""
    encoder = Encoder((4, 4, 8), (2, 2, 3, 4), (1, 2, 1, 1))
    decoder = Decoder((8, 8, 12, 16), 4, 8, len(NAMES), head, "precise")
    halves = nn.ModuleDict({"encoder": encoder, "decoder": decoder})
    return dict(randomized(halves).state_dict())


@pytest.mark.parametrize(("head", "bgr", "pooling"), [
    ("object_head", True, "precise"),
    ("conv_last", False, "average"),
])  # fmt: skip
def test_both_layouts_open_in_one_file(tmp_path: Path, head: str, bgr: bool, pooling: str) -> None:
    tensors = tiny(head) | {"decoder.scene_head.1.weight": torch.ones(3)}
    save_file(tensors, tmp_path / "upp.safetensors")
    opened = open_plug_in(
        plug(tmp_path / "upp.safetensors", "labels", "upernet", names=NAMES, preprocess=SMALL)
    )
    assert isinstance(opened, UPerNet)
    assert (opened.labels, opened.bgr, opened.decoder.pooling) == (NAMES, bgr, pooling)
    images = some_images(2, 40).requires_grad_()
    logits = opened.logits(images)
    assert logits.shape == (2, 5, 40, 40)
    assert gradient_of(logits, images) > 0


def test_unified_parsing_sees_blue_first_in_255(tmp_path: Path) -> None:
    save_file(tiny("object_head"), tmp_path / "upp.safetensors")
    opened = open_plug_in(plug(tmp_path / "upp.safetensors", "labels", "upernet", names=NAMES))
    assert isinstance(opened, UPerNet)
    seen = opened.preprocess.apply(torch.full((1, 3, 32, 32), 1.0))
    assert seen.shape == (1, 3, 256, 256)
    expected = 255 - torch.tensor(UNIFIED_MEAN)
    assert torch.allclose(seen[0, :, 0, 0], expected, atol=1e-3)


def test_halves_in_two_files_as_published(tmp_path: Path) -> None:
    tensors = tiny("object_head")
    for half in ("encoder", "decoder"):
        part = {k.removeprefix(f"{half}."): v for k, v in tensors.items() if k.startswith(half)}
        torch.save(part, tmp_path / f"{half}_epoch_40.pth")
    whole = tmp_path / "encoder_epoch_40.pth"
    config: Config = {"decoder_file": "decoder_epoch_40.pth"}
    opened = open_plug_in(plug(whole, "labels", "upernet", config, NAMES, SMALL))
    assert isinstance(opened, UPerNet)
    save_file(tensors, tmp_path / "both.safetensors")
    other = open_plug_in(plug(tmp_path / "both.safetensors", "labels", "upernet", {}, NAMES, SMALL))
    assert isinstance(other, UPerNet)
    with torch.no_grad():
        assert torch.equal(opened.logits(some_images(1, 32)), other.logits(some_images(1, 32)))
    (tmp_path / "labels.json").write_text(json.dumps({"object": NAMES, "scene": ["x"]}))
    listed: Config = {**config, "labels_file": "labels.json"}
    named = open_plug_in(plug(whole, "labels", "upernet", listed, preprocess=SMALL))
    assert isinstance(named, UPerNet)
    assert named.labels == NAMES
    (tmp_path / "labels.json").write_text(json.dumps({"object": ["one"]}))
    with pytest.raises(WeightsInvalid, match="its list 'object' must name 5 labels"):
        open_plug_in(plug(whole, "labels", "upernet", listed))
    with pytest.raises(CardInvalid, match=r"config\.decoder_file must be the name of a file beside"):
        open_plug_in(plug(whole, "labels", "upernet", {"decoder_file": "../decoder.pth"}, NAMES))
    wrong: Config = {**config, "decoder_sha256": "0" * 64}
    with pytest.raises(WeightsInvalid, match="but its card says"):
        open_plug_in(plug(whole, "labels", "upernet", wrong, NAMES))
    with pytest.raises(WeightsInvalid, match=r"name its file in config\.decoder_file"):
        open_plug_in(plug(whole, "labels", "upernet", names=NAMES))


def test_names_and_shapes_must_fit(tmp_path: Path) -> None:
    tensors = tiny("conv_last")
    save_file(tensors, tmp_path / "w.safetensors")
    with pytest.raises(CardInvalid, match="names lists 2 labels, but the file tells 5"):
        open_plug_in(plug(tmp_path / "w.safetensors", "labels", "upernet", names=("a", "b")))
    tensors["encoder.layer2.1.conv2.weight"] = torch.ones(2, 2, 1, 1)
    save_file(tensors, tmp_path / "w.safetensors")
    with pytest.raises(WeightsInvalid, match=r"layer2\.1\.conv2\.weight has shape \(2, 2, 1, 1\)"):
        open_plug_in(plug(tmp_path / "w.safetensors", "labels", "upernet", names=NAMES))
