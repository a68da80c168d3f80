"""Inert: what the names in a checkpoint's pickle mean here. A short list; every other name is refused.

Source: the names that real checkpoints hold, measured by making one of each with their own programs
(StyleGAN2-ADA, StyleGAN3, PTI, rosinality, TF StyleGAN2, GANSpace, torch before and after 1.6).
"""

from collections.abc import Callable, Mapping

import numpy as np

from wend.errors import FormatDamaged, FormatTooLarge, FormatUnsafe
from wend.formats.numpy_pickles import ArrayInMaking, number_type, read_scalar
from wend.formats.pickle_machine import Named
from wend.formats.source import Source
from wend.formats.tensors import DTYPES, Storage, StoredTensor, stored_tensor

PERSISTENT = "torch_utils.persistence._reconstruct_persistent_obj"
TF_NETWORK = "dnnlib.tflib.network.Network"
_NUMPY = ("numpy.core.", "numpy._core.")


class Record:
    """An instance of a class that is not here: the class's name, what it was made with, and its state.

    A persistent object of the NVIDIA programs has the name of its class and `is_persistent`; one of a
    class that only a discriminator may hold has `is_stub`.
    """

    __slots__ = ("arguments", "is_persistent", "is_stub", "name", "state")

    def __init__(
        self, name: str, arguments: tuple[object, ...], is_persistent: bool = False, is_stub: bool = False
    ) -> None:
        self.name, self.arguments = name, arguments
        self.is_persistent, self.is_stub = is_persistent, is_stub
        self.state: object = None

    def held(self) -> list[object]:
        return [*self.arguments, self.state]


# Classes whose instances are kept as records: values beside the networks, and TF's networks.
_RECORDS = frozenset(
    {
        "argparse.Namespace", "types.SimpleNamespace", "models.utils.config.BaseConfig", TF_NETWORK,
        "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib._local.PosixPath", "pathlib._local.WindowsPath",
        "pathlib.PurePosixPath", "omegaconf.dictconfig.DictConfig",
    }
)  # fmt: skip
# Modules that discriminators on frozen networks bring along. They are refused within a generator.
_STUBS = ("timm.", "torchvision.", "pg_modules.", "feature_networks.", "torch.nn.")
# Values, never called. Storages and number types of torch are recognised by their form.
_WORDS = frozenset(
    {
        "builtins.object", "__builtin__.object", "builtins.dict", "builtins.list", "builtins.int",
        "torch.Tensor",
    }
)  # fmt: skip
_TORCH_TYPES = frozenset(
    {
        "float32", "float16", "bfloat16", "float64", "float", "double", "half", "int64", "long", "int32",
        "int", "int16", "int8", "uint8", "bool", "strided", "contiguous_format", "channels_last",
        "preserve_format",
    }
)  # fmt: skip


