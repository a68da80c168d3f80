"""Invert job: looks for a photo inside a generator, slice by slice, and keeps the latent it finds."""

import json
import time
from collections.abc import Generator as Slices
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.documents.picture import CodeLatent, Picture
from wend.errors import InvalidParams
from wend.imaging.codec import encode
from wend.imaging.pixels import to_uint8
from wend.latents.seed import noise_map
from wend.library.codes import Code, CodeSpace
from wend.library.encoding import fit_photo
from wend.library.models import hash_of
from wend.methods.distances import best_distance, named_distance
from wend.methods.invert.objective import InvertObjective
from wend.methods.invert.params import InvertParams
from wend.methods.invert.search import find_class, find_start, slices_of_search
from wend.methods.invert.sight import PhotoSight
from wend.methods.invert.space import LatentSpace, check_place, open_space
from wend.methods.workbench import Workbench
from wend.optim.job import Job, Outcome, SliceReport
from wend.optim.optimization import Optimization
from wend.optim.schedules import Schedule
from wend.optim.settings import OptimizationSettings

NOISE_SEED = 0
"""Of the maps the photo is looked for with: a picture's own default."""
# Forward and backward against forward alone, measured: 3. The search draws forward alone.
_GRADIENT = 3
_SMALL = 64


def build_invert(params: InvertParams, workbench: Workbench) -> Job:
    """The job that looks for the photo of `params`. Raises: as `InvertJob`."""
    return InvertJob(params, workbench)


@dataclass(frozen=True)
class _Found:
    """What is left of a search, off the device. values: of the code, as its space has them; error: 0..255;
    pictures: uint8 [R, R, 3] by name."""

    space: CodeSpace
    values: NDArray[np.float32]
    error: float
    pictures: dict[str, NDArray[np.uint8]]


