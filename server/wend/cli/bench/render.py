"""`wend bench render`: the renderer without server, in every precision, batch and reuse."""

import math
import os
import time
from typing import cast

import torch
from torch import Tensor

from wend.cli.bench.statistics import percentiles
from wend.engine.precision import DTYPES, Precision, choose_live, with_precision
from wend.engine.settings import EngineSettings, thread_count
from wend.generators.generator import Generator, SynthesisState, synthesize
from wend.latents.seed import noise_map, z_of_seeds
from wend.latents.truncation import truncate
from wend.library.models import ModelStore
from wend.settings import Settings

BATCHES = (1, 4)


def measure_render(repeats: int) -> dict[str, object]:
    """Median times of synthesis and its largest pixel difference to float32, full path, batch 1.

    `reuse_from` is the first style row run anew (null: all); rows before it come from a kept state.
    """
    settings = Settings.load(os.environ, {})
    threads = thread_count(EngineSettings(settings.device, None, settings.threads))
    torch.set_num_threads(threads)
    store = _open_store(settings)
    model_id = store.default
    device = torch.device(settings.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    generator = store.load(model_id, device)
    rows: list[dict[str, object]] = []
    late = math.ceil(generator.spec.num_ws * 2 / 3)
    starts = (None, late) if late < generator.spec.num_ws else (None,)
    with torch.inference_mode():
        _, live = choose_live(generator)
        half: Precision = "float16" if device.type == "cuda" else "bfloat16"
        for precision in ("float32", half):
            network = generator if precision == "float32" else with_precision(generator, DTYPES[precision])
            for batch in BATCHES:
                rows += [_row(generator, network, precision, batch, k, repeats) for k in starts]
    full = {(r["precision"], r["batch"]): _p50(r) for r in rows if r["reuse_from"] is None}
    for row in rows:
        row["share_of_full"] = round(_p50(row) / full[row["precision"], row["batch"]], 3)
    return {
        "rows": rows,
        "live_precision": live.precision,
        "model": model_id,
        "device": str(device),
        "threads": threads,
    }


def _p50(row: dict[str, object]) -> float:
    return cast("dict[str, float]", row["ms"])["p50"]


def measure_forward(model_id: str, precision: Precision, threads: int, repeats: int) -> dict[str, float]:
    """Times of one full synthesis alone, batch 1, in ms; as the server does it, nothing around it."""
    settings = Settings.load(os.environ, {})
    torch.set_num_threads(threads)
    device = torch.device(settings.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    exact = _open_store(settings).load(model_id, device)
    network = exact if precision == "float32" else choose_live(exact)[0]
    with torch.inference_mode():
        ms = _row(exact, network, precision, 1, None, repeats)["ms"]
    return cast("dict[str, float]", ms)


def _open_store(settings: Settings) -> ModelStore:
    return ModelStore(settings.model_roots, settings.default_model)


def _row(
    exact: Generator,
    network: Generator,
    precision: Precision,
    batch: int,
    reuse_from: int | None,
    repeats: int,
) -> dict[str, object]:
    dtype = DTYPES[precision]
    ws, noise = _pictures(exact, batch)
    state = None if reuse_from is None else _state_before(network, ws, noise, dtype, reuse_from)
    times: list[float] = []
    images = synthesize(network, ws, noise, dtype, state)
    for _ in range(repeats + 1):
        started = time.perf_counter()
        images = synthesize(network, ws, noise, dtype, state)
        if images.device.type == "cuda":
            torch.cuda.synchronize(images.device)
        times.append((time.perf_counter() - started) * 1e3)
    reference = torch.cat([synthesize(exact, ws[i : i + 1], noise) for i in range(batch)])
    error = float((images.clamp(-1, 1) - reference.clamp(-1, 1)).abs().max()) * 127.5
    measured = percentiles(times[1:])
    return {
        "precision": precision,
        "compiled": False,
        "batch": batch,
        "reuse_from": reuse_from,
        "ms": measured,
        "images_per_s": round(batch * 1e3 / measured["p50"], 1),
        "max_abs_error": round(error, 3),
    }


def _pictures(generator: Generator, batch: int) -> tuple[Tensor, list[Tensor | None]]:
    """ws [N, L, D] of seeds 0..N-1 at psi 0.8 and the noise maps of noise seed 0."""
    spec, device = generator.spec, generator.device
    c = torch.eye(spec.c_dim, device=device)[:1].expand(batch, -1) if spec.c_dim else None
    w = generator.mapping(z_of_seeds(list(range(batch)), spec.z_dim).to(device), c)
    ws = truncate(w[:, None].repeat(1, spec.num_ws, 1), generator.center(c), 0.8, None)
    noise = [noise_map(0, row, n).to(device) if n else None for row, n in enumerate(spec.noise_sizes)]
    return ws, noise


def _state_before(
    network: Generator, ws: Tensor, noise: list[Tensor | None], dtype: torch.dtype, row: int
) -> SynthesisState:
    state = network.start(len(ws), dtype)
    while state.row < row:
        state = network.step(state, ws[:, state.row], noise[state.row])
    return state
