"""Owner of `wend sketch`: a folder of drawings becomes a set, once, and poses come from a file."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from wend.cli.sketch import content_of
from wend.errors import InvalidParams, SketchEmpty
from wend.imaging.codec import encode
from wend.library.images import ImageStore


def _drawing(radius: float) -> bytes:
    y, x = np.mgrid[0:48, 0:48]
    ring = np.abs(np.hypot(x - 24, y - 24) - radius) < 1.5
    return encode(np.where(ring, 0, 255).astype(np.uint8)[..., None], "png")


def test_a_folder_is_read_by_name_and_always_alike(tmp_path: Path) -> None:
    folder, images = tmp_path / "tilted heads", ImageStore(tmp_path / "images")
    folder.mkdir()
    (folder / "b.png").write_bytes(_drawing(15))
    (folder / "a.png").write_bytes(_drawing(10))
    (folder / "notes.txt").write_text("no drawing")
    content = content_of(folder, "lines", images)
    assert (content.name, content.kind, len(set(content.drawings))) == ("tilted heads", "lines", 2)
    assert content == content_of(folder, "lines", images)
    (folder / "a.png").write_bytes(encode(np.full((48, 48, 1), 255, np.uint8), "png"))
    with pytest.raises(SketchEmpty):
        content_of(folder, "lines", images)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InvalidParams, match="holds no drawing"):
        content_of(empty, "lines", images)


def test_poses_come_from_a_file(tmp_path: Path) -> None:
    images, path = ImageStore(tmp_path / "images"), tmp_path / "low.json"
    path.write_text(
        json.dumps([[{"name": "head", "x": 0.5, "y": 0.7}, {"name": "mouth", "x": 0.5, "y": 0.8}]])
    )
    content = content_of(path, "pose", images)
    assert (content.kind, [point.name for point in content.poses[0]]) == ("pose", ["head", "mouth"])
    path.write_text("[[{}]]")
    with pytest.raises(InvalidParams, match="is no JSON file of poses"):
        content_of(path, "pose", images)


def test_a_typo_is_told_before_the_library_is_loaded(tmp_path: Path) -> None:
    """In a process that has no torch yet, and none after."""
    script = """
import sys
from wend.cli import run
for words in (["sketch", "portraits-64", "nope/"], ["invert", "--tune", "portraits-64", "me.jpg"]):
    try:
        run(words)
    except SystemExit as ended:
        print(ended.code, "torch" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60.0, check=True
    )
    assert done.stdout == "1 False\n" * 2
    first, _, second, _ = done.stderr.splitlines()
    assert first.startswith("The argument DRAWINGS cannot be used: there is no folder nope/, and")
    assert second.startswith("The argument PHOTO cannot be used: there is no file me.jpg, and")
