"""Parts of `wend bench big` without jobs: the file, its import, its components, and the first walks."""

import os
import time
from pathlib import Path

import torch

from wend.cli.bench.generator import random_generator
from wend.cli.bench.nvidia_file import snapshot
from wend.cli.bench.statistics import percentiles
from wend.cli.foreign import open_sandbox
from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Config
from wend.jobs.bench import open_process_bench, open_workbench
from wend.latents.factor import KNOTS, FactorWalk, MonotoneCurve
from wend.library.card import CARD_FILE, WorldSection, write_card
from wend.library.factor_record import Factor
from wend.library.imports import import_file
from wend.library.walk_record import WalkRecord
from wend.measure.slices import finish
from wend.methods.discover.ganspace import WSample, principal_axes
from wend.methods.discover.job import DiscoverWalks
from wend.methods.process_bench import ProcessBench
from wend.settings import Settings

MODEL = "config-f"
FAMILY = "pca-bench"
WORLD = "portraits"
FACTOR = "factor-bench/shift_x"
FACTOR_SLOPE = 0.07
"""Of width, a standard deviation of z."""
CONFIG_F_1024 = StyleGAN2Config(
    resolution=1024,
    z_dim=512,
    w_dim=512,
    mapping_layers=8,
    channel_base=32768,
    channel_max=512,
    conv_clamp=256.0,
)
_AXES = 10
_LOOK_S = 90.0


def open_settings(folder: Path) -> Settings:
    """Those of the environment, with everything kept in `folder`."""
    return Settings.load(os.environ, {"data_dir": folder / "data"})


def open_bench(folder: Path) -> ProcessBench:
    """As a server on this machine has it."""
    return open_process_bench(open_settings(folder))


def write_file(folder: Path, config: StyleGAN2Config = CONFIG_F_1024) -> dict[str, object]:
    """Random weights, generator and discriminator, in NVIDIA's layout."""
    generator = random_generator(config)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        judge = Discriminator(config).eval().requires_grad_(False)
    data = snapshot(generator, judge)
    (folder / f"{MODEL}.pkl").write_bytes(data)
    return {
        "bytes": len(data),
        "generator_parameters": sum(p.numel() for p in generator.parameters()),
        "discriminator_parameters": sum(p.numel() for p in judge.parameters()),
    }


def import_model(folder: Path) -> dict[str, object]:
    """In the confined process, as a dropped file. Then its card names a world, as no foreign file's does:
    jobs that hold pictures against a world's, or look through its networks, can be measured too."""
    settings = open_settings(folder)
    with open_sandbox(settings) as sandbox:
        model = import_file(sandbox, folder / f"{MODEL}.pkl", settings.data_dir / "models", MODEL)
    write_card(model.folder / CARD_FILE, model.card.model_copy(update={"world": WorldSection(name=WORLD)}))
    return {"num_ws": model.card.num_ws, "resolution": model.card.resolution}


def add_components(folder: Path) -> dict[str, object]:
    """The first principal components of 20 000 w on the shelf, and a factor made by hand, of no meaning."""
    bench = open_bench(folder)
    generator = open_workbench(bench, MODEL).generator
    card = bench.shelf.store.get(MODEL).card
    with torch.no_grad():
        began = time.perf_counter()
        sample = WSample(generator)
        finish(sample.gather())
        axes = principal_axes(sample.covariance, _AXES)
        seconds = time.perf_counter() - began
    records = [
        WalkRecord(
            id=f"{FAMILY}/{index}", title=f"Component {index + 1}", method="pca", space="w", unit="sd",
            layers=(0, card.num_ws), low=-2.0, high=2.0, psi=card.psi, strength=0.0,
            generator_hash=card.hash, vector=axis.vector.float(), unit_length=axis.sd, settings={"bench": 1},
        )
        for index, axis in enumerate(axes)
    ]  # fmt: skip
    bench.shelf.save(card.hash, FAMILY, records)
    line = torch.zeros(card.z_dim)
    line[0] = 1.0
    curve = MonotoneCurve(torch.full((KNOTS,), FACTOR_SLOPE), 0.0)
    walk = FactorWalk.in_z(line, curve, (-2.5, 2.5))
    factor = WalkRecord(
        id=FACTOR, title="By hand", method="factor", space="z", unit="of width",
        layers=(0, card.num_ws), low=-3.0 * FACTOR_SLOPE, high=3.0 * FACTOR_SLOPE, psi=card.psi, strength=0.1,
        generator_hash=card.hash, vector=torch.zeros(0), unit_length=0.0, settings={"edit": "shift_x"},
        factor=Factor(walk, "shift_x", "zero", 0.01, 40, 4, None),
    )  # fmt: skip
    bench.shelf.save(card.hash, FACTOR.partition("/")[0], [factor])
    return {"samples": sample.count, "axes": len(axes), "found_in_s": round(seconds, 2)}


def look_for_walks(folder: Path) -> dict[str, object]:
    """What the page does by itself when a model is opened: a part of it, and how long all may take."""
    bench = open_bench(folder)
    workbench = open_workbench(bench, MODEL)
    work = DiscoverWalks(MODEL, workbench.generator, bench.shelf, bench.perception)
    slices: list[float] = []
    began = time.perf_counter()
    while time.perf_counter() - began < _LOOK_S:
        before = time.perf_counter()
        is_over = work.run_slice()
        slices.append(1e3 * (time.perf_counter() - before))
        if is_over:
            break
    taken = time.perf_counter() - began
    done = work.fraction
    work.stop()
    left = None if done == 0.0 else round(taken / done)
    return {"fraction": round(done, 4), "all_in_s": left, "slice_ms": percentiles(slices)}
