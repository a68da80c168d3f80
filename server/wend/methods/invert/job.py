"""Invert job: looks for a photo inside a generator, slice by slice, and keeps the latent it finds."""

import json
import time
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
from wend.library.codes import Code
from wend.library.models import hash_of
from wend.methods.distances import chosen_distance
from wend.methods.invert.inversion import NOISE_SEED, FoundCode, Inversion, difference
from wend.methods.invert.params import InvertParams
from wend.methods.invert.placing import placed
from wend.methods.invert.space import LatentSpace
from wend.methods.layerwise.inversion import LayerwiseInversion
from wend.methods.layerwise.opening import open_layers
from wend.methods.layerwise.wolfe import WolfeRun
from wend.methods.vanished.eye import Labeller, open_labeller
from wend.methods.vanished.files import write_vanished
from wend.methods.vanished.labels import Vanished
from wend.methods.workbench import Workbench
from wend.optim.job import Job, Outcome, SliceReport
from wend.optim.optimization import Optimization


def build_invert(params: InvertParams, workbench: Workbench) -> Job:
    """The job that looks for the photo of `params`. Raises: as `InvertJob`."""
    return InvertJob(params, workbench)


@dataclass(frozen=True)
class _Found:
    """What is left of a search, off the device. pictures: uint8 [R, R, 3] by name."""

    code: FoundCode
    pictures: dict[str, NDArray[np.uint8]]
    vanished: Vanished


class InvertJob:
    """Searches as an `Inversion` does; `finish` keeps the code, and tells what of the photo has vanished.

    The same parameters on the same weights give the same code, bit for bit on a CPU with as many threads.
    """

    def __init__(self, params: InvertParams, bench: Workbench) -> None:
        """Raises: InvalidParams for what does not fit the model; ImageNotFound; PerceptionNotFound,
        WeightsInvalid for a loss, a placing or a segmenter whose networks are not there."""
        self.params, self._bench = params, bench
        generator, spec = bench.generator, bench.generator.spec
        self._hash = hash_of(generator)
        if bench.images is None:
            raise InvalidParams("photo", "no photos are kept here")
        self.place = placed(bench.images.photo(params.photo), params, bench, spec.resolution)
        self.loss: str
        self.inversion: Inversion | LayerwiseInversion
        if params.place == "layers" or params.place == "encoder":
            self.loss, search = open_layers(bench, params.place, params.loss, params.updates, params.pixels)
            self.inversion = search(self.place.target)
        else:
            self.loss, distance = chosen_distance(params.loss, bench)
            self.inversion = Inversion(generator, self.place.target, params.search, distance)
        self.sight = self.inversion.sight
        self._labeller: Labeller = open_labeller(bench, params.segmenter)
        self._seconds = 0.0
        self._found: _Found | None = None

    @property
    def space(self) -> LatentSpace:
        """Where a latent is looked for; known once the class is."""
        assert isinstance(self.inversion, Inversion)
        return self.inversion.space

    @property
    def optimization(self) -> Optimization | WolfeRun | None:
        """None while a start is looked for, and where an encoder's word is all."""
        return self.inversion.optimization

    @property
    def is_at_rest(self) -> bool:
        return self.inversion.is_at_rest

    def step(self) -> SliceReport:
        """Up to a chunk of pictures of the search, or one picture's gradient."""
        started = time.monotonic()
        search = self.inversion
        label = search.label
        try:
            search.step()
            # Drawn here, in a slice: `finish` runs beside the device's thread, and leaves the device alone.
            if search.is_done:
                self._found = self._see(search.found())
        finally:
            self._seconds += time.monotonic() - started
        return SliceReport(search.fraction, label, search.is_done, search.updates, search.losses)

    def _see(self, code: FoundCode) -> _Found:
        photo = self.sight.target.cpu()
        images = {"photo": photo, "found": code.image, "difference": difference(photo, code.image)}
        pictures = {name: to_uint8(each)[0].cpu().numpy() for name, each in images.items()}
        return _Found(code, pictures, self._labeller.compare(photo, code.image))

    def state_dict(self) -> dict[str, object]:
        """A search that was stopped is begun again: it takes seconds, and ends the same."""
        return {
            "generator": self._hash,
            "loss": self.loss,
            "seconds": self._seconds,
            **self.inversion.state_dict(),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state of other weights, or of another loss."""
        if state["generator"] != self._hash:
            raise ValueError("the state is of a generator with other weights")
        if state["loss"] != self.loss:
            raise ValueError("the networks that look at the pictures have changed since")
        self._seconds = cast("float", state["seconds"])
        self.inversion.load_state_dict(state)

    def preview(self) -> tuple[Tensor, int] | None:
        """The photo, what was found by now, and where they differ."""
        found = self.inversion.image()
        if found is None:
            return self.sight.target, 1
        far = difference(found, self.sight.target)
        return torch.cat([self.sight.target, found.clamp(-1.0, 1.0), far]), 3

    def finish(self, folder: Path) -> Outcome:
        """The code on the shelf, `found.json` with the picture that shows it, `vanished.json` and PNGs."""
        assert self._found is not None, "it is searched to its end first"
        code = self._found.code
        stored = self._bench.shelf.codes.put(
            Code(code.space, code.values, self.params.title, self._hash, code.corrections)
        )
        picture = Picture(
            model=self._bench.model,
            latent=CodeLatent(code=stored.id),
            psi=1.0,
            noise_seed=NOISE_SEED,
            class_index=code.class_index,
        )
        write_found(folder, picture, code, stored.id, self.place.told)
        for name, pixels in self._found.pictures.items():
            (folder / f"{name}.png").write_bytes(encode(pixels, "png"))
        write_vanished(folder, self._found.vanished)
        facts = {
            "error": f"{code.error:.1f} of 255 a pixel, on the average",
            **self._found.vanished.facts,
            "looked at by": self.loss if self.params.loss else f"{self.loss}, the best there is here",
            "found in": f"{code.space}, and layers behind it" if code.corrections else code.space,
            "updates": str(self.inversion.updates),
            "worked": f"{self._seconds:.0f} s",
        }
        return Outcome(facts=facts)


def write_found(
    folder: Path, picture: Picture, code: FoundCode, code_id: str, square: dict[str, float] | None
) -> None:
    """`found.json`: what the page puts on the stage. square: where the picture lies in the photo."""
    about = {
        "code": code_id,
        "space": code.space,
        "error": code.error,
        "square": square,
        "picture": picture.model_dump(mode="json"),
    }
    (folder / "found.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
