"""Found: what a foreign file holds, and what was made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wend.formats.sniff import FileKind
from wend.formats.tensors import Array, StoredTensor

Scalar = bool | int | float | str


@dataclass(frozen=True)
class Found:
    """A file as read: `value` holds dicts, lists, numbers, text, records and stored tensors.

    beside: a JSON file that lies beside it (config.json, specs.json), where there is one; about: what a
    safetensors file says of itself; card: the card.toml beside it; parts: tensors of the networks that lie
    with it, 'discriminator' and 'encoder'.
    """

    name: str
    kind: FileKind
    value: object
    beside: Mapping[str, object] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    card: Mapping[str, object] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, StoredTensor]] = field(default_factory=dict)


@dataclass(frozen=True)
class Converted:
    """A checkpoint in our own names: enough to build its networks and fill them.

    layout: what it was, for people; kind, config: as `generators.build` takes them; generator,
    discriminator, encoder: tensors float32; ignored: what was left out of the file, with the reason;
    notes: what a user should know, such as a guess that was made; psi: truncation to begin with; classes:
    their names, where the file has them; sections: of a card of this program's own, as JSON; title: what it
    is called there; guessed: names of settings that are not in the file, of which somebody may know better.
    """

    layout: str
    kind: str
    config: Mapping[str, Scalar]
    generator: Mapping[str, Array]
    discriminator: Mapping[str, Array] | None = None
    encoder: Mapping[str, Array] | None = None
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    licence: str = "unknown: it is not stated in the file"
    psi: float = 0.7
    classes: tuple[str, ...] = ()
    sections: str = ""
    title: str = ""
    guessed: tuple[str, ...] = ()


Tensors = Mapping[str, StoredTensor]
