"""Choice: a way to find a photo - an encoder, z, w, w+, layers, a generator tuned to it - run to its end."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

import torch
from torch import Tensor, nn

from wend.errors import EncoderMissing, GeneratorWhole, InvalidInput, InvalidParams
from wend.generators.generator import Generator, synthesize
from wend.generators.given import with_correction
from wend.generators.split import takes_corrections
from wend.methods.distances import best_distance
from wend.methods.invert.inversion import FoundCode, Inversion, noise_of
from wend.methods.invert.settings import SearchSettings
from wend.methods.invert.space import check_place
from wend.methods.layerwise.inversion import Eye, LayeredModel, LayerwiseInversion, open_layered
from wend.methods.layerwise.likeness import find_features
from wend.methods.layerwise.settings import METHODS, LayerwiseSettings
from wend.methods.pivotal.tuning import TuningObjective, TuningSettings, tuning_of
from wend.methods.workbench import Workbench

_SHORT = SearchSettings(tries=32, generations=2, updates=20)


@dataclass(frozen=True)
class FoundPhoto:
    """generator: that draws it, the model's own or one tuned to it; ws: float32 [1, L, D]; seconds: of wall
    clock that it took from the photo to here; cpu_seconds: that this process worked meanwhile, all threads;
    corrections: by style row, float32 [C, h, w], what is added behind its layer whatever the ws are.
    """

    generator: Generator
    ws: Tensor
    seconds: float
    cpu_seconds: float
    corrections: Mapping[int, Tensor] = field(default_factory=dict)

    @torch.no_grad()
    def image(self, moved: Tensor | None = None) -> Tensor:
        """The picture float32 [1, 3, R, R] in [-1, 1], at other ws where they are given."""
        ws = self.ws if moved is None else moved
        noise = noise_of(self.generator)
        for row, correction in self.corrections.items():
            noise[row] = with_correction(noise[row], correction)
        return synthesize(self.generator, ws, noise).clamp(-1.0, 1.0)


class _Clock:
    """Wall clock and work from its making on."""

    def __init__(self) -> None:
        self._began = time.monotonic(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.monotonic() - self._began[0], time.process_time() - self._began[1]


Find = Callable[[Tensor], FoundPhoto]
"""Of a photo float32 [1, 3, R, R], at the model's size."""


def choices_of(bench: Workbench, is_quick: bool = False) -> tuple[dict[str, Find], dict[str, str]]:
    """The ways that there are for a model, in the order of the table, and why others are not, as sentences.

    is_quick: hardly any steps, to try the command; errors mean nothing then. Raises: InvalidInput for a model
    with classes: sliders would be held against pictures of all of them.
    """
    if bench.generator.spec.c_dim:
        raise InvalidInput(f"{bench.model} has classes: ways to find a photo are compared in models without.")
    ways: dict[str, Find] = {}
    lacks: dict[str, str] = {}
    search = _SHORT if is_quick else SearchSettings()
    encoder = bench.shelf.store.load_encoder(bench.model, torch.device("cpu"))
    if encoder is None:
        lacks["encoder"] = f"no encoder lies beside {bench.model}"
    else:
        ways["encoder"] = _by_encoder(bench, encoder)
    try:
        layered = open_layered(bench.shelf.store, bench.model, bench.generator, "layered")
    except (EncoderMissing, GeneratorWhole) as error:
        lacks["layered"] = lacks["layers"] = error.sentence
        layered = None
    if layered is not None:
        ways["layered"] = _by_layers(bench, layered, METHODS["d"])
    for place in ("z", "w", "w+"):
        try:
            check_place(bench.generator.spec, place, None)
        except InvalidParams as error:
            lacks[place] = error.sentence
            continue
        ways[place] = _by_search(bench, replace(search, place=place))
    if layered is not None and takes_corrections(bench.generator):
        ways["layers"] = _by_layers(bench, layered, replace(METHODS["f"], updates=search.updates))
    elif layered is not None:
        lacks["layers"] = f"{bench.model} cannot show what is added behind its layers"
    if not any(True for _ in cast("nn.Module", bench.generator).parameters()):
        lacks["pivotal"] = f"{bench.model} has no weights that could be tuned"
    else:
        pivot = replace(search, place="w" if "w" in ways else "z")
        tuning = TuningSettings(updates=10) if is_quick else TuningSettings()
        ways["pivotal"] = _by_tuning(bench, pivot, tuning)
    return ways, lacks


def _by_encoder(bench: Workbench, encoder: nn.Module) -> Find:
    def find(photo: Tensor) -> FoundPhoto:
        clock = _Clock()
        with torch.no_grad():
            found = encoder(photo.cpu())
            mean: Tensor = (found[0] if isinstance(found, tuple) else found).to(bench.device)
            if mean.dim() == 2:
                w = bench.generator.mapping(mean)
                mean = w[:, None].expand(-1, bench.generator.spec.num_ws, -1)
        return FoundPhoto(bench.generator, mean, *clock.read())

    return find


def _by_layers(bench: Workbench, model: LayeredModel, settings: LayerwiseSettings) -> Find:
    eye = Eye(*find_features(bench, None))

    def find(photo: Tensor) -> FoundPhoto:
        clock = _Clock()
        code = LayerwiseInversion(model, photo, settings, eye).run()
        added = {row: torch.from_numpy(each).to(bench.device) for row, each in code.corrections.items()}
        return FoundPhoto(bench.generator, ws_of(bench.generator, code), *clock.read(), added)

    return find


def _by_search(bench: Workbench, settings: SearchSettings) -> Find:
    _, distance = best_distance(bench)

    def find(photo: Tensor) -> FoundPhoto:
        clock = _Clock()
        code = Inversion(bench.generator, photo, settings, distance).run()
        return FoundPhoto(bench.generator, ws_of(bench.generator, code), *clock.read())

    return find


def _by_tuning(bench: Workbench, search: SearchSettings, settings: TuningSettings) -> Find:
    _, distance = best_distance(bench)

    def find(photo: Tensor) -> FoundPhoto:
        clock = _Clock()
        inversion = Inversion(bench.generator, photo, search, distance)
        ws = ws_of(bench.generator, inversion.run())
        tuned = bench.shelf.store.load(bench.model, bench.device)
        noise = noise_of(bench.generator)
        objective = TuningObjective(tuned, bench.generator, ws, inversion.sight, noise, settings, None)
        tuning_of(objective, settings).run()
        objective.round_to_half()
        cast("nn.Module", tuned).requires_grad_(False)
        return FoundPhoto(tuned, ws, *clock.read())

    return find


@torch.no_grad()
def ws_of(generator: Generator, code: FoundCode) -> Tensor:
    """The ws float32 [1, L, D] of a code."""
    values = torch.from_numpy(code.values).to(generator.device)
    if code.space == "w+":
        return values[None]
    c = None
    if code.class_index is not None:
        c = torch.eye(generator.spec.c_dim, device=generator.device)[code.class_index][None]
    w = generator.mapping(values[None], c) if code.space == "z" else values[None]
    return w[:, None].expand(-1, generator.spec.num_ws, -1).clone()


def title_of(choice: str) -> str:
    """What a row of the table is called."""
    return _TITLES.get(choice, choice)


_TITLES: Mapping[str, str] = {
    "encoder": "encoder alone",
    "layered": "layer-wise encoder alone",
    "z": "z",
    "w": "w",
    "w+": "w+",
    "layers": "layers, near that encoder",
    "pivotal": "pivotal tuning",
}
