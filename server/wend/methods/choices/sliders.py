"""Choice sliders: walks that should go on working on what was found, and how far they move it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.generators.generator import synthesize
from wend.latents.seed import z_of_seeds
from wend.latents.walk import Walk
from wend.library.walk_record import WalkRecord
from wend.measure.slices import Sliced
from wend.methods.choices.choice import FoundPhoto
from wend.methods.invert.inversion import noise_of
from wend.methods.workbench import Workbench
from wend.perception.network import FactorNetwork

ATTRIBUTES = {"smile": "smile", "shift": "head_x"}
"""What is asked of an edit, and the factor it should move."""
_WORDS = {"smile": ("smile",), "shift": ("head left/right", "head right/left")}
_TRIED = 8  # seeds by which the best walk of those that are called so is chosen


@dataclass(frozen=True)
class Slider:
    """walk: id on the shelf; slope: mean change of the attribute per unit of alpha on sampled pictures at psi
    1; unit: of the attribute; slopes: of every one of these pictures.
    """

    name: str
    attribute: str
    unit: str
    walk: str
    title: str
    slope: float
    slopes: tuple[float, ...]
    moves: Walk

    def share(self, found: FoundPhoto, network: FactorNetwork) -> float:
        """Change per unit on a found photo, in units of that on sampled pictures: 1 is as there."""
        ends = [found.image(self.moves.apply(found.ws, alpha)) for alpha in (1.0, -1.0)]
        return float(_slopes(network, self.attribute, *ends)[0]) / self.slope


def open_sliders(
    bench: Workbench, network: FactorNetwork, count: int, wanted: dict[str, str]
) -> Sliced[tuple[Slider, ...]]:
    """The smile and the shift slider of a model: those named in `wanted` by id, else, of the w walks of its
    shelf that are called so (of all, where none is), the one that moves the attribute furthest per unit.

    count: sampled pictures. A slice is one walk on some seeds.
    Raises: InvalidInput for a model whose shelf or networks have none; WalkNotFound.
    """
    known = {attribute.name: attribute.unit for attribute in network.attributes}
    records = [r for r in bench.shelf.walks(bench.model) if r.space == "w" and r.is_linear and not r.hidden]
    found: list[Slider] = []
    for name, attribute in ATTRIBUTES.items():
        if attribute not in known:
            continue
        if name in wanted:
            record = bench.shelf.get(bench.model, wanted[name])
        else:
            called = [r for r in records if any(word in r.title.lower() for word in _WORDS[name])]
            record = yield from _best(bench, network, attribute, called or records)
        slopes = yield from _sampled(bench, network, attribute, record.walk.to(bench.device), count)
        slope = float(slopes.mean())
        if abs(slope) < 1e-9:
            raise InvalidInput(f"The walk {record.id} does not move {attribute}.")
        found.append(
            Slider(
                name, attribute, known[attribute], record.id, record.title, slope,
                tuple(slopes.tolist()), record.walk.to(bench.device),
            )
        )  # fmt: skip
    if not found:
        raise InvalidInput(f"Nothing measures a smile or a shift on pictures of {bench.model}.")
    return tuple(found)


def _best(
    bench: Workbench, network: FactorNetwork, attribute: str, records: list[WalkRecord]
) -> Sliced[WalkRecord]:
    if not records:
        raise InvalidInput(f"No walk in w lies on the shelf of {bench.model}.")
    slopes = []
    for record in records:
        found = yield from _sampled(bench, network, attribute, record.walk.to(bench.device), _TRIED)
        slopes.append(abs(float(found.mean())))
    return records[slopes.index(max(slopes))]


def _sampled(
    bench: Workbench, network: FactorNetwork, attribute: str, walk: Walk, count: int
) -> Sliced[Tensor]:
    """The change per unit on pictures of seeds 0, 1, ... at psi 1, float [count]."""
    generator, spec = bench.generator, bench.generator.spec
    noise = noise_of(generator)
    slopes = []
    for at in range(0, count, 4):
        z = z_of_seeds(list(range(at, min(at + 4, count))), spec.z_dim).to(generator.device)
        with torch.no_grad():
            ws = generator.mapping(z)[:, None].expand(-1, spec.num_ws, -1)
            ends = [synthesize(generator, walk.apply(ws, alpha), noise).clamp(-1, 1) for alpha in (1.0, -1.0)]
            slopes.append(_slopes(network, attribute, *ends))
        yield
    return torch.cat(slopes)


@torch.no_grad()
def _slopes(network: FactorNetwork, attribute: str, up: Tensor, down: Tensor) -> Tensor:
    """Half the difference between both ends, one unit either way, float [N]."""
    both = network.measure(torch.cat([up, down])).values[attribute]
    return 0.5 * (both[: len(up)] - both[len(up) :])
