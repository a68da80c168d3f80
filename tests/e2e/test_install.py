"""The wheel: what `make wheel` builds is installed into an environment of its own, and its page draws there.

The environment has the wheel and nothing of the clone. Its dependencies are those of this one, named in a
.pth file, so that torch is not fetched for every run; that the wheel asks for them all is tested elsewhere.
"""

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served import Served
from tests.e2e.wend_page import WendPage
from wend.settings import ROOT

BUDGET_BYTES = 64 * 2**20
"""Page, models and all: git's budget for models/ and a little more."""


def run(*command: str | Path, folder: Path) -> str:
    """What a command prints, in an environment without this make's and this Python's. It must succeed."""
    dropped = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONPATH"}
    environment = {key: value for key, value in os.environ.items() if key not in dropped}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As a release would have it: the source archive, and the wheel that is built from that."""
    folder = tmp_path_factory.mktemp("wheels")
    run("make", "--no-print-directory", "wheel", f"WHEELS={folder}", folder=ROOT)
    assert len(list(folder.glob("wend-*.tar.gz"))) == 1
    (built,) = folder.glob("wend-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that was empty before the wheel came in."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True, with_pip=False)
    interpreter = folder / "bin" / "python"
    offline = ("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "--python", interpreter, "install", *offline, wheel, folder=folder)
    # Afterwards: to pip these would be part of the environment. The .pth files among them are not read, so
    # that what is installed editable there, the clone above all, stays out.
    site = Path(
        run(
            interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=folder
        ).strip()
    )
    found = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "dependencies.pth").write_text("".join(f"{path}\n" for path in sorted(found)))
    return interpreter


@pytest.fixture(scope="module")
def installed(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    server = Served(tmp_path_factory.mktemp("home"), program=(str(python.with_name("wend")),))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def site(installed: Served) -> Served:
    return installed


def test_it_is_small_enough_and_needs_nothing_of_the_clone(wheel: Path, python: Path, tmp_path: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl"), "it would need a compiler elsewhere"
    assert wheel.stat().st_size < BUDGET_BYTES
    told = "from wend import settings as s; print(s.__file__, s.MODELS, s.PAGE, sep='\\n')"
    for line in run(python, "-c", told, folder=tmp_path).splitlines():
        assert Path(line).is_relative_to(python.parents[1])


def test_its_page_opens_and_draws_a_bundled_model(wend: WendPage, installed: Served) -> None:
    latent = wend.document["picture"]["model"]
    assert latent == "portraits-64"
    with wend.change():
        wend.drag(wend.page.get_by_role("slider").first, 0.5, 0.8, moves=4)
    assert wend.pixels == wend.expected_pixels
    assert {path.name for path in installed.data.iterdir()} >= {"wend.db", "server.log"}
