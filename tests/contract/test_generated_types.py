"""The tracked TypeScript types are what the Python schema generates today."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRACKED = ROOT / "frontend" / "src" / "protocol" / "messages.gen.ts"


def test_tracked_types_equal_a_fresh_generation(tmp_path: Path) -> None:
    fresh = tmp_path / TRACKED.name
    # A make of its own, not a child of the one that may be running the tests.
    inherited = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    environment = {key: value for key, value in os.environ.items() if key not in inherited}

    made = subprocess.run(
        ["make", "--no-print-directory", "protocol", f"TYPES={fresh}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert made.returncode == 0, made.stdout + made.stderr
    assert fresh.read_text() == TRACKED.read_text(), "run `make protocol` and commit the result"
