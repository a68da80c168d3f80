"""BigGAN-deep as pytorch-pretrained-BigGAN stores it, against its formulas written in loops."""

import io
import json
import math
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.formats.opening import opened
from wend.errors import FormatRefused, FormatUnsupported
from wend.formats.sandbox import Sandbox
from wend.generators.generator import synthesize
from wend.latents.truncation import truncate

Z, EMBED, CLASSES, WIDTH, SETS = 6, 6, 4, 8, 51
LAYERS = ((False, 4, 4), (True, 4, 2), (False, 2, 2), (True, 2, 1))
ATTENTION = 2  # between the two pairs: at 8 px
CONFIG = {
    "output_dim": 16, "z_dim": Z, "class_embed_dim": EMBED, "channel_width": WIDTH, "num_classes": CLASSES,
    "layers": [list(layer) for layer in LAYERS], "attention_layer_position": ATTENTION, "eps": 1e-4,
    "n_stats": SETS,
}  # fmt: skip


class _Writer:
    def __init__(self) -> None:
        self.rng = torch.Generator().manual_seed(8)
        self.state: dict[str, Tensor] = {}

    def random(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.rng)

    def normed(self, name: str, *shape: int, has_bias: bool = False) -> None:
        weight = self.random(*shape)
        flat = weight.reshape(shape[0], -1)
        u, v = F.normalize(self.random(shape[0]), dim=0), self.random(flat.shape[1])
        for _ in range(5):
            v = F.normalize(flat.T @ u, dim=0)
            u = F.normalize(flat @ v, dim=0)
        self.state |= {f"{name}.weight_orig": weight, f"{name}.weight_u": u, f"{name}.weight_v": v}
        if has_bias:
            self.state[f"{name}.bias"] = self.random(shape[0])

    def statistics(self, name: str, channels: int) -> None:
        self.state[f"{name}.running_means"] = self.random(SETS, channels)
        self.state[f"{name}.running_vars"] = torch.rand(SETS, channels, generator=self.rng) + 0.5


def _state() -> dict[str, Tensor]:
    w = _Writer()
    w.state["embeddings.weight"] = w.random(EMBED, CLASSES)
    w.normed("generator.gen_z", 16 * LAYERS[0][1] * WIDTH, Z + EMBED, has_bias=True)
    position = 0
    for _, before, after in LAYERS:
        if position == ATTENTION:
            _attention(w, f"generator.layers.{position}", before * WIDTH)
            position += 1
        name, inner = f"generator.layers.{position}", before * WIDTH // 4
        for index, channels in enumerate((before * WIDTH, inner, inner, inner)):
            w.statistics(f"{name}.bn_{index}", channels)
            w.normed(f"{name}.bn_{index}.scale", channels, Z + EMBED)
            w.normed(f"{name}.bn_{index}.offset", channels, Z + EMBED)
        sizes = ((inner, before * WIDTH, 1), (inner, inner, 3), (inner, inner, 3), (after * WIDTH, inner, 1))
        for index, (out, into, k) in enumerate(sizes):
            w.normed(f"{name}.conv_{index}", out, into, k, k, has_bias=True)
        position += 1
    w.statistics("generator.bn", WIDTH)
    w.state |= {"generator.bn.weight": w.random(WIDTH), "generator.bn.bias": w.random(WIDTH)}
    w.normed("generator.conv_to_rgb", WIDTH, WIDTH, 3, 3, has_bias=True)
    return w.state


