"""The manifold job: lower energy, even frames, stops and goes on bit for bit, and leaves all its files."""

import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.methods.manifold.manifold_bench import PICTURE, SIDE, TOY, manifold_bench, put_mask
from wend.documents.picture import Mask
from wend.errors import InvalidParams
from wend.generators.generator import synthesize
from wend.imaging.pixels import to_uint8
from wend.latents.chain import add_chains
from wend.methods.manifold.job import ManifoldJob, build_manifold
from wend.methods.manifold.params import ManifoldParams
from wend.methods.workbench import Workbench
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.optim.job import Outcome, SliceReport


def _job(params: ManifoldParams, bench: Workbench) -> ManifoldJob:
    job = build_manifold(params, bench)
    assert isinstance(job, ManifoldJob)
    return job


def _run(job: ManifoldJob) -> list[SliceReport]:
    reports = [job.step()]
    while not reports[-1].is_done:
        reports.append(job.step())
    return reports


def _finish(job: ManifoldJob, folder: Path) -> Outcome:
    _run(job)
    (folder / "artifacts").mkdir(parents=True, exist_ok=True)
    return job.finish(folder / "artifacts")


@pytest.mark.parametrize(
    "asked",
    [
        {"calls": 30},
        # From the published start, by the published optimiser.
        {"start": "line", "method": "lbfgs", "calls": 12, "inner": 8, "sigma": 1.0, "seed": 2},
    ],
)
def test_a7_energy_falls_frames_space_out_and_the_inside_changes(
    asked: dict[str, object], tmp_path: Path
) -> None:
    bench, _ = manifold_bench(tmp_path)
    params = ManifoldParams.model_validate(TOY.model_dump() | asked)
    job, first = _job(params, bench), _job(params.model_copy(update={"calls": 1, "inner": 1}), bench)
    _run(job)
    _run(first)
    assert job.report is not None
    assert first.report is not None
    assert job.measured is not None
    assert job.energy_before is not None
    assert job.report.energy < 0.7 * job.energy_before
    sigma, c = job.measured.sigma, job.measured.c
    assert float(job.report.gaps.mean()) == pytest.approx(sigma, rel=0.1)
    assert float(job.report.gaps.std()) < 0.05 * sigma
    off = float((job.report.inside - c).abs().mean())
    assert off < 0.5 * float((first.report.inside - c).abs().mean())
    assert off < 0.1 * c
    assert job.report.near > 0.75


def test_a_run_of_ours_goes_back_and_on_where_a_loss_is_no_number(tmp_path: Path) -> None:
    bench, generator = manifold_bench(tmp_path)
    job = _job(TOY.model_copy(update={"calls": 30}), bench)
    while job.step().updates < 12:
        pass
    generator.breaks_after = len(generator.batches)
    while job.step().updates < 13:
        pass
    generator.breaks_after = None
    outcome = _finish(job, tmp_path / "0123456789ab")
    assert "ended early" not in outcome.facts
    assert outcome.facts["updates"] == "30"


def test_a9_latents_frames_animation_and_path_are_left(tmp_path: Path) -> None:
    bench, generator = manifold_bench(tmp_path)
    job = _job(TOY, bench)
    outcome = _finish(job, tmp_path / "0123456789ab")
    folder = tmp_path / "0123456789ab" / "artifacts"
    with np.load(folder / "chain.npz") as kept:
        assert kept["latents"].shape == (5, 8, 8)
        assert np.allclose(kept["latents"], kept["start"] + kept["displacements"], atol=1e-6)
        latents = torch.from_numpy(kept["latents"])
    with zipfile.ZipFile(folder / "frames.zip") as film:
        names = film.namelist()
        assert names == sorted(names)
        frames = [np.asarray(Image.open(film.open(name))) for name in names]
    assert len(frames) == 5
    # One noise for all: each frame is its latent drawn with the maps of the picture's noise seed.
    drawn = to_uint8(synthesize(generator, latents, job.task.scene.noise)).numpy()
    assert np.abs(drawn.astype(int) - np.stack(frames).astype(int)).max() <= 1
    with Image.open(folder / "animation.webp") as movie:
        assert getattr(movie, "n_frames", 1) == 5
        assert movie.size == (SIDE, SIDE)
    path = (folder / "path-pca.svg").read_text()
    assert path.startswith("<svg")
    assert path.count("<circle") == 5 + 1
    assert (folder / "frames.csv").read_text().count("\n") == 6
    with Image.open(folder / "filmstrip.png") as strip:
        assert strip.size[0] > 5 * SIDE
    assert set(outcome.facts) >= {"inside", "outside", "pixels", "spacing", "energy", "updates"}


