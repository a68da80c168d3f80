"""Files that would run a command when opened the usual way, one for every place it can hide in."""

import io
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch

from tests.formats.foreign_pickle import FOREIGN, Foreign, Made, dumps


def command(marker: Path) -> Made:
    """What would make the file `marker`."""
    return Made(Foreign("posix.system"), (f"touch {marker}",))


def in_storage(marker: Path) -> Made:
    """A tensor whose storage is a nested pickle with the command: torch's own function would run it."""
    nested = _legacy(command(marker))
    storage = Made(Foreign("torch.storage._load_from_bytes"), (nested,))
    arguments: tuple[object, ...] = (storage, 0, (1,), (1,), False, OrderedDict[str, str]())
    return Made(Foreign("torch._utils._rebuild_tensor_v2"), arguments)


def _legacy(value: object) -> bytes:
    head = b"".join(pickle.dumps(one, 2) for one in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
    return head + dumps(value, 2) + pickle.dumps([], 2)


def _zip(value: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, pickle_module=FOREIGN)
    return file.getvalue()


def _stream(value: object) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, pickle_module=FOREIGN, _use_new_zipfile_serialization=False)
    return file.getvalue()


def traps(marker: Path) -> dict[str, bytes]:
    """Every trap by name. Each, opened by Python or torch without restrictions, would make `marker`."""
    run = command(marker)
    persistent = Made(
        Foreign("torch_utils.persistence._reconstruct_persistent_obj"),
        (
            {
                "type": "class",
                "class_name": "G",
                "module_src": "",
                "state": {"_parameters": {"w": in_storage(marker)}},
            },
        ),
    )
    old_style = f"(S'touch {marker}'\niposix\nsystem\n.".encode()
    getattr_ = Made(Foreign("builtins.getattr"), (Foreign("os"), "system"))
    return {
        "plain": dumps({"G_ema": run}),
        "protocol 2": dumps({"g_ema": run}, 2),
        "old instance": b"\x80\x02" + old_style,
        "nested in a storage": dumps({"g_ema": {"w": in_storage(marker)}}),
        "nested in a persistent object": dumps({"G_ema": persistent}),
        "in a torch zip": _zip({"g_ema": run}),
        "nested in a torch zip": _zip({"g_ema": {"w": in_storage(marker)}}),
        "in a legacy stream": _stream({"g_ema": run}),
        "in a state": _zip({"args": Made(Foreign("argparse.Namespace"), state={"x": run}, is_new=True)}),
        "state of a name": _state_of_a_name(),
        "a method": dumps([getattr_]),
        "numpy objects": dumps(_object_array(run)),
        "extension": b"\x80\x02\x82\x01.",
        "npy of objects": _npy(run),
        "npz of objects": _npz(run),
        "module with source": dumps_module(marker),
    }


def _state_of_a_name() -> bytes:
    """BUILD on an allowed function itself, which would give it attributes."""
    allowed = b"ctorch._utils\n_rebuild_parameter\n"
    harmless = b"}(X\x01\x00\x00\x00aK\x01u"
    return b"\x80\x04" + allowed + harmless + b"b."


def _object_array(run: Made) -> Made:
    array = Made(Foreign("numpy.core.multiarray._reconstruct"), (Foreign("numpy.ndarray"), (0,), b"b"))
    kind = Made(Foreign("numpy.dtype"), ("O8", False, True))
    array.state = (1, (1,), kind, False, [run])
    return array


def _npy(run: Made) -> bytes:
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + dumps(run)


def _npz(run: Made) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("w.npy", _npy(run))
    return file.getvalue()


def dumps_module(marker: Path) -> bytes:
    """A legacy stream that refers to a module with its program, as torch.save(module) once wrote."""
    head = b"".join(pickle.dumps(one, 2) for one in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}))
    text = f"import os; os.system('touch {marker}')"
    reference = pickle.dumps(("module", "G", "g.py", text), 2)[:-1] + b"Q."
    return head + reference + pickle.dumps([], 2)


def run_plainly(data: bytes) -> None:
    """Open a plain pickle as Python does, to show that a trap is one."""
    assert os.name == "posix"
    pickle.loads(data)  # noqa: S301 - of our own making, in a test's own folder
