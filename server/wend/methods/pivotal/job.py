"""Pivotal job: looks for a photo, tunes a copy of the generator to it, and publishes that as a model.

Source: Roich et al., "Pivotal tuning for latent-based editing of real images", ACM TOG 2022.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from wend.documents.picture import CodeLatent, Picture
from wend.errors import InvalidParams
from wend.generators.generator import Generator, synthesize
from wend.imaging.codec import encode
from wend.imaging.contact_sheet import contact_sheet
from wend.imaging.pixels import to_uint8
from wend.latents.seed import z_of_seeds
from wend.library.codes import Code
from wend.library.images import IMAGES_FOLDER, ImageStore
from wend.library.inherited_walks import take_over
from wend.library.publish import publish_model
from wend.methods.distances import best_distance, named_distance
from wend.methods.invert.inversion import NOISE_SEED, FoundCode, Inversion, difference, noise_of
from wend.methods.invert.job import write_found
from wend.methods.invert.placing import placed
from wend.methods.invert.settings import SearchSettings
from wend.methods.pivotal.child import check_name, text_of
from wend.methods.pivotal.params import PivotalParams
from wend.methods.pivotal.tuning import TuningObjective, tuning_of
from wend.methods.process_bench import ProcessBench
from wend.methods.vanished.eye import open_labeller
from wend.methods.vanished.files import write_vanished
from wend.methods.vanished.labels import Vanished
from wend.methods.workbench import Workbench
from wend.optim.job import Job, Outcome, SliceReport
from wend.optim.optimization import Optimization

_SEARCH_SHARE = 0.4
"""Of the whole job, about, for the photo's search."""
_OTHERS = 16
"""Pictures by which it is told what else has changed."""


def build_pivotal(params: PivotalParams, bench: ProcessBench) -> Job:
    """The job that tunes to the photo of `params`. Raises: as `PivotalJob`."""
    return PivotalJob(params, bench)


@dataclass(frozen=True)
class _Tuned:
    """What is left. before: error of the picture at the pivot as the parent draws it, 0..255; drift: mean
    absolute difference of other pictures, 0..255; others: as they are now, float32 [n, 3, R, R].
    """

    code: FoundCode
    before: float
    drift: float
    others: Tensor
    pictures: dict[str, NDArray[np.uint8]]
    vanished: Vanished