class InvertJob:
    """Draw many, evolve from the best, pull the best of all by its gradient; `finish` keeps the code.

    The same parameters on the same weights give the same code, bit for bit on a CPU with as many threads.
    """

    def __init__(self, params: InvertParams, bench: Workbench) -> None:
        """Raises: InvalidParams for what does not fit the model; ImageNotFound; PerceptionNotFound,
        WeightsInvalid for a loss whose networks are not there."""
        self.params, self._bench = params, bench
        generator, spec = bench.generator, bench.generator.spec
        self._hash = hash_of(generator)
        if bench.images is None:
            raise InvalidParams("photo", "no photos are kept here")
        target = fit_photo(cropped(bench.images.photo(params.photo), params.crop), spec.resolution)
        if params.loss is None:
            self.loss, distance = best_distance(bench)
        else:
            self.loss, distance = params.loss, named_distance(params.loss, bench)
        check_place(spec, params.place, params.class_index)
        self.sight = PhotoSight(target.to(generator.device), distance, params.pixels)
        self._noise = [
            noise_map(NOISE_SEED, row, size).to(generator.device) if size else None
            for row, size in enumerate(spec.noise_sizes)
        ]
        self._chunk = 8 if spec.resolution <= _SMALL else 1
        self._space: LatentSpace | None = None
        self._searching: Slices[None, None, Tensor] | None = self._search()
        self._searched = 0
        self._seconds = 0.0
        self.optimization: Optimization | None = None
        self._found: _Found | None = None

    @property
    def space(self) -> LatentSpace:
        """Where it is looked for; known once the class is."""
        assert self._space is not None
        return self._space

    @property
    def is_at_rest(self) -> bool:
        return self.optimization is None or self.optimization.is_at_rest

    def step(self) -> SliceReport:
        """Up to a chunk of pictures of the search, or one picture's gradient."""
        started = time.monotonic()
        try:
            return self._step()
        finally:
            self._seconds += time.monotonic() - started

    def _step(self) -> SliceReport:
        if self.optimization is None:
            assert self._searching is not None
            try:
                next(self._searching)
                self._searched += 1
            except StopIteration as ended:
                start = self.space.of_z(cast("Tensor", ended.value))
                self._searching, self.optimization = None, self._run(start)
            return self._report("Looking for a start")
        self.optimization.step()
        if self.optimization.is_done:
            self._found = self._draw_found()
        return self._report("Coming nearer", self.optimization.is_done)

    @torch.no_grad()
    def _draw_found(self) -> "_Found":
        """Drawn here, in a slice: `finish` runs beside the device's thread, and leaves the device alone."""
        image = self._objective.image()
        space, values = self.space.code(self._objective.p.detach())
        images = {"photo": self.sight.target, "found": image, "difference": self._difference(image)}
        return _Found(
            space,
            values.cpu().numpy().astype(np.float32),
            self.sight.error(image),
            {name: to_uint8(each)[0].cpu().numpy() for name, each in images.items()},
        )

    def _search(self) -> Slices[None, None, Tensor]:
        params, generator = self.params, self._bench.generator
        class_index = params.class_index
        if class_index is None and generator.spec.c_dim:
            class_index = yield from find_class(generator, self.sight, self._noise, params.seed, self._chunk)
        self._space = open_space(generator, params.place, class_index, params.seed)
        return (
            yield from find_start(
                self.space,
                self.sight,
                self._noise,
                params.tries,
                params.generations,
                params.seed,
                self._chunk,
            )
        )

    def _run(self, start: Tensor) -> Optimization:
        params = self.params
        objective = InvertObjective(self.space, self.sight, self._noise, start, params.near)
        # Down to a tenth: what the last steps find is fine.
        schedule = Schedule("cosine", warmup=0.02, floor=0.1)
        return Optimization(
            objective,
            OptimizationSettings(params.updates, learning_rate=params.learning_rate, schedule=schedule),
        )

    def _report(self, label: str, is_done: bool = False) -> SliceReport:
        run, params = self.optimization, self.params
        classes = self._bench.generator.spec.c_dim if params.class_index is None else 0
        search = slices_of_search(params.tries, params.generations, self._chunk, classes)
        updates = 0 if run is None else run.updates
        done = self._searched * self._chunk + _GRADIENT * updates
        whole = search * self._chunk + _GRADIENT * params.updates
        fraction = 1.0 if is_done else min(done / whole, 1.0 - 1e-9)
        return SliceReport(fraction, label, is_done, updates, {} if run is None else dict(run.losses))

    @property
    def _objective(self) -> InvertObjective:
        assert self.optimization is not None
        objective = self.optimization.objective
        assert isinstance(objective, InvertObjective)
        return objective

    def state_dict(self) -> dict[str, object]:
        """A search that was stopped is begun again: it takes seconds, and ends the same."""
        run = self.optimization
        return {
            "generator": self._hash,
            "loss": self.loss,
            "seconds": self._seconds,
            "searched": 0 if run is None else self._searched,
            "class_index": None if run is None else self.space.class_index,
            "optimization": None if run is None else run.state_dict(),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state of other weights, or of another loss."""
        if state["generator"] != self._hash:
            raise ValueError("the state is of a generator with other weights")
        if state["loss"] != self.loss:
            raise ValueError("the networks that look at the pictures have changed since")
        self._seconds = cast("float", state["seconds"])
        if state["optimization"] is None:
            return
        self._searched = cast("int", state["searched"])
        class_index = cast("int | None", state["class_index"])
        self._space = open_space(self._bench.generator, self.params.place, class_index, self.params.seed)
        blank = torch.zeros(1, self.space.rows, self.space.width, device=self._bench.device)
        self._searching, self.optimization = None, self._run(blank)
        self.optimization.load_state_dict(cast("dict[str, object]", state["optimization"]))

    @torch.no_grad()
    def preview(self) -> tuple[Tensor, int] | None:
        """The photo, what was found by now, and where they differ."""
        if self.optimization is None:
            return self.sight.target, 1
        found = self._objective.image()
        return torch.cat([self.sight.target, found.clamp(-1.0, 1.0), self._difference(found)]), 3

    def _difference(self, found: Tensor) -> Tensor:
        """Grey, float32 [1, 3, R, R] in [-1, 1]: black where both are alike, white at half the range."""
        far = (found.clamp(-1.0, 1.0) - self.sight.target).abs().mean(dim=1, keepdim=True)
        return (2.0 * far.clamp(max=1.0) - 1.0).expand(-1, 3, -1, -1)

    def finish(self, folder: Path) -> Outcome:
        """The code on the shelf, `found.json` with the picture that shows it, and three PNGs."""
        assert self._found is not None, "it is searched to its end first"
        space, error = self._found.space, self._found.error
        stored = self._bench.shelf.codes.put(Code(space, self._found.values, self.params.title, self._hash))
        picture = Picture(
            model=self._bench.model,
            latent=CodeLatent(code=stored.id),
            psi=1.0,
            noise_seed=NOISE_SEED,
            class_index=self.space.class_index,
        )
        about = {
            "code": stored.id,
            "space": space,
            "error": error,
            "picture": picture.model_dump(mode="json"),
        }
        (folder / "found.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
        for name, pixels in self._found.pictures.items():
            (folder / f"{name}.png").write_bytes(encode(pixels, "png"))
        assert self.optimization is not None
        facts = {
            "error": f"{error:.1f} of 255 a pixel, on the average",
            "looked at by": self.loss if self.params.loss else f"{self.loss}, the best there is here",
            "found in": space,
            "updates": str(self.optimization.updates),
            "worked": f"{self._seconds:.0f} s",
        }
        return Outcome(facts=facts)


def cropped(photo: Tensor, crop: tuple[float, float, float] | None) -> Tensor:
    """The square of a photo [1, 3, H, W]: left and top edge and side in shares of its shorter side.

    Raises: InvalidParams for one that ends outside of it.
    """
    if crop is None:
        return photo
    height, width = photo.shape[-2:]
    left, top, side = (round(share * min(height, width)) for share in crop)
    if side < 1 or left + side > width or top + side > height:
        raise InvalidParams("crop", f"it ends outside of the photo of {width} x {height} px")
    return photo[..., top : top + side, left : left + side]
