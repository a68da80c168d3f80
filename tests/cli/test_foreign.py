"""`wend models inspect` and `add`: one JSON object, or a sentence and a hint."""

import json
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from typer.testing import CliRunner

from tests.formats.real_files import real_file
from wend.cli.models import models_app
from wend.errors import FormatUnknown

runner = CliRunner(env={"COLUMNS": "250"})
KEYS = {"kind", "resolution", "num_ws", "z_dim", "w_dim", "parameters", "ignored", "sha256"}


def test_inspect_and_add(tmp_path: Path) -> None:
    path = real_file("vaes/btcvae_dsprites/model.pt")
    answer = runner.invoke(models_app, ["inspect", str(path), "--json"])
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert found.keys() >= KEYS
    assert (found["kind"], found["resolution"], found["num_ws"], found["z_dim"]) == ("vae", 64, 1, 10)
    # Counted by hand: lin1 to lin3, three hidden convolutions, the last of one channel.
    assert found["parameters"] == 2816 + 65_792 + 131_584 + 3 * 16_416 + 513
    assert found["encoder_parameters"] == 544 + 3 * 16_416 + 131_328 + 65_792 + 5140
    assert "encoder" in runner.invoke(models_app, ["inspect", str(path)]).stdout
    data = tmp_path / "data"
    added = runner.invoke(models_app, ["add", str(path), "--data", str(data)])
    assert added.exit_code == 0, added.output
    assert "btcvae_dsprites" in added.stdout
    listed = json.loads(runner.invoke(models_app, ["list", "--json", "--data", str(data)]).stdout)
    card = next(model for model in listed["models"] if model["id"] == "btcvae_dsprites")
    assert card["source"]["sha256"] == found["sha256"]
    assert (data / "models" / "btcvae_dsprites" / "encoder.safetensors").is_file()


def test_refusals(tmp_path: Path) -> None:
    path = tmp_path / "x.pt"
    path.write_bytes(b"nothing of the kind")
    refused = runner.invoke(models_app, ["inspect", str(path)])
    assert isinstance(refused.exception, FormatUnknown)
    answer = runner.invoke(models_app, ["add", str(path), "--json", "--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["code"] == "format_unknown"


class Loud(nn.Module):
    """Draws a picture of 4 px, and says so."""

    def __init__(self) -> None:
        super().__init__()
        self.deconv = nn.ConvTranspose2d(6, 1, 4)

    def forward(self, z: Tensor) -> Tensor:
        print("{}")  # noqa: T201 - what is tested
        drawn: Tensor = self.deconv(z)
        return drawn


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:DeprecationWarning")
def test_what_a_program_prints_is_not_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "loud.pt"
    torch.jit.save(torch.jit.script(Loud()), str(path))
    arguments = ["add", str(path), "--json", "--data", str(tmp_path)]
    allowed = {"WEND_ALLOW_TORCHSCRIPT": "true"}
    never = runner.invoke(models_app, [*arguments, "--never-run"], env=allowed)
    assert json.loads(never.stdout)["code"] == "format_unsafe"
    added = runner.invoke(models_app, arguments, env=allowed)
    assert json.loads(added.stdout)["kind"] == "program"
    assert "{}" in added.stderr