def test_the_result_is_a_walk_along_its_frames(tmp_path: Path) -> None:
    bench, generator = manifold_bench(tmp_path)
    mask = torch.zeros(SIDE, SIDE)
    mask[8:20, 8:24] = 1.0
    kept = put_mask(bench, mask)
    picture = PICTURE.model_copy(update={"masks": (Mask(name="mouth", image=kept),)})
    params = TOY.model_copy(update={"picture": picture, "mask": kept, "rectangle": None, "loss": None})
    job = _job(params, bench)
    outcome = _finish(job, tmp_path / "0123456789ab")
    assert outcome.walks == ("manifold-012345/1",)
    record = bench.shelf.get("toy", outcome.walks[0])
    assert (record.title, record.method, record.unit) == ("Mouth, 5 frames", "manifold", "frames")
    assert (record.low, record.high, record.furthest, record.layers) == (0.0, 5.0, 5.0, (2, 6))
    assert record.settings["c"] > 0.0  # type: ignore[operator]  # a number, as written
    assert record.settings["mask"] == kept
    # As it was looked with, whether it was asked for or not.
    assert record.settings["loss"] == "l2"
    scene = job.task.scene
    last = synthesize(generator, record.walk.apply(scene.ws, 5.0), scene.noise)
    assert job.report is not None
    assert torch.equal(to_uint8(last)[0], job.report.frames[-1])


def test_a10_chains_of_two_masks_add_up_and_carry_over_to_another_picture(tmp_path: Path) -> None:
    bench, generator = manifold_bench(tmp_path)
    records = []
    for number, place in enumerate(((4, 14, 4, 28), (18, 30, 4, 28))):
        params = TOY.model_copy(update={"rectangle": place, "layers": (2, 6) if number else (1, 4)})
        outcome = _finish(_job(params, bench), tmp_path / f"{number}123456789ab")
        records.append(bench.shelf.get("toy", outcome.walks[0]))
    both = add_chains([record.chain for record in records if record.chain is not None])
    ws = generator.mapping(torch.ones(1, 8))[:, None].repeat(1, 8, 1)
    one_after_the_other = records[1].walk.apply(records[0].walk.apply(ws, 3.0), 3.0)
    assert torch.allclose(both.apply(ws, 3.0), one_after_the_other, atol=1e-6)
    assert torch.equal(both.apply(ws, 0.0), ws)
    assert not torch.equal(both.apply(ws, 3.0), ws)


