"""Three hundred damaged and malicious files: none crashes the reader, hangs, or runs anything."""

from pathlib import Path

import pytest

from tests.formats.drawing import saved
from wend.cli.bench.fuzz import OUTCOMES, measure_fuzz
from wend.cli.bench.fuzz_files import encoder_file, whole_files
from wend.cli.bench.fuzz_pickles import whole_pickles
from wend.formats.sandbox import Sandbox

FILES = whole_files(seed=3)
PICKLES = whole_pickles(seed=3)


@pytest.mark.parametrize("layout", FILES)
def test_what_is_damaged_was_whole(layout: str, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(saved(FILES[layout]))
    with sandbox.read(tmp_path / "x") as reading:
        assert reading.report.layout == layout
        of_judges = ("genforce StyleGAN", "BigGAN", "residual GAN (mimicry)")
        assert (reading.discriminator is not None) == (layout in of_judges)


@pytest.mark.parametrize("layout", PICKLES)
def test_what_is_damaged_of_pickles_was_whole(layout: str, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(PICKLES[layout])
    with sandbox.read(tmp_path / "x") as reading:
        assert reading.report.layout == layout
        assert (reading.discriminator is not None) == ("StyleGAN2" in layout)


def test_what_is_damaged_of_an_encoder_was_whole(sandbox: Sandbox, tmp_path: Path) -> None:
    data = saved(encoder_file(seed=3))
    assert len(data) < 2**20
    (tmp_path / "x").write_bytes(data)
    with sandbox.read(tmp_path / "x") as reading:
        assert reading.report.layout == "rosinality StyleGAN2 within an encoder (e4e, pSp)"
        assert reading.encoder is not None


def test_fuzz() -> None:
    found = measure_fuzz(300, seed=20)
    counts = {name: found[name] for name in OUTCOMES}
    assert (counts["crashed"], counts["hung"], counts["executed"]) == (0, 0, 0)
    assert sum(int(str(value)) for value in counts.values()) == found["files"] == 300
    # Some damage is no harm: numbers inside a tensor changed.
    assert int(str(counts["refused"])) > 100
    assert int(str(counts["opened"])) > 10
