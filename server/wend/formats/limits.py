"""Limits: how much a foreign file may ask for, of the machine and beside its own size."""

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup/memory.max")
# Weights are all but random, and become float32 from half precision or bytes; what grows more is a bomb.
_MOST_GROWTH, _FREE_BYTES = 16, 2**24
_UNTOLD_BYTES = 2**33  # of a machine that does not say what it has
_LEAST_MEMORY_BYTES = 2**30  # Python with numpy, and a small file


@dataclass(frozen=True)
class Limits:
    """What reading one file may take; all are upper bounds.

    file_bytes: of the file; tensor_bytes: of all tensors that are taken out of it, in the precision they
    are stored in; memory_bytes: address space of the child process; timeout_s: wall clock, and of the
    processor; opcodes, memo, stack, depth: of one pickle; tensors: how many it may describe.
    """

    file_bytes: int = 2**31
    tensor_bytes: int = 2**32
    memory_bytes: int = 3 * 2**32
    timeout_s: float = 120.0
    opcodes: int = 20_000_000
    memo: int = 2_000_000
    stack: int = 1_000_000
    depth: int = 64
    tensors: int = 50_000

    def of_machine(self, memory_bytes: int) -> "Limits":
        """The same on a machine of so much memory: a quarter for the reader, an eighth for tensors."""
        reader = min(self.memory_bytes, max(_LEAST_MEMORY_BYTES, memory_bytes // 4))
        return replace(self, memory_bytes=reader, tensor_bytes=min(self.tensor_bytes, reader // 2))

    def of_file(self, size_bytes: int) -> "Limits":
        """The same for a file of this size: it may grow 16 times, and 16 MiB beside."""
        grown = _MOST_GROWTH * size_bytes + _FREE_BYTES
        return replace(self, tensor_bytes=min(self.tensor_bytes, grown))


def machine_memory(limit: Path = _CGROUP) -> int:
    """Bytes of the machine, or of the container that this is, whose limit lies in a file."""
    if not hasattr(os, "sysconf"):  # Windows
        return _UNTOLD_BYTES
    found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # none, or "max"
        found = min(found, int(limit.read_text(encoding="ascii")))
    return found


DEFAULT_LIMITS = Limits().of_machine(machine_memory())
