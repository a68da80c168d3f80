"""`wend bench generator`: StyleGAN2 of 256 px as live frames are drawn, beside a textbook implementation."""

import os
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor

from wend.cli.bench.textbook import draw
from wend.engine.precision import choose_live
from wend.engine.settings import EngineSettings, thread_count
from wend.generators.generator import Generator, synthesize
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.latents.seed import noise_map, z_of_seeds
from wend.pictures.final import exact_arithmetic
from wend.settings import Settings

BATCHES = (1, 8)
CONTRAST = 0.5
"""Standard deviation of a picture of the measured network, of a range of -1 to 1, as photographs have."""
_NOISE = 0.1
_CONTRAST_SEEDS = (100, 101)

CONFIG_F = StyleGAN2Config(
    resolution=256, z_dim=512, w_dim=512, mapping_layers=8, channel_base=32768, channel_max=512
)


def measure_generator(rounds: int, config: StyleGAN2Config = CONFIG_F) -> dict[str, object]:
    """Median times of one forward, by turns so that both meet the same machine, and the largest and mean
    difference of pixels to the textbook's, in 8-bit steps.

    Ours: in the precision that `choose_live` takes here, whose own measured error is told too; `final`: as
    final frames are drawn. The weights are random: colours are scaled to the contrast of photographs, since
    as published they begin several times beyond what a screen shows, where most errors would be cut off.
    """
    settings = Settings.load(os.environ, {})
    threads = thread_count(EngineSettings(settings.device, None, settings.threads))
    torch.set_num_threads(threads)
    device = torch.device(settings.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    generator = random_generator(config).to(device)
    with torch.inference_mode():
        live, mode = choose_live(generator)
        rows = [_row(generator, live, mode.dtype, batch, rounds) for batch in BATCHES]
    return {
        "rows": rows,
        "precision": mode.precision,
        "tried": mode.tried,
        "policy_error": round(mode.max_error, 2),
        "parameters": sum(p.numel() for p in generator.parameters()),
        "resolution": config.resolution,
        "model": "random weights",
        "device": str(device),
        "threads": threads,
    }


def random_generator(config: StyleGAN2Config) -> StyleGAN2Generator:
    """Weights as before training, seed 0, with noise and with pictures of the wanted contrast."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator = StyleGAN2Generator(config).eval().requires_grad_(False)
    for name, parameter in generator.named_parameters():
        if name.endswith("noise_strength"):
            parameter.fill_(_NOISE)
    with torch.inference_mode():
        drawn = torch.cat([synthesize(generator, *_pictures(generator, [seed])) for seed in _CONTRAST_SEEDS])
    gain = CONTRAST / float(drawn.std())
    for index in range(len(config.block_resolutions)):
        generator.synthesis.block(index).torgb.weight.mul_(gain)
    return generator


def _row(
    exact: StyleGAN2Generator, live: Generator, dtype: torch.dtype, batch: int, rounds: int
) -> dict[str, object]:
    ws, noise = _pictures(exact, list(range(batch)))
    wanted, textbook_s = _timed(lambda: draw(exact, ws, noise), exact.device)
    found, live_s = _timed(lambda: synthesize(live, ws, noise, dtype), exact.device)
    final_s: list[float] = []
    textbook, ours = [textbook_s], [live_s]
    for _ in range(rounds):
        textbook.append(_timed(lambda: draw(exact, ws, noise), exact.device)[1])
        ours += [_timed(lambda: synthesize(live, ws, noise, dtype), exact.device)[1] for _ in range(2)]
        final_s.append(_timed(lambda: synthesize(exact, ws, noise), exact.device)[1])
    off = (found.clamp(-1, 1) - wanted.clamp(-1, 1)).abs() * 127.5
    times = {
        "textbook_ms": statistics.median(textbook[1:]),
        "live_ms": statistics.median(ours[1:]),
        "final_ms": statistics.median(final_s),
    }
    return {
        "batch": batch,
        **{name: round(1e3 * seconds, 1) for name, seconds in times.items()},
        "times_faster": round(times["textbook_ms"] / times["live_ms"], 2),
        "max_abs_error": round(float(off.max()), 2),
        "mean_abs_error": round(float(off.mean()), 3),
    }


def _timed(work: Callable[[], Tensor], device: torch.device) -> tuple[Tensor, float]:
    began = time.perf_counter()
    with exact_arithmetic(device):
        made = work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return made, time.perf_counter() - began


def _pictures(generator: StyleGAN2Generator, seeds: list[int]) -> tuple[Tensor, list[Tensor | None]]:
    """ws [N, L, D] at psi 1 and the noise maps of noise seed 0."""
    spec, device = generator.spec, generator.device
    w = generator.mapping(z_of_seeds(seeds, spec.z_dim).to(device))
    noise = [noise_map(0, row, n).to(device) if n else None for row, n in enumerate(spec.noise_sizes)]
    return w[:, None].expand(-1, spec.num_ws, -1), noise
