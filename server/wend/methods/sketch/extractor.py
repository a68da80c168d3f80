"""Extractor: F of the method, a frozen network that says of a picture what a person would draw of it.

    extractor = open_extractor("lines", bench, "portraits-64")
    maps = extractor.maps(images)                        # what the computer draws of pictures
    drawn = torch.stack([extractor.to_maps(drawing) for drawing in drawings])
    nearest = extractor.score(maps, drawn)               # [pictures, drawings], 0..1

Source: Wang, Bau and Zhu, "Sketch your own GAN", ICCV 2021, section 3.1, where it is PhotoSketch; here any
network that draws lines, tells labels or finds points.
"""

from typing import Literal, Protocol, cast, get_args

import torch
from torch import Tensor

from wend.errors import InvalidParams
from wend.library.card import ModelCard
from wend.library.perception import PerceptionStore
from wend.library.seeing import set_looking_at
from wend.library.shelf import Shelf
from wend.methods.sketch.label_maps import LabelMaps
from wend.methods.sketch.line_maps import LineMaps
from wend.methods.sketch.map_spec import MapSpec
from wend.methods.sketch.pose_maps import POSE_POINTS, PoseMaps, pose_of_labels
from wend.perception.edges import Edges
from wend.perception.network import LabelNetwork, LandmarkNetwork, LineNetwork, Role

ExtractorKind = Literal["lines", "labels", "pose", "edges", "card"]
KINDS: tuple[ExtractorKind, ...] = get_args(ExtractorKind)
Form = Literal["lines", "labels", "pose"]
"""What is drawn: ink on paper, a label for every pixel, or points."""


class Extractor(Protocol):
    """Pictures, and what people draw, to maps of 1 or 3 channels in [-1, 1], which are pictures themselves.

    form: what a drawing is: 'lines' float32 [1, h, w] in [-1, 1], white paper 1; 'labels' whole numbers
    [h, w] below `len(names)`; 'pose' float32 [P, 2], (x, y) in shares of the side, a point that is not shown
    NaN. names: of labels or points, empty for lines. channels: 1 or 3. The rest is as `MapSpec` has it.
    """

    @property
    def kind(self) -> ExtractorKind: ...

    @property
    def form(self) -> Form: ...

    @property
    def title(self) -> str: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def channels(self) -> int: ...

    @property
    def size(self) -> int:
        """Side in pixels of all maps: that of the model's pictures."""
        ...

    @property
    def is_fallback(self) -> bool: ...

    @property
    def network(self) -> str: ...

    def maps(self, images: Tensor) -> Tensor:
        """Images float32 [B, 3, S, S] in [-1, 1] -> [B, C, S, S] in [-1, 1]; differentiable, S is `size`."""
        ...

    def drawings(self, images: Tensor) -> Tensor:
        """What a person who sees as it does would draw of images [B, 3, S, S]: B drawings, as `form` says."""
        ...

    def to_maps(self, drawing: Tensor) -> Tensor:
        """One drawing, of any size, as `form` says -> [C, S, S] in [-1, 1], on the extractor's device.

        A shape that is not square loses its ends. Raises: InvalidShape, InvalidInput.
        """
        ...

    def score(self, maps: Tensor, others: Tensor) -> Tensor:
        """How well maps [A, C, H, W] lie on others [B, C, H, W]: float32 [A, B], 0 nothing to 1 all.

        Of maps at their own `size`, or all shrunk alike.
        """
        ...


class Bench(Protocol):
    """What a `Workbench` and a `ProcessBench` both have."""

    @property
    def shelf(self) -> Shelf: ...

    @property
    def perception(self) -> PerceptionStore: ...

    @property
    def device(self) -> torch.device: ...


def open_extractor(kind: ExtractorKind, bench: Bench, model: str, network: str | None = None) -> Extractor:
    """The extractor of a kind for pictures of a model, loaded onto the bench's device, frozen.

    network: of kind 'card' alone, SET or SET/NETWORK among the networks that look: a user's own, of the role
    lines, labels or landmarks. Raises: ModelNotFound, CardInvalid; PerceptionNotFound where nothing looks at
    the model's pictures; InvalidParams for a card of another role or none; WeightsInvalid.
    """
    card = bench.shelf.store.get(model).card
    if kind == "card":
        return _of_card(bench, card, network)
    if network is not None:
        raise InvalidParams("network", f"the extractor {kind} has its own; it is for the kind card")
    size, device = card.resolution, bench.device
    if kind == "edges":
        lines = Edges().to(device).requires_grad_(False)
        title = "Edges (a fallback: changes of colour, no drawing)"
        return LineMaps(lines, MapSpec(size, kind, title, device, is_fallback=True))
    role: Role = "lines" if kind == "lines" else "labels"
    found = set_looking_at(bench.perception, card, role)
    name = found.of_role(role)[0].name
    network = f"{found.card.id}/{name}"
    looks = bench.perception.load(found.card.id, name, device)
    if kind == "lines":
        spec = MapSpec(size, kind, f"Lines by {found.card.title}", device, network)
        return LineMaps(cast("LineNetwork", looks), spec)
    labels = cast("LabelNetwork", looks)
    if kind == "labels":
        return LabelMaps(labels, MapSpec(size, kind, f"Labels by {found.card.title}", device, network))
    locate = pose_of_labels(labels)
    spec = MapSpec(size, kind, f"Pose by {found.card.title}", device, network)
    return PoseMaps(locate, POSE_POINTS, spec)


def _of_card(bench: Bench, card: ModelCard, network: str | None) -> Extractor:
    if not network:
        raise InvalidParams("network", "an extractor by card needs one: SET or SET/NETWORK")
    set_id, _, name = network.partition("/")
    found = bench.perception.get(set_id)
    able = ("lines", "labels", "landmarks")
    section = found.find(name) if name else next((s for s in found.card.networks if s.role in able), None)
    if section is None or section.role not in able:
        raise InvalidParams("network", f"{network} tells none of {', '.join(able)}")
    looks = bench.perception.load(set_id, section.name, bench.device)
    spec = MapSpec(
        card.resolution,
        "card",
        f"{section.name} of {found.card.title}",
        bench.device,
        f"{set_id}/{section.name}",
        section.kind == "edges",
    )
    if section.role == "lines":
        return LineMaps(cast("LineNetwork", looks), spec)
    if section.role == "labels":
        return LabelMaps(cast("LabelNetwork", looks), spec)
    points = cast("LandmarkNetwork", looks)
    return PoseMaps(points.locate, points.points, spec)