class PivotalJob:
    """First an `Inversion` in w (in z for a model that has no w of its own), then `TuningObjective`.

    The same parameters on the same weights give the same model, bit for bit on a CPU with as many threads.
    """

    def __init__(self, params: PivotalParams, bench: ProcessBench) -> None:
        """Raises: InvalidParams for a model without weights or a name that is taken; as `InvertJob`."""
        self.params, self._bench = params, bench
        store = bench.shelf.store
        self._card = store.get(params.model).card
        self._name = check_name(store, self._card, params)
        self._original = store.load(params.model, bench.device)
        if not any(True for _ in cast("nn.Module", self._original).parameters()):
            raise InvalidParams("model", "it is a world itself: it has no weights that could be tuned")
        self._tuned = store.load(params.model, bench.device)
        images = ImageStore(bench.data_dir / IMAGES_FOLDER)
        work = Workbench(params.model, self._original, bench.shelf, bench.perception, images)
        self._place = placed(images.photo(params.photo), params, work, self._original.spec.resolution)
        if params.loss is None:
            self.loss, distance = best_distance(work)
        else:
            self.loss, distance = params.loss, named_distance(params.loss, work)
        self.search = Inversion(self._original, self._place.target, self._settings(), distance)
        self._labeller = open_labeller(work, params.segmenter)
        self.tuning: Optimization | None = None
        self._pivot: FoundCode | None = None
        self._seconds = 0.0
        self._seeing: Iterator[None] | None = None
        self._done: _Tuned | None = None

    def _settings(self) -> SearchSettings:
        """Of the search: w+ is nobody's pivot. Published: one w for all layers."""
        search, spec = self.params.search, self._original.spec
        if search.place == "w+":
            has_w = spec.blends_in != "z" and "w" in spec.spaces
            search = replace(search, place="w" if has_w else "z")
        return search

    # -- the job ----------------------------------------------------------------------------------

    @property
    def is_at_rest(self) -> bool:
        return self.search.is_at_rest if self.tuning is None else self.tuning.is_at_rest

    def step(self) -> SliceReport:
        """A slice of the search, or one look of an update of the weights. Raises: Diverged."""
        started = time.monotonic()
        try:
            return self._step()
        finally:
            self._seconds += time.monotonic() - started

    def _step(self) -> SliceReport:
        if self.tuning is None:
            label = self.search.label
            self.search.step()
            if self.search.is_done:
                self._begin(self.search.found())
            share = _SEARCH_SHARE * self.search.fraction
            return SliceReport(share, label, False, self.search.updates, self.search.losses)
        label = "Tuning the generator"
        if not self.tuning.is_done:
            self.tuning.step()
        else:
            label = "Drawing what has changed"
            self._seeing = self._seeing or self._see()
            next(self._seeing, None)
        share = _SEARCH_SHARE + (1.0 - _SEARCH_SHARE) * self.tuning.fraction
        updates = self.params.updates + self.tuning.updates
        return SliceReport(share, label, self._done is not None, updates, dict(self.tuning.losses))

    def _begin(self, pivot: FoundCode) -> None:
        self._pivot = pivot
        values = torch.from_numpy(pivot.values).to(self._bench.device)[None]
        spec, c = self._original.spec, None
        if pivot.class_index is not None:
            c = torch.eye(spec.c_dim, device=self._bench.device)[pivot.class_index][None]
        with torch.no_grad():
            w = self._original.mapping(values, c) if pivot.space == "z" else values
        ws = w[:, None].expand(-1, spec.num_ws, -1)
        settings = self.params.tuned
        objective = TuningObjective(
            self._tuned, self._original, ws, self.search.sight, noise_of(self._original), settings, c
        )
        self.tuning = tuning_of(objective, settings)

    @property
    def _objective(self) -> TuningObjective:
        assert self.tuning is not None
        assert isinstance(self.tuning.objective, TuningObjective)
        return self.tuning.objective

    @torch.no_grad()
    def _see(self) -> Iterator[None]:
        """All that is told, of the weights as they are published, a picture a slice; drawn here, `finish`
        leaves the device.
        """
        assert self._pivot is not None
        self._objective.round_to_half()
        image = self._objective.image().cpu()
        photo = self.search.sight.target.cpu()
        code = replace(self._pivot, error=self.search.sight.error(image.to(self._bench.device)), image=image)
        rows: tuple[list[Tensor], list[Tensor]] = ([], [])
        for seed in range(_OTHERS):
            for generator, row in zip((self._original, self._tuned), rows, strict=True):
                yield
                row.append(self._other(generator, seed))
        yield
        before, after = map(torch.cat, rows)
        images = {"photo": photo, "found": image, "difference": difference(photo, image)}
        self._done = _Tuned(
            code,
            self._pivot.error,
            (after.clamp(-1, 1) - before.clamp(-1, 1)).abs().mean().item() * 127.5,
            after.cpu(),
            {name: to_uint8(each)[0].numpy() for name, each in images.items()},
            self._labeller.compare(photo, image),
        )

    @torch.no_grad()
    def _other(self, generator: Generator, seed: int) -> Tensor:
        """The picture of a seed at psi 1, float32 [1, 3, R, R]; classes in turn."""
        spec, c = generator.spec, None
        if spec.c_dim:
            c = torch.eye(spec.c_dim, device=generator.device)[seed % spec.c_dim][None]
        w = generator.mapping(z_of_seeds([seed], spec.z_dim).to(generator.device), c)
        return synthesize(generator, w[:, None].expand(-1, spec.num_ws, -1), noise_of(generator))

    # -- state ------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, object]:
        pivot = self._pivot
        return {
            "origin": self._card.hash,
            "loss": self.loss,
            "seconds": self._seconds,
            "search": self.search.state_dict(),
            "tuning": None if self.tuning is None else self.tuning.state_dict(),
            "pivot": None
            if pivot is None
            else {
                "values": torch.from_numpy(pivot.values),
                "class_index": pivot.class_index,
                "error": pivot.error,
                "image": pivot.image,
            },
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state of other weights, or of another loss."""
        if state["origin"] != self._card.hash:
            raise ValueError("the state is of a model with other weights")
        if state["loss"] != self.loss:
            raise ValueError("the networks that look at the pictures have changed since")
        self._seconds = cast("float", state["seconds"])
        self.search.load_state_dict(cast("dict[str, object]", state["search"]))
        if state["tuning"] is None:
            return
        kept = cast("dict[str, object]", state["pivot"])
        self._begin(
            FoundCode(
                self.search.settings.place,
                cast("Tensor", kept["values"]).numpy(),
                cast("int | None", kept["class_index"]),
                cast("float", kept["error"]),
                cast("Tensor", kept["image"]),
            )
        )
        assert self.tuning is not None
        self.tuning.load_state_dict(cast("dict[str, object]", state["tuning"]))

    @torch.no_grad()
    def preview(self) -> tuple[Tensor, int] | None:
        """The photo, what is found of it by now, and where they differ."""
        target = self.search.sight.target
        found = self.search.image() if self.tuning is None else self._objective.image()
        if found is None:
            return target, 1
        return torch.cat([target, found.clamp(-1.0, 1.0), difference(found, target)]), 3

    # -- what comes of it -------------------------------------------------------------------------

    def finish(self, folder: Path) -> Outcome:
        """The model with all walks of its parent, the code on its shelf, and a photo's files.

        Raises: InvalidParams, DiskFull.
        """
        assert self._done is not None, "it is tuned to its end first"
        check_name(self._bench.shelf.store, self._card, self.params)
        done, shelf = self._done, self._bench.shelf
        previews = torch.cat([done.code.image, done.others[:3]])
        model = publish_model(
            self._bench.data_dir / "models" / self._name,
            text_of(self._card, self.params, self._seconds, self._bench.device),
            cast("nn.Module", self._tuned).state_dict(),
            None,
            contact_sheet(previews, 2, gap=0),
            None,
        )
        taken = take_over(shelf, self._card.id, model.card.hash)
        stored = shelf.codes.put(Code(done.code.space, done.code.values, self.params.title, model.card.hash))
        picture = Picture(
            model=self._name,
            latent=CodeLatent(code=stored.id),
            psi=1.0,
            noise_seed=NOISE_SEED,
            class_index=done.code.class_index,
        )
        folder.mkdir(parents=True, exist_ok=True)
        write_found(folder, picture, done.code, stored.id, self._place.told)
        for name, pixels in done.pictures.items():
            (folder / f"{name}.png").write_bytes(encode(pixels, "png"))
        write_vanished(folder, done.vanished)
        facts = {
            "error": f"{done.code.error:.1f} of 255 a pixel, {done.before:.1f} before the tuning",
            **done.vanished.facts,
            "other pictures": f"differ by {done.drift:.1f} of 255 from the parent's",
            "walks": f"{taken} of {self._card.id} go on working, their ranges as measured there",
            "looked at by": self.loss if self.params.loss else f"{self.loss}, the best there is here",
            "worked": f"{self._seconds:.0f} s",
        }
        return Outcome(facts=facts, model=self._name)
