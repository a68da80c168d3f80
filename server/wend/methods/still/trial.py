"""Still trial: how still regions of one picture are kept under edits of several kinds, and how much of the
edits is left."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.generators.generator import synthesize
from wend.latents.walk import Direction, Walk
from wend.library.seeing import set_seeing
from wend.measure.part_mask import part_mask
from wend.measure.slices import finish
from wend.methods.manifold.scene import Scene
from wend.methods.manifold.trial import face_scene
from wend.methods.region.effects import RegionJacobian
from wend.methods.region.jacobian import Linearization
from wend.methods.region.rank import STEPS, Energies, rank
from wend.methods.region.space import RegionSpace
from wend.methods.still.keep import StillKeeper
from wend.methods.still.search import StillSearch
from wend.methods.workbench import Workbench
from wend.perception.network import LabelNetwork
from wend.pictures.still import StillMove

REGIONS = ("eyes", "background", "all but the mouth")
EDITS = ("component", "learned shift", "region slider", "two edits")
_STRENGTH = 2.5  # standard deviations of a component
_SHIFT = 4.0  # px of 64
_INSIDE = 32.0  # 8-bit steps that a region's slider changes its own region by
_AXES = 16


@dataclass(frozen=True)
class StillScore:
    """One region under one edit. left: of the mean absolute change in the region, kept: of that elsewhere, as
    shares of the edit's own; without: that change, in 8-bit steps; seconds: of processor time."""

    seed: int
    region: str
    edit: str
    left: float
    kept: float
    without: float
    seconds: float


class StillTrial:
    """What all pictures of a model are tried with; made once."""

    def __init__(self, bench: Workbench) -> None:
        """Raises: InvalidInput for a model without labels or walks."""
        card = bench.shelf.store.get(bench.model).card
        if card.world is None:
            raise InvalidInput(f"The card of {bench.model} names no world, so nothing tells its parts.")
        found = set_seeing(bench.perception, card.world.name, "labels")
        self._labels: LabelNetwork = bench.perception.labels(found.card.id, bench.device)
        self._bench = bench
        walks = {record.id: record for record in bench.shelf.walks(bench.model)}
        components = [walk for name, walk in walks.items() if name.startswith("pca-w/")]
        if len(components) < 3:
            raise InvalidInput(f"{bench.model} has no principal components on its shelf.")
        self._components = [walk.walk.to(bench.device) for walk in components[:3]]
        shift = next((walk for name, walk in walks.items() if name.startswith("steer-shift-x")), None)
        self._shift = None if shift is None else shift.walk.to(bench.device)
        with torch.no_grad():
            self._space = finish(RegionSpace.fit(bench.generator))

    @property
    def edits(self) -> tuple[str, ...]:
        """Without a learned shift on the shelf that one is left out."""
        return tuple(edit for edit in EDITS if edit != "learned shift" or self._shift is not None)

    def run(self, seed: int) -> Iterator[StillScore]:
        """Every region that the seed's picture shows, under every edit."""
        scene = face_scene(self._bench, seed)
        start = scene.image.clamp(-1.0, 1.0)
        at = finish(Linearization.at(scene.generator, scene.ws, scene.noise, is_preview_wanted=False))
        with torch.no_grad():
            jacobian = RegionJacobian(at, self._space, None, _AXES)
            finish(jacobian.grow(0.0, _AXES, _AXES))
        for region in REGIONS:
            try:
                mask = self._mask(start, region)
                # What changes is another part than the one kept still.
                slider = self._slider(jacobian, start, "hair" if region == "background" else "mouth")
            except InvalidInput:
                continue
            keeper = StillKeeper({"mask": mask}.__getitem__)
            for edit in self.edits:
                yield self._score(seed, region, edit, scene, mask, self._moves(edit, slider), keeper)

    def _mask(self, start: Tensor, region: str) -> Tensor:
        if region == "all but the mouth":
            return 1.0 - part_mask(self._labels, start, "mouth")
        return part_mask(self._labels, start, region)

    def _slider(self, jacobian: RegionJacobian, start: Tensor, part: str) -> tuple[Walk, float]:
        """The direction ranked first for a part, and how far."""
        with torch.no_grad():
            energies = finish(Energies.of(jacobian.effects, part_mask(self._labels, start, part)))
            best = finish(rank(energies, jacobian.groups, 1))[0]
            rows = self._bench.generator.spec.num_ws
            vector = best.vector(jacobian.axes, jacobian.groups, rows)
            length = float(vector.norm())
        return Direction(vector / length, length, "w", (0, rows)), _INSIDE / max(best.inside, 1e-6)

    def _moves(self, edit: str, slider: tuple[Walk, float]) -> Sequence[tuple[Walk, float]]:
        if edit == "component":
            return [(self._components[2], _STRENGTH)]
        if edit == "learned shift":
            assert self._shift is not None
            return [(self._shift, _SHIFT)]
        if edit == "region slider":
            return [slider]
        return [(self._components[2], 0.8 * _STRENGTH), (self._components[0], -0.8 * _STRENGTH)]

    def _score(
        self,
        seed: int,
        region: str,
        edit: str,
        scene: Scene,
        mask: Tensor,
        wanted: Sequence[tuple[Walk, float]],
        keeper: StillKeeper,
    ) -> StillScore:
        moves = tuple(StillMove(f"{edit}-{i}", walk, alpha) for i, (walk, alpha) in enumerate(wanted))
        asked = "trial", scene.ws, scene.noise, 0, ("mask",), moves
        began = time.process_time()
        search = keeper.bend(scene.generator, *asked).pending
        assert isinstance(search, StillSearch)
        search.finish()
        seconds = time.process_time() - began
        bent = keeper.bend(scene.generator, *asked).ws
        before, after = (_changes(scene, ws, mask) for ws in (scene.ws + search.move, bent))
        return StillScore(
            seed, region, edit, after[0] / max(before[0], 1e-6), after[1] / max(before[1], 1e-6), before[0],
            seconds,
        )  # fmt: skip


def _changes(scene: Scene, ws: Tensor, mask: Tensor) -> tuple[float, float]:
    """Mean absolute change from the start, in 8-bit steps: in the mask, and elsewhere."""
    with torch.no_grad():
        image = synthesize(scene.generator, ws, scene.noise).clamp(-1.0, 1.0)
    change = (image - scene.image.clamp(-1.0, 1.0)).abs().mean(dim=1)[0] * STEPS
    rest = 1.0 - mask
    return float((change * mask).sum() / mask.sum()), float((change * rest).sum() / rest.sum())