def test_a10_a_growing_chain_starts_at_the_picture(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    job = _job(TOY.model_copy(update={"offsets": "growing", "frames": 6, "calls": 20}), bench)
    _run(job)
    assert job.report is not None
    assert job.report.offsets.tolist() == sorted(job.report.offsets.tolist())
    assert float(job.report.inside[0]) < 0.2 * float(job.report.inside[-1])
    assert float((job.report.inside - job.report.offsets).abs().max()) < 0.25 * float(job.report.offsets[-1])


@pytest.mark.parametrize("offsets", ["constant", "growing"])
def test_a_pinned_chain_begins_with_the_picture_itself(offsets: str, tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    asked = {"is_pinned": True, "offsets": offsets, "frames": 14, "calls": 3}
    job = _job(ManifoldParams.model_validate(TOY.model_dump() | asked), bench)
    _run(job)
    assert job.chain is not None
    assert float(job.chain[0].abs().max()) == 0.0
    assert float(job.chain[1].abs().max()) > 0.0
    assert job.report is not None
    assert float(job.report.inside[0]) < 1e-9  # drawn in another batch, its last bits may differ


def test_a11_losses_preview_and_progress_are_told(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    job = _job(TOY.model_copy(update={"frames": 26, "calls": 4}), bench)
    assert job.preview() is None
    reports, shown = [job.step()], 0
    while not reports[-1].is_done:
        reports.append(job.step())
        strip = job.preview()
        if strip is not None:
            assert strip[0].shape == (strip[1], 3, SIDE, SIDE)
            shown = strip[1]
    assert shown == 10
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert max(b - a for a, b in pairwise(fractions)) < 0.1
    assert set(reports[-1].losses) == {"total", "L_in", "L_out", "spring", "stiffener"}
    labels = list(dict.fromkeys(report.label for report in reports))
    assert labels == [
        "Looking what can change there", "Pulling 7 frames", "Pulling 13 frames", "Pulling 26 frames",
        "Drawing the frames", "Done",
    ]  # fmt: skip
    assert reports[-1].updates == 8 + 4 + 4


@pytest.mark.parametrize("stop", [0, 5, 150, 175, 200, 10_000])
@pytest.mark.parametrize("method", ["adam", "lbfgs"])
def test_resumed_equals_unbroken_bit_for_bit(stop: int, method: str, tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    params = TOY.model_copy(update={"frames": 14, "calls": 3, "method": method, "is_pinned": True})
    unbroken = _job(params, bench)
    _run(unbroken)
    job = _job(params, bench)
    steps, is_done = 0, False
    while not is_done and (steps < stop or not job.is_at_rest):
        is_done = job.step().is_done
        steps += 1
    save_checkpoint(tmp_path / "checkpoint", job.state_dict())
    again = _job(params, bench)
    again.load_state_dict(load_checkpoint(tmp_path / "checkpoint"))
    outcome = _finish(again, tmp_path / "0123456789ab")
    assert unbroken.chain is not None
    assert again.chain is not None
    assert torch.equal(again.chain, unbroken.chain)
    assert unbroken.report is not None
    assert outcome.facts["energy"].startswith(f"{unbroken.report.energy:.4g}")
    assert outcome.facts["updates"] == str(6 + 3)


def test_killed_between_the_last_step_and_the_end_it_leaves_the_same(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    job = _job(TOY, bench)
    first = _finish(job, tmp_path / "0123456789ab")
    save_checkpoint(tmp_path / "checkpoint", job.state_dict())
    again = _job(TOY, bench)
    again.load_state_dict(load_checkpoint(tmp_path / "checkpoint"))
    second = again.finish(tmp_path / "0123456789ab" / "artifacts")
    assert second == first


def test_a_mask_of_another_size_is_resized_and_said(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    mask = torch.zeros(2 * SIDE, 4 * SIDE)
    mask[16:40, 32:96] = 1.0
    params = TOY.model_copy(update={"mask": put_mask(bench, mask), "rectangle": None, "calls": 1})
    job = _job(params, bench)
    assert job.task.mask.shape == (SIDE, SIDE)
    assert float(job.task.mask[8:20, 8:24].min()) == 1.0
    assert float(job.task.mask.sum()) == 12 * 16
    assert _finish(job, tmp_path / "0123456789ab").facts["mask"] == "resized from 128 x 64 to 32 x 32 px"


def test_more_change_than_there_can_be_is_refused(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    job = _job(TOY.model_copy(update={"c": 900.0}), bench)
    with pytest.raises(InvalidParams, match=r"parameter c .* at most, along the directions that were tried"):
        _run(job)


def test_a_state_of_other_weights_is_refused(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    state = _job(TOY, bench).state_dict()
    with pytest.raises(ValueError, match="other weights"):
        _job(TOY, bench).load_state_dict({**state, "generator": "0" * 64})
