"""Kinship: which models were made of which, and what two of them have in common."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wend.errors import WendError
from wend.library.card import ModelCard
from wend.library.file_cache import FileCache
from wend.library.models import Model, ModelStore
from wend.library.weights import WEIGHTS_FILE, generator_hash, read_weights

MAPPING = "mapping."
"""What the names of a mapping network's tensors begin with, in every style-based family."""

ADDITIONS = ("w_shift", "z_warp")
"""Settings that some children have and their parents have not: a vector added to w behind the mapping, and
layers that move z before it."""

Relation = Literal["parent", "child", "sibling", "stranger"]
"""What another model is to one: siblings are children of one parent."""


@dataclass(frozen=True)
class Parent:
    """The model that another was trained on from, as its card has it: id, and hash of its weights then."""

    id: str
    hash: str


@dataclass(frozen=True)
class Kin:
    """Another model, and what can be done with both. why_not_*: a clause; '' where it can be done."""

    model: Model
    relation: Relation
    why_not_weights: str
    why_not_w: str

    @property
    def has_one_synthesis(self) -> bool:
        """Whether a w of the one is the same picture in the other: so are walks, masks and factors in w."""
        return self.why_not_w == ""


def parent_of(card: ModelCard) -> Parent | None:
    """What a model was made of: None for one that was made of no other."""
    recipe = {} if card.training is None else card.training.recipe
    name, digest = recipe.get("parent"), recipe.get("parent_hash")
    return Parent(name, digest) if isinstance(name, str) and isinstance(digest, str) else None


def are_alike(one: ModelCard, other: ModelCard) -> bool:
    """Whether their networks have the same shapes, but for what one of them has before or behind its mapping
    and the other lacks."""
    shapes = [
        (
            card.kind,
            {k: v for k, v in card.config.items() if k not in ADDITIONS},
            card.classes,
            card.resolution,
        )
        for card in (one, other)
    ]
    added = [(one.config.get(name), other.config.get(name)) for name in ADDITIONS]
    return shapes[0] == shapes[1] and all(mine == theirs or not (mine and theirs) for mine, theirs in added)


@dataclass(frozen=True)
class _Parts:
    """sha256 in hex of the tensors of a synthesis network, and whether there is a mapping network."""

    synthesis: str
    has_mapping: bool


class Kinship:
    """Who is kin of whom, and which models can be blended. Reads weights once, until their file changes.

    Safe to share between threads.
    """

    def __init__(self, store: ModelStore) -> None:
        self._store = store
        self._parts = FileCache(_read_parts)

    def of(self, model_id: str) -> tuple[Kin, ...]:
        """Every other model: parents first, then children, siblings and strangers, each by name.

        Raises: ModelNotFound, CardInvalid.
        """
        own = self._store.get(model_id)
        others = (model for model in self._store.list().models if model.card.id != model_id)
        return tuple(sorted((self.between(own, other) for other in others), key=_place))

    def between(self, own: Model, other: Model) -> Kin:
        """What another model is to one."""
        relation = _relation(own.card, other.card)
        why = _why_unlike(own.card, other.card)
        if why:
            return Kin(other, relation, why, why)
        return Kin(other, relation, "", self._why_not_w(own, other))

    def _why_not_w(self, own: Model, other: Model) -> str:
        try:
            one, two = (self._parts.get(model.folder / WEIGHTS_FILE) for model in (own, other))
        except WendError:
            return "the weights of one of them cannot be read"
        if not one.has_mapping:
            return "they have no mapping network: their w is z itself"
        return "" if one.synthesis == two.synthesis else "their synthesis networks differ"


def _relation(own: ModelCard, other: ModelCard) -> Relation:
    mine, theirs = parent_of(own), parent_of(other)
    if mine is not None and mine.hash == other.hash:
        return "parent"
    if theirs is not None and theirs.hash == own.hash:
        return "child"
    return "sibling" if mine is not None and theirs is not None and mine.hash == theirs.hash else "stranger"


def _why_unlike(own: ModelCard, other: ModelCard) -> str:
    """Why no generator lies between two, as a clause; '' where one does."""
    if own.kind != other.kind:
        return f"one is of the kind {own.kind}, the other {other.kind}"
    if own.resolution != other.resolution:
        return f"one draws {own.resolution} px, the other {other.resolution} px"
    if own.classes != other.classes:
        return "their classes differ"
    if own.kind == "analytic":
        return "they are drawn by a program and have no weights"
    return "" if are_alike(own, other) else "their networks are of other sizes"


def _place(kin: Kin) -> tuple[int, str]:
    order: tuple[Relation, ...] = ("parent", "child", "sibling", "stranger")
    return order.index(kin.relation), kin.model.card.id


def _read_parts(path: Path) -> _Parts:
    """Raises: WeightsInvalid."""
    tensors = read_weights(path)
    synthesis = {n: t for n, t in tensors.items() if not n.startswith(MAPPING)}
    return _Parts(generator_hash(synthesis), len(synthesis) < len(tensors))
