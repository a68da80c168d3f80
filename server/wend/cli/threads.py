"""Threads: how idle ones wait, and in what pages its memory comes, said before torch is imported."""

import os
import sys


def wait_passively() -> None:
    """Idle threads sleep instead of spinning: two spinning ones on a busy two-core machine were up to 20 x
    slower. The runtimes read this once, when torch is imported, so `main` says it before any command."""
    assert "torch" not in sys.modules, "torch is imported too early"
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("KMP_BLOCKTIME", "0")
    # Large tensors in large pages, where the system has them for who asks (Linux, `madvise`): a picture of
    # 256 px by a large StyleGAN2 takes a sixth less time in float32. Read once, too.
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    # What Apple's device has no kernel for the CPU does. Read once, too.
    os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
