"""Pickle machine: runs a pickle's opcodes on inert values.

Python's own unpickler imports what a pickle names and calls it; this one has no way to. A name becomes a
`Named`, two words; calling it, making an instance of it and setting its state are questions put to a
`Meaning`, which knows a short list of names and refuses all others. There is nothing whose attributes a
pickle could set, and nothing that could be called.

Source: the opcodes as Python's `pickletools` documents them, protocols 0 to 5.
"""

import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from wend.errors import FormatDamaged, FormatTooLarge, FormatUnsafe
from wend.formats.limits import Limits
from wend.formats.nesting import nests_deeper

Persistent = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class Named:
    """What a pickle's global becomes: a module's name and a name in it, and nothing else."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


class Meaning(Protocol):
    """What names mean. Every method raises FormatUnsafe for a name that means nothing here."""

    def known(self, named: Named) -> None: ...

    def call(self, named: Named, arguments: tuple[object, ...]) -> object: ...

    def new(self, named: Named, arguments: tuple[object, ...]) -> object: ...

    def build(self, made: object, state: object) -> object: ...


class _Mark:
    __slots__ = ()


_MARK = _Mark()
_KEYS = (str, int, float, bool, bytes, type(None))
# Bits of a number, and of one that is a key: larger ones can be made to share one hash, or are slow to write.
_MOST_BITS, _MOST_KEY_BITS = 1024, 64
_CONSTANTS: dict[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_VALUES = frozenset(
    {
        "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING",
        "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8",
        "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8",
    }
)  # fmt: skip


class PickleMachine:
    """Runs one pickle. What it gives holds None, numbers, text, bytes, lists, dicts, tuples and whatever the
    meaning makes; nothing in it was executed."""

    def __init__(
        self, name: str, meaning: Meaning, limits: Limits, persistent: Persistent | None = None
    ) -> None:
        """name: of the file, in errors. persistent: what a persistent id stands for."""
        self._name, self._meaning, self._limits, self._persistent = name, meaning, limits, persistent
        self._stack: list[object] = []
        self._memo: dict[int, object] = {}

    def run(self, file: BinaryIO) -> object:
        """The value of the pickle that begins here; the file is left behind its last opcode.

        Raises: FormatUnsafe, naming what it asks for; FormatDamaged, FormatTooLarge.
        """
        self._stack, self._memo = [], {}
        try:
            for count, (opcode, argument, _) in enumerate(pickletools.genops(file)):
                if count > self._limits.opcodes or len(self._stack) > self._limits.stack:
                    raise FormatTooLarge(self._name, "its pickle is too long")
                if opcode.name == "STOP":
                    break
                self._do(opcode.name, argument)
            if len(self._stack) != 1:
                raise FormatDamaged(self._name, "its pickle ends with something left over")
            value = self._stack.pop()
            if nests_deeper(value, self._limits.depth):
                raise FormatTooLarge(self._name, f"it nests deeper than {self._limits.depth} levels")
            return value
        except (ValueError, IndexError, KeyError, TypeError, OverflowError, UnicodeError) as error:
            raise FormatDamaged(self._name, f"its pickle is damaged ({_first_line(error)})") from error
        except (MemoryError, RecursionError) as error:
            raise FormatTooLarge(self._name, "its pickle asks for more memory than it may have") from error
        finally:
            self._stack, self._memo = [], {}

    def _do(self, name: str, argument: object) -> None:
        if name in _VALUES:
            if type(argument) is int and argument.bit_length() > _MOST_BITS:
                raise FormatTooLarge(self._name, f"it holds a number of {argument.bit_length()} bits")
            self._stack.append(bytes(argument) if isinstance(argument, bytearray) else argument)
        elif name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif (act := _ACTIONS.get(name)) is not None:
            act(self, argument)
        else:
            raise FormatUnsafe(self._name, f"its pickle uses the opcode {name}, which no checkpoint needs")

    # ------------------------------------------------------------ the stack

    def _pop(self) -> object:
        value = self._stack.pop()
        if value is _MARK:
            raise ValueError("a mark where a value should be")
        return value

    def _drop(self) -> None:
        self._stack.pop()

    def _pop_to_mark(self) -> list[object]:
        for index in range(len(self._stack) - 1, -1, -1):
            if self._stack[index] is _MARK:
                values = self._stack[index + 1 :]
                del self._stack[index:]
                return values
        raise ValueError("no mark")

    def _top(self) -> object:
        value = self._stack[-1]
        if value is _MARK:
            raise ValueError("a mark where a value should be")
        return value

    # ------------------------------------------------------------ containers

    def _tuple(self, count: int) -> None:
        values = [self._pop() for _ in range(count)]
        self._stack.append(tuple(reversed(values)))

    def _append(self, values: list[object]) -> None:
        target = self._top()
        if not isinstance(target, list):
            raise TypeError("items for what is no list")
        target.extend(values)

    def _set_items(self, values: list[object]) -> None:
        target = self._top()
        if not isinstance(target, dict) or len(values) % 2:
            raise TypeError("items for what is no dict")
        self._fill(target, values)

    def _fill(self, target: dict[object, object], values: list[object]) -> None:
        for key, value in zip(values[::2], values[1::2], strict=True):
            if not isinstance(key, _KEYS):
                # The hash of a deeply nested tuple would overflow the interpreter's own stack.
                raise TypeError("a key that is neither text nor number")
            if type(key) is int and key.bit_length() > _MOST_KEY_BITS:
                raise FormatTooLarge(self._name, f"a number of {key.bit_length()} bits is a key")
            target[key] = value

    def _dict(self, values: list[object]) -> None:
        made: dict[object, object] = {}
        if len(values) % 2:
            raise ValueError("a key without a value")
        self._fill(made, values)
        self._stack.append(made)

    # ------------------------------------------------------------ the memo

    def _put(self, index: object) -> None:
        if (
            type(index) is not int
            or not 0 <= index <= self._limits.memo
            or len(self._memo) > self._limits.memo
        ):
            raise FormatTooLarge(self._name, "its pickle remembers too much")
        self._memo[index] = self._top()

    def _get(self, index: object) -> None:
        assert type(index) is int
        self._stack.append(self._memo[index])

    # ------------------------------------------------------------ names

    def _name_of(self, module: object, name: object) -> Named:
        if not isinstance(module, str) or not isinstance(name, str):
            raise TypeError("a name that is no text")
        named = Named(module, name)
        self._meaning.known(named)
        return named

    def _global(self, argument: object) -> None:
        module, _, name = str(argument).partition(" ")
        self._stack.append(self._name_of(module, name))

    def _stack_global(self, _: object) -> None:
        name, module = self._pop(), self._pop()
        self._stack.append(self._name_of(module, name))

    def _reduce(self, _: object) -> None:
        arguments, called = self._pop(), self._pop()
        self._stack.append(self._meaning.call(self._named(called), _arguments(arguments)))

    def _new(self, _: object) -> None:
        arguments, cls = self._pop(), self._pop()
        self._stack.append(self._meaning.new(self._named(cls), _arguments(arguments)))

    def _new_ex(self, _: object) -> None:
        keywords, arguments, cls = self._pop(), self._pop(), self._pop()
        if keywords != {}:
            raise FormatUnsafe(self._name, f"it makes a {self._named(cls)} with named arguments")
        self._stack.append(self._meaning.new(self._named(cls), _arguments(arguments)))

    def _obj(self, _: object) -> None:
        values = self._pop_to_mark()
        self._stack.append(self._meaning.new(self._named(values[0]), tuple(values[1:])))

    def _inst(self, argument: object) -> None:
        module, _, name = str(argument).partition(" ")
        named, values = self._name_of(module, name), self._pop_to_mark()
        self._stack.append(self._meaning.new(named, tuple(values)))

    def _build(self, _: object) -> None:
        state, made = self._pop(), self._pop()
        if isinstance(made, Named):
            raise FormatUnsafe(self._name, f"it sets the state of {made} itself")
        self._stack.append(self._meaning.build(made, state))

    def _persistent_id(self, identity: object) -> None:
        if self._persistent is None:
            raise FormatUnsafe(self._name, "it refers to something outside itself")
        self._stack.append(self._persistent(identity))

    def _named(self, called: object) -> Named:
        if not isinstance(called, Named):
            raise FormatUnsafe(self._name, f"it calls a {type(called).__name__}")
        return called


def _arguments(value: object) -> tuple[object, ...]:
    if not isinstance(value, tuple):
        raise TypeError("arguments that are no tuple")
    return value


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _nothing(_machine: PickleMachine, _argument: object) -> None:
    """PROTO, FRAME: nothing to do."""


_ACTIONS: dict[str, Callable[[PickleMachine, object], None]] = {
    "PROTO": _nothing,
    "FRAME": _nothing,
    "MARK": lambda m, _: m._stack.append(_MARK),
    "POP": lambda m, _: m._drop(),
    "POP_MARK": lambda m, _: m._stack.extend(m._pop_to_mark()[:0]),
    "DUP": lambda m, _: m._stack.append(m._top()),
    "EMPTY_TUPLE": lambda m, _: m._tuple(0),
    "TUPLE1": lambda m, _: m._tuple(1),
    "TUPLE2": lambda m, _: m._tuple(2),
    "TUPLE3": lambda m, _: m._tuple(3),
    "TUPLE": lambda m, _: m._stack.append(tuple(m._pop_to_mark())),
    "EMPTY_LIST": lambda m, _: m._stack.append([]),
    "EMPTY_SET": lambda m, _: m._stack.append([]),
    "LIST": lambda m, _: m._stack.append(m._pop_to_mark()),
    "FROZENSET": lambda m, _: m._stack.append(m._pop_to_mark()),
    "APPEND": lambda m, _: m._append([m._pop()]),
    "APPENDS": lambda m, _: m._append(m._pop_to_mark()),
    "ADDITEMS": lambda m, _: m._append(m._pop_to_mark()),
    "EMPTY_DICT": lambda m, _: m._stack.append({}),
    "DICT": lambda m, _: m._dict(m._pop_to_mark()),
    "SETITEM": lambda m, _: m._set_items([m._pop(), m._pop()][::-1]),
    "SETITEMS": lambda m, _: m._set_items(m._pop_to_mark()),
    "PUT": lambda m, a: m._put(a),
    "BINPUT": lambda m, a: m._put(a),
    "LONG_BINPUT": lambda m, a: m._put(a),
    "MEMOIZE": lambda m, _: m._put(len(m._memo)),
    "GET": lambda m, a: m._get(a),
    "BINGET": lambda m, a: m._get(a),
    "LONG_BINGET": lambda m, a: m._get(a),
    "GLOBAL": PickleMachine._global,
    "STACK_GLOBAL": PickleMachine._stack_global,
    "REDUCE": PickleMachine._reduce,
    "NEWOBJ": PickleMachine._new,
    "NEWOBJ_EX": PickleMachine._new_ex,
    "OBJ": PickleMachine._obj,
    "INST": PickleMachine._inst,
    "BUILD": PickleMachine._build,
    "PERSID": PickleMachine._persistent_id,
    "BINPERSID": lambda m, _: m._persistent_id(m._pop()),
}
