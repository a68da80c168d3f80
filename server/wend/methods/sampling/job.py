"""Sampling job: draws pictures whose factors follow chosen distributions, and says how well they do."""

from pathlib import Path
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.errors import InvalidParams, PerceptionNotFound
from wend.imaging.codec import encode
from wend.imaging.contact_sheet import save_sheet
from wend.imaging.pixels import to_images, to_uint8
from wend.latents.seed import z_of_seeds
from wend.library.models import hash_of
from wend.library.seeing import set_looking_at
from wend.measure.export import Plain, to_dict, to_json
from wend.measure.factor_sight import FactorSight
from wend.measure.slices import Sliced
from wend.methods.sampling.archive import Archive
from wend.methods.sampling.draw import COLUMNS, draw_batch
from wend.methods.sampling.params import SampleParams
from wend.methods.sampling.ranks import ranks_of
from wend.methods.sampling.result import facts_of, picture_name, spread_of, values_csv
from wend.methods.sampling.targets import Wanted, wanted_of
from wend.methods.setting.batch import FactorBatch, noise_of, one_hot
from wend.methods.setting.reach import factor_of, shared, slopes_of
from wend.methods.workbench import Workbench
from wend.optim.job import Outcome, SliceReport
from wend.perception.network import FactorNetwork

SHEET = 64
"""Pictures on the sheet: the first ones, in the order of the first factor."""
SHEET_SIDE = 128  # px at most
LOOKED_BEFORE = 500
"""Pictures that are also measured without any control, to say what the control does."""
_PREVIEWED = 16