def _attention(w: _Writer, name: str, channels: int) -> None:
    for part, out, into in (("theta", channels // 8, channels), ("phi", channels // 8, channels)):
        w.normed(f"{name}.snconv1x1_{part}", out, into, 1, 1)
    w.normed(f"{name}.snconv1x1_g", channels // 2, channels, 1, 1)
    w.normed(f"{name}.snconv1x1_o_conv", channels, channels // 2, 1, 1)
    w.state[f"{name}.gamma"] = torch.tensor([0.8])


def _saved(state: Mapping[str, Tensor]) -> bytes:
    file = io.BytesIO()
    torch.save(dict(state), file, _use_new_zipfile_serialization=False)
    return file.getvalue()


class _Naive:
    """The published forward for one picture, [C, H, W] at a time, in float64."""

    def __init__(self, state: Mapping[str, Tensor], cond: Tensor, truncation: float) -> None:
        self.p = {key: t.double() for key, t in state.items()}
        self.cond = cond
        # As published, shares exchanged: half way between two sets that makes no difference.
        self.share, place = math.modf(round(truncation * (SETS - 1), 9))
        self.set = int(place)

    def standing(self, name: str) -> Tensor:
        sets = self.p[name]
        if self.share == 0.0:
            return sets[self.set]
        return sets[self.set] * self.share + sets[self.set + 1] * (1.0 - self.share)

    def weight(self, name: str) -> Tensor:
        weight = self.p[f"{name}.weight_orig"]
        flat = weight.reshape(len(weight), -1)
        sigma = torch.dot(self.p[f"{name}.weight_u"], flat @ self.p[f"{name}.weight_v"])
        return weight / sigma

    def conv(self, x: Tensor, name: str, pad: int) -> Tensor:
        weight = self.weight(name)
        k, padded = weight.shape[-1], F.pad(x, (pad, pad, pad, pad))
        out = x.new_zeros(len(weight), *x.shape[1:])
        for i in range(x.shape[1]):
            for j in range(x.shape[2]):
                out[:, i, j] = torch.einsum("ocij,cij->o", weight, padded[:, i : i + k, j : j + k])
        bias = self.p.get(f"{name}.bias")
        return out if bias is None else out + bias[:, None, None]

    def norm(self, x: Tensor, name: str) -> Tensor:
        mean, variance = self.standing(f"{name}.running_means"), self.standing(f"{name}.running_vars")
        y = (x - mean[:, None, None]) / (variance[:, None, None] + 1e-4).sqrt()
        if f"{name}.weight" in self.p:
            gain, shift = self.p[f"{name}.weight"], self.p[f"{name}.bias"]
        else:
            gain, shift = (
                1.0 + self.weight(f"{name}.scale") @ self.cond,
                self.weight(f"{name}.offset") @ self.cond,
            )
        return F.relu(y * gain[:, None, None] + shift[:, None, None])

    def block(self, x: Tensor, name: str, up: bool, after: int) -> Tensor:
        y = self.norm(self.conv(self.norm(x, f"{name}.bn_0"), f"{name}.conv_0", 0), f"{name}.bn_1")
        short = x[:after]
        if up:
            y, short = (t.repeat_interleave(2, 1).repeat_interleave(2, 2) for t in (y, short))
        y = self.norm(self.conv(y, f"{name}.conv_1", 1), f"{name}.bn_2")
        y = self.norm(self.conv(y, f"{name}.conv_2", 1), f"{name}.bn_3")
        return self.conv(y, f"{name}.conv_3", 0) + short

    def attend(self, x: Tensor, name: str) -> Tensor:
        query, key, value = (self.conv(x, f"{name}.snconv1x1_{part}", 0) for part in ("theta", "phi", "g"))
        pooled = [t.unfold(1, 2, 2).unfold(2, 2, 2).amax(dim=(3, 4)).flatten(1) for t in (key, value)]
        heard = x.new_zeros(value.shape)
        for i in range(x.shape[1]):
            for j in range(x.shape[2]):
                heard[:, i, j] = pooled[1] @ torch.softmax(pooled[0].T @ query[:, i, j], dim=0)
        return x + self.p[f"{name}.gamma"] * self.conv(heard, f"{name}.snconv1x1_o_conv", 0)

    def draw(self) -> Tensor:
        x = self.weight("generator.gen_z") @ self.cond + self.p["generator.gen_z.bias"]
        x = x.reshape(4, 4, -1).permute(2, 0, 1)
        position = 0
        for up, _, after in LAYERS:
            if position == ATTENTION:
                x = self.attend(x, f"generator.layers.{position}")
                position += 1
            x = self.block(x, f"generator.layers.{position}", up, after * WIDTH)
            position += 1
        return torch.tanh(self.conv(self.norm(x, "generator.bn"), "generator.conv_to_rgb", 1)[:3])


@pytest.mark.parametrize("psi", [0.5, 0.13, 1.0, 0.0])
def test_it_draws_what_the_formulas_say(psi: float, sandbox: Sandbox, tmp_path: Path) -> None:
    state = _state()
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    found = opened(sandbox, tmp_path / "pytorch_model.bin", _saved(state))
    assert found.report.kind == "biggan"
    assert (found.generator.spec.resolution, found.generator.spec.num_ws) == (16, len(LAYERS) + 1)
    assert found.generator.spec.c_dim == CLASSES
    generator = found.generator
    assert isinstance(generator, nn.Module)
    generator.double()
    z = torch.randn(1, Z, generator=torch.Generator().manual_seed(9), dtype=torch.float64)
    c = torch.eye(CLASSES, dtype=torch.float64)[[2]]
    w = found.generator.mapping(z, c)
    ws = truncate(w[:, None].repeat(1, len(LAYERS) + 1, 1), found.generator.center(c), psi, None)
    ours = synthesize(found.generator, ws, None, torch.float64)[0]
    cond = torch.cat([psi * z[0], state["embeddings.weight"].double()[:, 2]])
    naive = _Naive(state, cond, psi).draw()
    assert ours.shape == naive.shape
    assert float((ours - naive).abs().max()) <= 1e-5 * float(naive.abs().max())


def test_a_folder_opens_and_another_description_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "biggan-deep-16"
    folder.mkdir()
    (folder / "pytorch_model.bin").write_bytes(_saved(_state()))
    with sandbox.read(folder) as reading:
        assert reading.report.file == "pytorch_model.bin"
    (folder / "config.json").write_text("<html>not the description</html>")
    with sandbox.read(folder) as reading:
        assert reading.report.kind == "biggan"
    (folder / "config.json").write_text(json.dumps({**CONFIG, "layers": [[True, 4, 4]]}))
    with pytest.raises(FormatUnsupported, match=r"config\.json"), sandbox.read(folder):
        pass


@pytest.mark.parametrize(
    ("key", "shape", "words"),
    [
        # An axis of size 0 costs a file nothing, and the others would be believed.
        ("embeddings.weight", (2**16, 2**16, 0), "embeddings.weight has shape"),
        ("embeddings.weight", (EMBED, CLASSES, 1), "embeddings.weight has shape"),
        ("generator.layers.0.conv_0.weight_orig", (8, 2**40, 0), "conv_0.weight_orig has shape"),
        ("generator.layers.3.conv_1.bias", (9,), "conv_1.bias has shape"),
        ("generator.bn.running_means", (0, WIDTH), "running_means has shape"),
        ("generator.layers.1.extra", (1,), "extra is not part"),
        ("generator.layers.99999999999.gamma", (1,), "is not part"),
    ],
)
def test_every_shape_is_checked(
    key: str, shape: tuple[int, ...], words: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    state = {**_state(), key: torch.zeros(shape)}
    (tmp_path / "x").write_bytes(_saved(state))
    with pytest.raises(FormatRefused, match=words), sandbox.read(tmp_path / "x"):
        pass


def test_official_shapes() -> None:
    """The published 256 px model: its widths, and the place of its attention."""
    from wend.generators.biggan import BigGANConfig

    config = BigGANConfig("16,16,8,8,4,2,1", 128, 128, 128, 1000, 64)
    assert config.resolution == 256
    assert [(before // 128, after // 128) for _, before, after in config.blocks][:4] == [
        (16, 16), (16, 16), (16, 16), (16, 8),
    ]  # fmt: skip
