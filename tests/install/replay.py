"""Replay: carries the Dockerfile out without Docker, in clean folders, and serves from what came of it.

    python -m tests.install.replay [--arg NAME=VALUE] [--folder EMPTY]

Every step is read from the Dockerfile itself. A stage is a folder that stands for `/`; its COPYs see what
.dockerignore leaves of the clone; its RUNs are run there, with the stage's own interpreter first on PATH.
Then the image's CMD is started as its USER (by number, when root replays), its HEALTHCHECK asked, a picture
drawn, and what was written looked at; once more as a user without a name.

What this cannot show: the base images (this machine's Python and Node stand for them), the network and the
read-only root of a container, a GPU.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.install.dockerfile import Ignored, Stage, Step, read_copy, read_stages
from wend.settings import ROOT

PATIENCE_S = 180.0
STRANGER = "54321:54321"
_PICTURE = {"model": "portraits-64", "latent": {"kind": "seed", "seed": 7}, "psi": 0.8}


@dataclass
class Image:
    """A stage as far as it was carried out. root: the folder that stands for `/`."""

    root: Path
    python: bool
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def place(self, path: str) -> Path:
        """A path of the image, from its WORKDIR where it is relative."""
        return self.root / path.lstrip("/") if path.startswith("/") else self.folder / path

    def environment(self) -> dict[str, str]:
        """The image's variables, paths among them below `root`, and what programs need of this machine."""
        named = ("LANG", "TMPDIR")
        registries = ("PIP_", "npm_config_")
        ours = {
            name: value for name, value in os.environ.items() if name in named or name.startswith(registries)
        }
        own = {
            name: str(self.place(value)) if value.startswith("/") else value
            for name, value in self.variables.items()
        }
        first = f"{self.root / 'venv' / 'bin'}:" if self.python else ""
        return {"HOME": str(self.root), **ours, **own, "PATH": f"{first}{os.environ['PATH']}"}


