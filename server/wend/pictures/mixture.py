"""Mixture: a generator between two siblings, for pictures on the way from one model to the other."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from wend.documents.picture import ModelBlend, Picture
from wend.errors import BlendUnfit
from wend.generators.generator import Generator
from wend.generators.style_based import StyleBased
from wend.library.kinship import are_alike
from wend.library.models import ModelStore
from wend.pictures.resolve import Loaded
from wend.pictures.twins import MappingTwin, WeightTwin, have_one_synthesis

KEPT = 4
"""Twins: as many views as are drawn at once. One of other synthesis networks, which is as large as a model,
is kept alone."""


@dataclass(frozen=True)
class Mixed:
    """See `pictures.resolve.Loaded`; the hash tells which weights, and how much of each. has_own_synthesis:
    whatever draws live for the picture's own model draws for it, too."""

    exact: Generator
    hash: str
    has_own_synthesis: bool


class Mixture:
    """Twins, whose weights become those of the picture that is drawn next.

    Siblings have one kind, one configuration and the same classes - a model and one trained on from it.
    Between strangers there is no generator: by weights the picture's own model is used alone, which is a cut
    half way of a timeline, and in w they are refused. A twin shares every tensor that both have alike, so
    that of a child whose mapping alone was trained it holds a mapping and no more.
    Sources: Wang et al., "Deep network interpolation for continuous imagery effect transition", CVPR 2019;
    for both ways, Wang, Bau, Zhu, "Sketch your own GAN", ICCV 2021: interpolation between customised models.
    """

    def __init__(self, store: ModelStore) -> None:
        self._store = store
        self._twins: OrderedDict[tuple[str, str, str], WeightTwin | MappingTwin] = OrderedDict()

    def of(self, picture: Picture, load: Callable[[str], Loaded]) -> Loaded:
        """What draws this picture: at a weight of 0 its own model, at 1 the other, bit for bit. A mixed
        generator is overwritten by the next call.

        Raises: BlendUnfit for two that cannot be blended in w; ModelNotFound, CardInvalid, and what `load`
        does.
        """
        own = load(picture.model)
        blend = picture.model_blend
        if blend is None or blend.model == picture.model:
            return own
        if not self._are_siblings(picture.model, blend.model):
            if blend.how == "w":
                raise BlendUnfit(picture.model, blend.model, "they are of other kinds, sizes or classes")
            return own
        if blend.how == "weights" and blend.weight == 0.0:
            return own
        other = load(blend.model)
        first, second = own.exact, other.exact
        if not isinstance(first, nn.Module) or not isinstance(second, nn.Module):
            return own
        twin = self._twin(picture.model, blend, own, other)
        if twin is None or blend.weight == 0.0:
            return own
        if blend.weight == 1.0:
            return other
        return Mixed(
            twin.at(blend.weight),
            f"{own.hash}+{other.hash}*{blend.weight!r} {blend.how}",
            twin.has_own_synthesis,
        )

    def let_go(self, generator_hash: str) -> None:
        """A model has left memory, of which twins share tensors."""
        for key in [key for key in self._twins if generator_hash in key]:
            del self._twins[key]

    def clear(self) -> None:
        """Give the memory back."""
        self._twins.clear()

    def _twin(
        self, model: str, blend: ModelBlend, own: Loaded, other: Loaded
    ) -> WeightTwin | MappingTwin | None:
        """None at the ends of a blend by weights, which need none. Raises: BlendUnfit."""
        key = own.hash, other.hash, blend.how
        found = self._twins.get(key)
        if found is not None:
            self._twins.move_to_end(key)
            return found
        first, second = own.exact, other.exact
        assert isinstance(first, nn.Module)
        assert isinstance(second, nn.Module)
        made: WeightTwin | MappingTwin
        if blend.how == "w":
            if not isinstance(first, StyleBased) or not isinstance(second, StyleBased):
                raise BlendUnfit(model, blend.model, "they have no mapping network")
            if not have_one_synthesis(first, second):
                raise BlendUnfit(model, blend.model, "their synthesis networks differ")
            made = MappingTwin(first, second)
        else:
            made = WeightTwin(first, second)
        if not made.has_own_synthesis:
            self._twins = OrderedDict((k, t) for k, t in self._twins.items() if t.has_own_synthesis)
        while len(self._twins) >= KEPT:
            self._twins.popitem(last=False)
        self._twins[key] = made
        return made

    def _are_siblings(self, one: str, other: str) -> bool:
        cards = [self._store.get(model).card for model in (one, other)]
        return are_alike(cards[0], cards[1])
