"""A checkpoint dropped into the inbox of a running server is a model soon after; a stranger is refused."""

import shutil
import time
from pathlib import Path

from fastapi.testclient import TestClient

from tests.api.conftest import LOCAL
from tests.api.fake_engine import FakeEngine
from tests.formats.real_files import real_file
from wend.app import create_app
from wend.settings import Settings

DEADLINE_S = 90.0


def test_a_dropped_file_appears(tmp_path: Path) -> None:
    source = real_file("vaes/betaH_dsprites/model.pt")
    app = create_app(
        Settings(data_dir=tmp_path), lambda _store, _shelf, _settings, deliver: FakeEngine(deliver)
    )
    with TestClient(app, base_url=LOCAL) as client:
        inbox = tmp_path / "models" / "inbox"
        assert inbox.is_dir()
        (inbox / "stranger.pt").write_bytes(b"\x80\x04cos\nsystem\n(X\x04\x00\x00\x00truetR.")
        shutil.copyfile(source, inbox / "sprites.pt")
        deadline = time.monotonic() + DEADLINE_S
        while True:
            answer = client.get("/api/models").json()
            models = {model["id"]: model for model in answer["models"]}
            refused = {problem["id"]: problem for problem in answer["refused"]}
            if ("sprites" in models and "inbox/stranger.pt" in refused) or time.monotonic() > deadline:
                break
            time.sleep(0.2)
    assert models["sprites"]["kind"] == "vae"
    assert models["sprites"]["has_preview"]
    assert (models["sprites"]["spaces"], models["sprites"]["has_encoder"]) == (["z"], True)
    assert refused["inbox/stranger.pt"]["code"] == "format_unsafe"
    assert "os.system" in refused["inbox/stranger.pt"]["sentence"]
    # What people dropped is theirs.
    assert (inbox / "sprites.pt").is_file()
