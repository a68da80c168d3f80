"""Writes pickles that name things which are not here, as the programs would that have them."""

import io
import pickle
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


class Foreign:
    """A function or class of a program that is not here."""

    def __init__(self, full: str) -> None:
        self.module, _, self.name = full.rpartition(".")

    def __call__(self, *_: object) -> None:
        raise AssertionError("nothing of it can be called")


@dataclass(eq=False)
class Made:
    """What calling it gives: with a state, and items of a dict. is_new: an instance of a class."""

    cls: Foreign
    arguments: tuple[object, ...] = ()
    state: object = None
    items: Mapping[str, object] = field(default_factory=dict)
    is_new: bool = False


_Python: Any = pickle._Pickler  # Any: typeshed knows little of the pickler that is written in Python


class ForeignPickler(_Python):  # type: ignore[misc]  # the same
    dispatch: ClassVar[dict[type, Any]] = dict(_Python.dispatch)  # Any: the same

    def save_foreign(self, obj: Foreign) -> None:
        self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
        self.memoize(obj)

    def save_made(self, obj: Made) -> None:
        self.save(obj.cls)
        self.save(obj.arguments)
        self.write(pickle.NEWOBJ if obj.is_new else pickle.REDUCE)
        self.memoize(obj)
        if obj.items:
            self.write(pickle.MARK)
            for key, value in obj.items.items():
                self.save(key)
                self.save(value)
            self.write(pickle.SETITEMS)
        if obj.state is not None:
            self.save(obj.state)
            self.write(pickle.BUILD)

    dispatch[Foreign] = save_foreign
    dispatch[Made] = save_made


FOREIGN = types.ModuleType("foreign")
"""To be given to `torch.save` as its pickle module."""
FOREIGN.Pickler = ForeignPickler  # type: ignore[attr-defined]
FOREIGN.dump = pickle.dump  # type: ignore[attr-defined]


def dumps(value: object, protocol: int = 4) -> bytes:
    """The pickle of a value that may hold foreign things."""
    file = io.BytesIO()
    ForeignPickler(file, protocol).dump(value)
    return file.getvalue()
