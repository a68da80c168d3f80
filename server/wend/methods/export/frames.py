"""Export frames: the pictures of an animation, drawn one at a time in final quality."""

from dataclasses import dataclass

import numpy as np
import torch

from wend.documents.picture import ModelBlend, Picture
from wend.documents.sampling import driven, frame_count, frame_time, picture_at
from wend.documents.timeline import Timeline
from wend.errors import BlendUnfit, InvalidParams
from wend.generators.generator import Generator, GeneratorSpec
from wend.imaging.video import Pixels, fitted
from wend.library.kinship import Kinship
from wend.library.sounds import SOUNDS_FOLDER, SoundStore
from wend.measure.slices import Sliced, finish
from wend.methods.export.params import ExportParams, why_too_large
from wend.methods.still.keep import keeper_of
from wend.methods.workbench import Workbench
from wend.pictures.checks import check_edit, check_picture
from wend.pictures.final import draw_final
from wend.pictures.mixture import Mixture
from wend.pictures.resolve import Resolver


@dataclass(frozen=True)
class _Cast:
    """A model in memory; see `pictures.resolve.Loaded`."""

    model: str
    exact: Generator
    hash: str


class ExportFrames:
    """Picture k of `count`, as pixels of `size`.

    The first keyframe's model is the bench's; of the others those that draw a picture are in memory with it.
    """

    def __init__(self, params: ExportParams, bench: Workbench) -> None:
        """Raises: SoundNotFound; InvalidParams for more pixels than the format takes; where a keyframe cannot
        be drawn InvalidPicture, WalkNotFound, ImageNotFound, ModelNotFound, BlendUnfit, CardInvalid.
        """
        timeline = params.document.timeline
        assert timeline is not None, "parameters have one"
        self._timeline: Timeline = timeline
        self._compare, self._bench = params.compare, bench
        self.count = frame_count(timeline, params.fps)
        self._resolver = Resolver(bench.shelf, keeper_of(bench.images))
        self._own = _Cast(bench.model, bench.generator, bench.shelf.store.get(bench.model).card.hash)
        self._others: dict[str, _Cast] = {}
        self._mixture, self._kinship = Mixture(bench.shelf.store), Kinship(bench.shelf.store)
        self._sound = None
        if timeline.drive is not None and timeline.drive.walk is not None:
            self._sound = SoundStore(bench.data_dir / SOUNDS_FOLDER).get(timeline.drive.audio)
        side = params.size or bench.generator.spec.resolution
        self._side = side + side % 2  # the codecs of movies halve the colour's resolution
        why = why_too_large(params.format, self.count, self.size)
        if why is not None:
            raise InvalidParams("size", why)
        self._check()

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of every picture."""
        return self._side, self._side * (2 if self._compare else 1)

    def picture(self, index: int) -> Picture:
        """What picture `index` shows; side by side it is the right one."""
        return picture_at(self._timeline, frame_time(self._timeline, index, self.count), self._sound)

    def pixels(self, index: int) -> Pixels:
        """`draw`, at once."""
        return finish(self.draw(index))

    def draw(self, index: int) -> Sliced[Pixels]:
        """uint8 [H, W, 3] of `size`. Raises: InvalidPicture, WalkNotFound, and what breaks."""
        picture = self.picture(index)
        drawn = yield from self._draw(picture)
        if not self._compare:
            return drawn
        start = drawn
        if picture.edits:
            start = yield from self._draw(picture.model_copy(update={"edits": ()}))
        return np.concatenate([start, drawn], axis=1)

    def _draw(self, picture: Picture) -> Sliced[Pixels]:
        """Slices are those of what still masks need worked out."""
        drawn_by = {
            picture.model,
            picture.model if picture.model_blend is None else picture.model_blend.model,
        }
        # Before the next is loaded: there may be no room for more.
        for name in [name for name in self._others if name not in drawn_by]:
            self._mixture.let_go(self._others.pop(name).hash)
        pixels: Pixels | None = None
        while pixels is None:
            with torch.no_grad():
                cast = self._mixture.of(picture, self._cast)
                resolved = self._resolver.resolve(picture, cast, waits=False)
                if resolved.pending is None:
                    pixels = draw_final(cast.exact, resolved).pixels
            while resolved.pending is not None and not resolved.pending.advance():
                yield
        if pixels.shape[2] == 1:
            pixels = pixels.repeat(3, axis=2)
        return fitted(pixels, (self._side, self._side))

    def _cast(self, model: str) -> _Cast:
        if model == self._own.model:
            return self._own
        if model not in self._others:
            store = self._bench.shelf.store
            loaded = store.load(model, self._bench.device)
            self._others[model] = _Cast(model, loaded, store.get(model).card.hash)
        return self._others[model]

    def _check(self) -> None:
        """Whether every keyframe can be drawn, silent and at its loudest: an hour later is late to learn it.

        What lies between two lies between their numbers.
        """
        for keyframe in self._timeline.keyframes:
            for level in (0.0, 1.0):
                self._check_picture(driven(self._timeline, keyframe.picture, level))

    def _check_picture(self, picture: Picture) -> None:
        spec = self._spec(picture.model)
        check_picture(picture, spec)
        for edit in picture.edits:
            check_edit(edit, self._bench.shelf.get(picture.model, edit.walk), spec)
        if picture.model_blend is not None:
            self._check_blend(picture.model, picture.model_blend)
        for mask in picture.masks:
            if mask.is_still and self._bench.images is not None:
                self._bench.images.get(mask.image)

    def _check_blend(self, model: str, blend: ModelBlend) -> None:
        store = self._bench.shelf.store
        own, other = store.get(model), store.get(blend.model)
        why = self._kinship.between(own, other).why_not_w if blend.how == "w" and model != blend.model else ""
        if why:
            raise BlendUnfit(model, blend.model, why)

    def _spec(self, model: str) -> GeneratorSpec:
        """As its card has it, so that nothing is loaded for it."""
        if model == self._own.model:
            return self._own.exact.spec
        card = self._bench.shelf.store.get(model).card
        return GeneratorSpec(
            resolution=card.resolution,
            z_dim=card.z_dim,
            w_dim=card.w_dim,
            num_ws=card.num_ws,
            layer_names=card.layer_names,
            noise_sizes=(),
            spaces=card.spaces,
            classes=card.classes,
        )
