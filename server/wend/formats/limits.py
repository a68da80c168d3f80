"""Limits: how much a foreign file may ask for."""

from dataclasses import dataclass


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


DEFAULT_LIMITS = Limits()
