"""A Python that lacks what Windows lacks starts the server, draws, and runs a job to its end.

This is no Windows: paths, processes and files that are open twice behave there as they do. It only shows that
nothing that is missing there is asked for on these ways.
"""

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import asyncio, multiprocessing, os, select, signal, ssl, subprocess, sys, tempfile, threading, time, types
import av, fastapi.testclient, numpy, scipy, scipy.optimize, torch, torch._dynamo
import sqlalchemy, uvicorn, websockets

for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("fork", "sysconf", "nice", "sched_getaffinity", "setpriority"):
    delattr(os, name)
for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"):
    delattr(os, name)
for name in ("SIGKILL", "SIGXCPU"):
    delattr(signal, name)
locked = []
sys.modules["msvcrt"] = types.SimpleNamespace(LK_NBLCK=2, locking=lambda *told: locked.append(told))

from fastapi.testclient import TestClient
from wend.app import create_app
from wend.settings import Settings

picture = {"model": "analytic-disc", "latent": {"kind": "seed", "seed": 7}, "psi": 0.8}
frame = {"picture": picture, "duration": 1}
export = {"kind": "export", "params": {"format": "png", "fps": 1, "document": {
    "version": 2, "picture": picture, "timeline": {"keyframes": [frame, frame]}}}}
settings = Settings(data_dir=sys.argv[1], default_model="analytic-disc", device="cpu", threads=1)
with TestClient(create_app(settings), base_url="http://localhost") as client:
    drawn = client.post("/api/render", json={"picture": picture, "format": "png"})
    assert drawn.status_code == 200, drawn.text
    begun = client.post("/api/jobs", json=export)
    assert begun.status_code == 201, begun.text
    place = f"/api/jobs/{begun.json()['id']}"
    while (job := client.get(place).json()["job"])["state"] not in ("done", "failed"):
        time.sleep(0.05)
    assert job["state"] == "done", job
    refused = client.post("/api/walks?model=analytic-disc&name=x.npy", content=b"\\x93NUMPY")
    assert refused.json()["code"] == "format_unsupported", refused.text
assert locked
"""


def test_nothing_that_windows_lacks_is_needed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
