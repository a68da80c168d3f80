"""Checkpoints: one safetensors file per state, complete and atomic, tensors and JSON only."""

import json
import os
from pathlib import Path
from typing import cast

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from wend.errors import CheckpointInvalid

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
State = None | bool | int | float | str | Tensor | list["State"] | tuple["State", ...] | dict[str, "State"]
"""A nested state: dicts (with string or integer keys), lists, plain values and tensors."""

_TENSOR = "__tensor__"
_TUPLE = "__tuple__"
_INT_KEYS = "__int_keys__"


def _flatten(state: object, prefix: str, tensors: dict[str, Tensor]) -> Json:
    """Replace every tensor of a nested state by its name, collecting the tensors."""
    if isinstance(state, Tensor):
        tensors[prefix] = state.detach().cpu().contiguous()
        return {_TENSOR: prefix}
    if isinstance(state, dict):
        tree: dict[str, Json] = {str(k): _flatten(v, f"{prefix}.{k}", tensors) for k, v in state.items()}
        if state and all(isinstance(k, int) for k in state):
            return {_INT_KEYS: tree}
        return tree
    if isinstance(state, list | tuple):
        items: Json = [_flatten(v, f"{prefix}.{i}", tensors) for i, v in enumerate(state)]
        return {_TUPLE: items} if isinstance(state, tuple) else items
    if state is None or isinstance(state, bool | int | float | str):
        return state
    raise TypeError(f"{prefix} is a {type(state).__name__}: a checkpoint holds tensors and plain values only")


def _restore(tree: Json, tensors: dict[str, Tensor]) -> object:
    if isinstance(tree, dict):
        if _TENSOR in tree:
            return tensors[str(tree[_TENSOR])]
        if _TUPLE in tree:
            return tuple(cast("list[object]", _restore(tree[_TUPLE], tensors)))
        if _INT_KEYS in tree:
            inner = cast("dict[str, Json]", tree[_INT_KEYS])
            return {int(k): _restore(v, tensors) for k, v in inner.items()}
        return {k: _restore(v, tensors) for k, v in tree.items()}
    if isinstance(tree, list):
        return [_restore(v, tensors) for v in tree]
    return tree


def save_checkpoint(path: Path, state: dict[str, object]) -> None:
    """Write a nested state beside `path`, flush it, then rename: readers see old or new, never half."""
    tensors: dict[str, Tensor] = {}
    tree = _flatten(state, "state", tensors)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    # Two names of one storage are refused by the format; clones make every entry its own.
    seen: set[int] = set()
    for name, tensor in tensors.items():
        if tensor.numel() and tensor.data_ptr() in seen:
            tensors[name] = tensor.clone()
        seen.add(tensor.data_ptr())
    save_file(tensors, partial, metadata={"tree": json.dumps(tree)})
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(path)


def load_checkpoint(path: Path) -> dict[str, object]:
    """Read what `save_checkpoint` wrote, on the CPU. Raises: CheckpointInvalid."""
    while True:
        before = _version(path)
        try:
            state = _read(path)
        except FileNotFoundError:
            raise
        except Exception as error:  # safetensors raises its own type without a public base
            if _version(path) == before:
                raise CheckpointInvalid(path.name, str(error)) from error
            continue
        # Its header and its numbers are opened one after the other: in between, another may take its place.
        if _version(path) == before:
            break
    if not isinstance(state, dict):
        raise CheckpointInvalid(path.name, "the top level is not a table")
    return state


def _version(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _read(path: Path) -> object:
    with safe_open(path, framework="pt", device="cpu") as file:
        metadata = file.metadata() or {}
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    return _restore(json.loads(metadata["tree"]), tensors)


def rng_state(generator: torch.Generator) -> Tensor:
    """The state of a generator as a tensor that a checkpoint can hold, uint8 [S]."""
    return generator.get_state().clone()