class SampleJob:
    """First what is wanted and where the pictures are, then they in batches; a slice draws a few or looks.

    Only numbers are kept of a picture once it is in the archive. A job that goes on has them, draws its
    pictures again for a new archive, and measures and corrects none twice.
    """

    def __init__(self, params: SampleParams, bench: Workbench) -> None:
        """Raises: WalkNotFound, WalkNotFactor, FactorsConflict, ModelNotFound; InvalidParams for a class or
        a style row that the model does not have."""
        self._params, self._bench = params, bench
        generator = bench.generator
        self._spec = generator.spec
        count = self._spec.c_dim
        if params.class_index is not None and params.class_index >= max(1, count):
            raise InvalidParams("class_index", f"the model has {count} classes")
        if params.psi_cutoff is not None and params.psi_cutoff > self._spec.num_ws:
            raise InvalidParams("psi_cutoff", f"the model has {self._spec.num_ws} style rows")
        self._records = [bench.shelf.get(params.model, target.walk) for target in params.targets]
        self._factors = [factor_of(record) for record in self._records]
        self._cosines = shared(self._records)
        self._walks = [factor.walk.to(generator.device) for factor in self._factors]
        self._spans = torch.tensor([f.high - f.low for f in self._factors], dtype=torch.float64)
        self._psi = self._records[0].psi if params.psi is None else params.psi
        self._network = _network_of(bench)
        self._sight = FactorSight(self._records, self._network)
        self._noise = noise_of(generator)
        self._chunk = (2 if self._spec.resolution <= 64 else 1) if generator.device.type == "cpu" else 16
        self._wanted: list[Wanted] = []
        self._ranks: Tensor | None = None
        self._rows: list[Tensor] = []
        self._drawn = 0  # pictures in the archive
        self._shown: list[Tensor] = []
        self._archive: Archive | None = None
        self._working: Sliced[None] | None = None
        self._is_done = False

    # -- slices -----------------------------------------------------------------------------------

    def step(self) -> SliceReport:
        """One part of what is prepared, or of a batch. Raises: FactorOutOfReach, DistributionInvalid,
        ImageNotFound, WorldNotFound, FactorsConflict, DiskFull."""
        if self._archive is None:
            self._archive = Archive(self._bench.data_dir, "samples.zip")
        if self._working is None:
            self._working = self._next()
        try:
            next(self._working)
        except StopIteration:
            self._working = None
            self._is_done = self._drawn == self._params.count
        known = min(0.99, 0.02 + 0.97 * len(self._rows) / self._params.count)
        return SliceReport(1.0 if self._is_done else known, self._label, self._is_done)

    def _next(self) -> Sliced[None]:
        if self._ranks is None:
            return self._prepare()
        return self._draw_again() if self._drawn < len(self._rows) else self._draw()

    @property
    def _label(self) -> str:
        if self._ranks is None:
            return "Looking at what is wanted"
        if self._drawn < len(self._rows):
            return f"Drawing picture {self._drawn + 1} of {len(self._rows)} again"
        return f"Picture {min(self._drawn + 1, self._params.count)} of {self._params.count}"

    def _prepare(self) -> Sliced[None]:
        size, device = self._spec.resolution, self._bench.device
        for target, record in zip(self._params.targets, self._records, strict=True):
            wanted = yield from wanted_of(
                target.distribution, record, self._network, self._bench.images, size, device
            )
            self._wanted.append(wanted)
            yield
        params = self._params
        self._ranks = yield from ranks_of(
            self._bench.generator, self._walks, self._psi, params.seeds, params.class_index, params.psi_cutoff
        )

    def _draw(self) -> Sliced[None]:
        assert self._ranks is not None
        stop = min(self._params.count, self._drawn + self._chunk)
        batch = self._batch(self._drawn, stop)
        before = batch.positions(batch.still)
        ranks = self._ranks[self._drawn : stop].numpy()
        values = [wanted.law.quantile(rank) for wanted, rank in zip(self._wanted, ranks.T, strict=True)]
        wanted = torch.stack([torch.from_numpy(column) for column in values], dim=1)
        device = self._bench.device
        columns = zip(self._walks, wanted.to(device).T, before.to(device).T, strict=True)
        positions = torch.stack([walk.curve.inverse(to, at).cpu() for walk, to, at in columns], dim=1)
        drawn = yield from draw_batch(
            batch,
            wanted,
            positions,
            before,
            self._spans,
            self._sight,
            self._params.loop == "closed",
            self._drawn < LOOKED_BEFORE,
            slopes_of(self._records),
        )
        self._rows += list(drawn.rows)
        self._put(drawn.images)

    def _draw_again(self) -> Sliced[None]:
        stop = min(len(self._rows), self._drawn + self._chunk)
        alphas = torch.stack(self._rows[self._drawn : stop])[:, :, COLUMNS.index("alpha")]
        self._put(self._batch(self._drawn, stop).images(alphas))
        yield

    def _batch(self, start: int, stop: int) -> FactorBatch:
        generator = self._bench.generator
        numbers = torch.arange(start, stop)
        z = z_of_seeds(list(self._params.seeds[start:stop]), self._spec.z_dim)
        c = one_hot(generator, numbers, self._params.class_index)
        return FactorBatch(generator, self._walks, self._psi, z, c, self._noise, self._params.psi_cutoff)

    def _put(self, images: Tensor) -> None:
        """Into the archive, and the first ones onto the sheet."""
        assert self._archive is not None
        pixels = to_uint8(images).cpu()
        for number, picture in enumerate(pixels, start=self._drawn):
            self._archive.add(picture_name(number), encode(picture.numpy(), "png"))
            if number < SHEET:
                self._shown.append(_small(picture))
        self._drawn += len(pixels)

    # -- state ------------------------------------------------------------------------------------

    @property
    def is_at_rest(self) -> bool:
        """Between two batches, and while it prepares, which is done anew; not once all is drawn, when there
        is an archive to lose."""
        return (self._working is None or self._ranks is None) and not self._is_done

    def state_dict(self) -> dict[str, object]:
        """The numbers of the pictures drawn so far, and what they depend on."""
        rows = torch.stack(self._rows) if self._rows else torch.zeros(0, len(self._records), len(COLUMNS))
        return {**self._origin, "rows": rows}

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError where a factor or the model has changed since, or this is another device."""
        if {name: state[name] for name in self._origin} != self._origin:
            raise ValueError("a factor, the model or the device has changed since")
        self._rows = list(cast("Tensor", state["rows"]))

    @property
    def _origin(self) -> dict[str, object]:
        return {
            "walks": [record.digest for record in self._records],
            "generator": hash_of(self._bench.generator),
            "chunk": self._chunk,
        }

    # -- what is shown and left -------------------------------------------------------------------

    def preview(self) -> tuple[Tensor, int] | None:
        """The first pictures, small."""
        if not self._shown:
            return None
        return to_images(torch.stack(self._shown[:_PREVIEWED])), 8

    def finish(self, folder: Path) -> Outcome:
        """samples.zip (PNGs and values.csv), values.csv, sheet.jpg, distribution.json."""
        assert self._archive is not None and self._is_done, "it is drawn to its end first"  # noqa: PT018
        folder.mkdir(parents=True, exist_ok=True)
        table = self._csv()
        self._archive.seal("values.csv", table.encode())
        size_bytes = self._archive.save(folder / "samples.zip")
        (folder / "values.csv").write_text(table, encoding="utf-8")
        rows = torch.stack(self._rows).numpy()
        spreads = [
            spread_of(record, wanted, rows[:, k])
            for k, (record, wanted) in enumerate(zip(self._records, self._wanted, strict=True))
        ]
        cosines: list[Plain] = [
            {"one": self._records[i].id, "other": self._records[j].id, "cosine": cosine}
            for i, j, cosine in self._cosines
        ]
        answer: dict[str, Plain] = {
            "model": self._params.model,
            "count": self._params.count,
            "psi": self._psi,
            "psi_cutoff": self._params.psi_cutoff,
            "seeds": [self._params.seeds[0], self._params.seeds[-1]],
            "loop": self._params.loop,
            "measured_by": list(self._sight.names),
            "targets": [to_dict(spread) for spread in spreads],
            "shared": cosines,
        }
        (folder / "distribution.json").write_text(to_json(answer), encoding="utf-8")
        order = rows[: len(self._shown), 0, COLUMNS.index("wanted")].argsort()
        save_sheet(to_images(torch.stack([self._shown[i] for i in order])), folder / "sheet.jpg")
        facts = {"pictures": str(self._params.count), **facts_of(spreads)}
        for i, j, cosine in self._cosines:
            facts[f"{self._records[i].title} and {self._records[j].title}"] = f"share {cosine:.2f} of a line"
        return Outcome({**facts, "file": f"{size_bytes / 1e6:.3g} MB"})

    def _csv(self) -> str:
        classes: list[int | None] = [None] * self._params.count
        if self._spec.c_dim:
            own = self._params.class_index
            classes = [i % self._spec.c_dim if own is None else own for i in range(self._params.count)]
        rows = torch.stack(self._rows).numpy()
        truncation = self._psi, self._params.psi_cutoff
        return values_csv(self._params.seeds, classes, truncation, self._records, rows)


def _network_of(bench: Workbench) -> FactorNetwork | None:
    """What measures factors in this model's pictures; None where nothing does."""
    try:
        found = set_looking_at(bench.perception, bench.shelf.store.get(bench.model).card, "factors")
    except PerceptionNotFound:
        return None
    return bench.perception.eye(found.card.id, bench.device)


def _small(picture: Tensor) -> Tensor:
    """A picture uint8 [H, W, C] at the sheet's size, RGB."""
    images = to_images(picture[None])
    if images.shape[1] == 1:
        images = images.expand(-1, 3, -1, -1)
    if max(images.shape[2:]) > SHEET_SIDE:
        images = F.interpolate(images, size=(SHEET_SIDE, SHEET_SIDE), mode="area")
    return to_uint8(images)[0]


def build_sample(params: SampleParams, workbench: Workbench) -> SampleJob:
    """Raises: as `SampleJob`."""
    return SampleJob(params, workbench)
