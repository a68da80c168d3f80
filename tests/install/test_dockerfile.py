"""Dockerfile and docker-compose.yml, as far as they can be judged at once; `make replay` carries them out."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.install.dockerfile import Copy, Ignored, Stage, read_copy, read_stages
from tests.install.replay import Replay
from wend.settings import ROOT

COMPOSE_KEYS = {
    "init", "user", "ports", "environment", "volumes", "read_only", "tmpfs", "cap_drop", "security_opt",
    "restart", "stop_grace_period", "profiles", "image", "build", "shm_size", "deploy",
}  # fmt: skip


@pytest.fixture(scope="module")
def stages() -> tuple[Stage, ...]:
    return read_stages((ROOT / "Dockerfile").read_text())


@pytest.fixture(scope="module")
def ignored() -> Ignored:
    return Ignored((ROOT / ".dockerignore").read_text())


def copies(stages: tuple[Stage, ...]) -> list[Copy]:
    return [read_copy(step) for stage in stages for step in stage.steps if step.word == "COPY"]


def said(stage: Stage, word: str) -> list[str]:
    return [step.rest for step in stage.steps if step.word == word]


def test_what_is_copied_is_there_and_the_build_sees_it(stages: tuple[Stage, ...], ignored: Ignored) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = set(listed.stdout.splitlines())
    for copy in copies(stages):
        if copy.stage is not None:
            assert copy.stage in [stage.name for stage in stages]
            continue
        for source in copy.sources:
            seen = {path.as_posix() for path in ignored.seen(ROOT, [source])}
            assert seen & tracked, source
            lost = {path for path in tracked if path.startswith(source.rstrip("/") + "/")} - seen
            # Deleted in the work tree and not yet committed is no fault of .dockerignore.
            assert not {path for path in lost if (ROOT / path).exists()}


@pytest.mark.parametrize(
    "path",
    [
        "data/wend.db",
        ".venv/bin/python",
        ".git/config",
        ".env",
        "frontend/node_modules/react/index.js",
        "frontend/dist/index.html",
        "models/inbox/strange.pkl",
        "server/wend/__pycache__/app.pyc",
        "tests/conftest.py",
    ],
)
def test_what_is_ours_alone_stays_out(ignored: Ignored, path: str) -> None:
    assert ignored(path)


def test_the_image_serves_as_nobody_in_particular(stages: tuple[Stage, ...]) -> None:
    last = stages[-1]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", said(last, "USER")[-1])
    assert [step.word for step in last.steps][-1] == "CMD"
    # Nothing is installed or copied by whom it serves as, so it can change nothing.
    after = [step.word for step in last.steps[[step.word for step in last.steps].index("USER") :]]
    assert not {"RUN", "COPY"} & set(after)
    assert said(last, "VOLUME") == ["/wend/data"]
    assert "/api/health" in said(last, "HEALTHCHECK")[0]


def read_compose() -> dict[str, Any]:  # Any: YAML
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def test_the_compose_file_has_a_service_to_a_profile_and_stays_on_this_machine() -> None:
    compose = read_compose()
    assert {name: service["profiles"] for name, service in compose["services"].items()} == {
        "cpu": ["cpu"],
        "gpu": ["gpu"],
    }
    for service in compose["services"].values():
        assert set(service) <= COMPOSE_KEYS
        for port in service["ports"]:
            assert re.fullmatch(r"127\.0\.0\.1:\$\{WEND_PORT:-8000\}:8000", port)
        # Named without a value: what the environment has is passed on, and nothing secret stands in the file.
        assert "WEND_TOKEN" in service["environment"]
        (volume,) = service["volumes"]
        source, _, target = volume.rpartition(":")
        assert (source, target) == ("${WEND_DATA:-data}", "/wend/data")
        assert "data" in compose["volumes"]


def test_the_gpu_has_the_build_of_torch_that_can_use_it(stages: tuple[Stage, ...]) -> None:
    gpu = read_compose()["services"]["gpu"]
    (default,) = said(stages[-1], "ARG")
    assert list(gpu["build"]["args"]) == [default.partition("=")[0]]
    assert gpu["build"]["args"]["TORCH_INDEX"] == ""
    assert gpu["deploy"]["resources"]["reservations"]["devices"][0]["capabilities"] == ["gpu"]


def test_steps_are_carried_out_as_docker_would(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    for name, text in {
        ".dockerignore": "*\n!kept\nkept/**/*.log\n",
        "kept/a.txt": "a",
        "kept/inner/b.txt": "b",
        "kept/inner/c.log": "c",
        "left.txt": "d",
    }.items():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text(text)
    text = """
# a comment
FROM node:24 AS first
ARG WORD=usual
WORKDIR /made/here
COPY kept/ ./
RUN cat a.txt inner/b.txt \\
  # between its lines
  && echo "$WORD" > told
FROM node:24
ENV PLACE=/made PLAIN="two words"
WORKDIR /last
COPY --from=first /made/here/told renamed
COPY kept/a.txt into/
RUN echo "$PLACE $PLAIN" > shown
CMD ["sh"]
"""
    image = Replay(clone, tmp_path / "work", {"WORD": "given"}).build(read_stages(text))
    work = tmp_path / "work"
    assert {path.relative_to(work).as_posix() for path in work.rglob("*") if path.suffix == ".txt"} == {
        "first/made/here/a.txt",
        "first/made/here/inner/b.txt",
        "1/last/into/a.txt",
    }
    assert not list(work.rglob("*.log"))
    assert (image.folder / "renamed").read_text() == "given\n"
    assert (image.folder / "shown").read_text() == f"{image.root}/made two words\n"
    assert image.said == {"CMD": '["sh"]'}


@pytest.mark.parametrize(
    "text",
    ["FROM node:24\nRUN cat /etc/passwd", "FROM node:24\nADD a b", "FROM scratch", "RUN true"],
)
def test_what_cannot_be_replayed_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / ".dockerignore").write_text("")
    with pytest.raises(ValueError, match=r"line|stands for"):
        Replay(tmp_path, tmp_path / "work", {}).build(read_stages(text))