class Replay:
    """The build. arguments: values of ARGs, as --build-arg would give them."""

    def __init__(self, clone: Path, folder: Path, arguments: Mapping[str, str]) -> None:
        self.clone, self.folder, self.arguments = clone, folder, arguments
        self.ignored = Ignored((clone / ".dockerignore").read_text())
        self.images: dict[str, Image] = {}

    def build(self, stages: tuple[Stage, ...]) -> Image:
        """The last stage's image. Raises: CalledProcessError of a RUN; ValueError of a strange step."""
        for stage in stages:
            self.images[stage.name] = self._begin(stage)
            for step in stage.steps:
                print(f"-- {stage.name} line {step.line}: {step.word} {step.rest[:100]}", flush=True)
                self._carry_out(step, self.images[stage.name])
        return self.images[stages[-1].name]

    def _begin(self, stage: Stage) -> Image:
        root = self.folder / stage.name
        root.mkdir(parents=True)
        is_python = stage.base.startswith("python:")
        if is_python:
            venv.create(root / "venv", symlinks=True, with_pip=True)
        elif not stage.base.startswith("node:"):
            raise ValueError(f"nothing here stands for {stage.base}")
        return Image(root, is_python, root)

    def _carry_out(self, step: Step, image: Image) -> None:
        if step.word == "WORKDIR":
            image.folder = image.place(step.rest)
            image.folder.mkdir(parents=True, exist_ok=True)
        elif step.word == "ARG":
            name, _, usual = step.rest.partition("=")
            image.variables[name] = self.arguments.get(name, usual)
        elif step.word == "ENV":
            for pair in shlex.split(step.rest):
                name, _, value = pair.partition("=")
                image.variables[name] = value
        elif step.word == "COPY":
            self._copy(step, image)
        elif step.word == "RUN":
            if re.search(r"""(^|[\s"'=])/\w""", step.rest):
                raise ValueError(f"line {step.line} names a path of this machine")
            subprocess.run(["sh", "-ec", step.rest], cwd=image.folder, env=image.environment(), check=True)
        elif step.word in {"USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}:
            image.said[step.word] = step.rest
        else:
            raise ValueError(f"line {step.line}: {step.word} is not known here")

    def _copy(self, step: Step, image: Image) -> None:
        copy = read_copy(step)
        target = image.place(copy.target)
        origin = self.clone if copy.stage is None else self.images[copy.stage].root
        for source in (source.strip("/") for source in copy.sources):
            found = self.ignored.seen(origin, [source]) if copy.stage is None else _all(origin, source)
            is_folder = (origin / source).is_dir()
            for path in found:
                inside = path.relative_to(source) if is_folder else Path(path.name)
                to = target / inside if is_folder or copy.target.endswith("/") else target
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(origin / path, to)


def _all(root: Path, source: str) -> list[Path]:
    start = root / source
    found = start.rglob("*") if start.is_dir() else iter([start])
    return [path.relative_to(root) for path in found if path.is_file()]


def serve(image: Image, user: str) -> None:
    """Start the image's CMD as a user, ask its HEALTHCHECK, draw a picture, look at what it wrote, end it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**image.environment(), "WEND_PORT": str(port), "WEND_TOKEN": "a-token-for-replays"}
    become = _become(user)
    command = [*become, *json.loads(image.said["CMD"])]
    check = [*become, *json.loads(image.said["HEALTHCHECK"].partition(" CMD ")[2])]
    before = _files(image.root)
    process = subprocess.Popen(command, cwd=image.folder, env=environment)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while subprocess.run(check, env=environment, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "it never was healthy"
            time.sleep(1.0)
        size = _draw(port)
        written = _files(image.root) - before
        data = image.place(image.said["VOLUME"])
        astray = [path for path in written if not path.is_relative_to(data)]
        assert not astray, f"written outside the volume: {astray[:5]}"
        assert any(path.name == "wend.db" for path in written)
        _check_read_only(image, become)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE_S)
    print(f"-- as {user}: healthy, a picture of {size} bytes, nothing outside the volume, ended with {code}")


def _become(user: str) -> list[str]:
    if os.geteuid() != 0:
        print(f"-- not root: what {user} should do is done as yourself")
        return []
    uid, _, gid = user.partition(":")
    return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--"]


def _draw(port: int) -> int:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer a-token-for-replays"}
    url = f"http://127.0.0.1:{port}/"
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as page:
        assert b'id="root"' in page.read()
    body = json.dumps({"picture": _PICTURE, "format": "png"}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}api/render", body, headers)) as answer:  # noqa: S310
        picture = answer.read()
    assert picture.startswith(b"\x89PNG")
    return len(picture)


def _check_read_only(image: Image, become: list[str]) -> None:
    (bundled,) = image.root.glob("venv/lib/python3*/site-packages/wend/bundled")
    if become:
        found = subprocess.run(
            [*become, "find", bundled, "-writable"], capture_output=True, text=True, check=True
        )
        assert found.stdout == "", "the shipped models or the page can be written"


def _files(root: Path) -> set[Path]:
    return {path for path in root.rglob("*") if path.is_file()}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="replay", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--arg", action="append", default=[], help="a build argument, NAME=VALUE")
    parser.add_argument("--folder", type=Path, help="an empty folder; default: a temporary one, taken away")
    told = parser.parse_args()
    arguments = dict(each.split("=", 1) for each in told.arg)
    folder = told.folder or Path(tempfile.mkdtemp(prefix="wend-replay-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    try:
        image = Replay(ROOT, folder, arguments).build(read_stages((ROOT / "Dockerfile").read_text()))
        serve(image, image.said["USER"])
        data = image.place(image.said["VOLUME"])
        shutil.rmtree(data)
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(data, *map(int, STRANGER.split(":")))
        serve(image, STRANGER)
    finally:
        if told.folder is None:
            shutil.rmtree(folder)
    print("The Dockerfile was carried out, and served.")


if __name__ == "__main__":
    main()