class Inert:
    """The meaning of names in one file. `read_storage` reads a storage that is a file of its own."""

    def __init__(self, source: Source, read_storage: Callable[[Source], object]) -> None:
        self._source, self._read_storage, self._tensors = source, read_storage, 0
        self._calls: Mapping[str, Callable[..., object]] = {
            PERSISTENT: self._persistent,
            "collections.OrderedDict": self._dict,
            "collections.defaultdict": lambda *_: {},
            "dnnlib.util.EasyDict": self._dict,
            "dnnlib.EasyDict": self._dict,
            "torch._utils._rebuild_tensor_v2": self._tensor,
            "torch._utils._rebuild_tensor": self._tensor,
            "torch._utils._rebuild_parameter": lambda data, *_: data,
            "torch._utils._rebuild_parameter_with_state": lambda data, *_: data,
            "torch._tensor._rebuild_from_type_v2": self._of_type,
            "torch.storage._load_from_bytes": self._nested,
            "torch.Size": lambda sizes=(): sizes,
            "torch.device": self._device,
            "numpy.dtype": lambda text, *_: number_type(source.name, text),
            "numpy.ndarray": lambda *_: ArrayInMaking(source.name),
            "_codecs.encode": self._encode,
            **dict.fromkeys(("builtins.set", "__builtin__.set", "builtins.frozenset"), self._list),
            **dict.fromkeys(("copyreg._reconstructor", "copy_reg._reconstructor"), self._reconstructor),
            **{f"{home}multiarray._reconstruct": lambda *_: ArrayInMaking(source.name) for home in _NUMPY},
            **{f"{home}multiarray.scalar": lambda *a: read_scalar(source.name, *a) for home in _NUMPY},
            **{f"{home}numeric._frombuffer": self._from_buffer for home in _NUMPY},
        }

    def known(self, named: Named) -> None:
        """Raises: FormatUnsafe for a name that means nothing here."""
        full = str(named)
        if full in self._calls or full in _RECORDS or full in _WORDS or _is_stub(named):
            return
        if named.module in ("torch", "torch.storage") and (named.name in _TORCH_TYPES or is_storage(named)):
            return
        raise FormatUnsafe(self._source.name, f"its pickle asks for {full[:200]}")

    def call(self, named: Named, arguments: tuple[object, ...]) -> object:
        call = self._calls.get(str(named))
        if call is not None:
            return call(*arguments)
        return self._record(named, arguments)

    def new(self, named: Named, arguments: tuple[object, ...]) -> object:
        return self.call(named, arguments)

    def build(self, made: object, state: object) -> object:
        """Raises: FormatUnsafe for what has no state of its own."""
        if isinstance(made, Record):
            made.state = state
            return made
        if isinstance(made, ArrayInMaking):
            return made.finished(state)
        if isinstance(made, np.dtype):
            return made if not isinstance(state, tuple) else _ordered(made, state)
        if isinstance(made, dict):
            return made  # an OrderedDict's attributes, such as a state dict's version numbers
        raise FormatUnsafe(self._source.name, f"its pickle sets the state of a {type(made).__name__}")

    # ------------------------------------------------------------ what the names do

    def _device(self, *names: object) -> str:
        """Its name and number: nested values, written out, might be longer than any memory."""
        match names:
            case (str(),) | (str(), int()):
                return ":".join(str(name) for name in names)
            case _:
                raise FormatDamaged(self._source.name, "it names a device by something else than text")

    def _record(self, named: Named, arguments: tuple[object, ...]) -> Record:
        full = str(named)
        if full in _RECORDS:
            return Record(full, arguments)
        if _is_stub(named):
            return Record(full, arguments, is_stub=True)
        raise FormatUnsafe(self._source.name, f"its pickle calls {full[:200]}")

    def _persistent(self, meta: object) -> Record:
        """The program that such an object carries along is left where it is."""
        if not isinstance(meta, dict) or not isinstance(meta.get("class_name"), str):
            raise FormatDamaged(self._source.name, "a persistent object has no class")
        made = Record(str(meta["class_name"]), (), is_persistent=True)
        made.state = meta.get("state")
        return made

    def _dict(self, pairs: object = ()) -> dict[object, object]:
        made: dict[object, object] = {}
        if isinstance(pairs, dict):
            return dict(pairs)
        if not isinstance(pairs, list | tuple):
            raise FormatDamaged(self._source.name, "a dict is made of something else than pairs")
        for pair in pairs:
            if not isinstance(pair, list | tuple) or len(pair) != 2 or not isinstance(pair[0], str | int):
                raise FormatDamaged(self._source.name, "a dict is made of something else than pairs")
            made[pair[0]] = pair[1]
        return made

    def _list(self, values: object = ()) -> list[object]:
        if not isinstance(values, list | tuple):
            raise FormatDamaged(self._source.name, "a set is made of something else than a list")
        return list(values)

    def _tensor(
        self, storage: object, offset: object, size: object, stride: object, *_: object
    ) -> StoredTensor:
        self._tensors += 1
        if self._tensors > self._source.limits.tensors:
            raise FormatTooLarge(self._source.name, f"it has more than {self._source.limits.tensors} tensors")
        return stored_tensor(self._source.name, storage, offset, size, stride, self._source.limits)

    def _of_type(self, call: object, _kind: object, arguments: object, _state: object) -> object:
        """A tensor with attributes of its own, which are left where they are."""
        if not isinstance(call, Named) or not isinstance(arguments, tuple):
            raise FormatDamaged(self._source.name, "a tensor is made of nothing")
        return self.call(call, arguments)

    def _nested(self, data: object) -> Storage:
        """A storage that is a legacy torch file of its own. torch's function of this name would run it."""
        if not isinstance(data, bytes):
            raise FormatDamaged(self._source.name, "a nested storage is no bytes")
        found = self._read_storage(self._source.inside(data))
        if not isinstance(found, Storage):
            raise FormatUnsafe(self._source.name, "a nested file holds something else than one storage")
        return found

    def _encode(self, text: object, encoding: object = "latin1", *_: object) -> bytes:
        if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
            raise FormatUnsafe(self._source.name, f"its pickle encodes text as {encoding!r}")
        return text.encode("latin1")

    def _reconstructor(self, cls: object, base: object, state: object) -> object:
        if not isinstance(cls, Named) or not isinstance(base, Named) or state is not None:
            raise FormatUnsafe(self._source.name, "its pickle makes an instance of no class")
        return self.call(cls, ())

    def _from_buffer(self, data: object, dtype: object, shape: object, order: object) -> object:
        state = (1, shape, dtype, order == "F", data)
        return ArrayInMaking(self._source.name).finished(state)


def is_storage(named: object) -> bool:
    """Whether a name is one of torch's classes of storages."""
    return isinstance(named, Named) and named.module in ("torch", "torch.storage") and named.name in DTYPES


def _is_stub(named: Named) -> bool:
    return f"{named.module}.".startswith(_STUBS)


def _ordered(dtype: "np.dtype[np.generic]", state: tuple[object, ...]) -> "np.dtype[np.generic]":
    """A number type with the byte order that its state names."""
    order = state[1] if len(state) > 1 else "="
    return dtype.newbyteorder(order) if order in ("<", ">", "=") else dtype
