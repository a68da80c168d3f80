"""Precision: which number format live frames are computed in, by measured speed and error."""

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from wend.errors import EngineError
from wend.generators.generator import Generator, synthesize
from wend.generators.live_stylegan2 import LEAST_SIDE, LiveStyleGAN2
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.latents.seed import noise_map, z_of_seed
from wend.pictures.final import exact_arithmetic

Precision = Literal["float32", "bfloat16", "float16"]

DTYPES: dict[Precision, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
WORTH = 0.9  # half precision must take at most this share of float32's time
MAX_ERROR = 4.0  # 8-bit steps: what the eye does not see in a moving picture
SEEDS = range(6)
BUDGET_S = 0.4  # of measuring, once two seeds are through


@dataclass(frozen=True)
class LiveMode:
    """How live frames of one model are computed on this machine.

    max_error: largest difference to float32 over the measured seeds, in 8-bit steps (0 in float32);
    full_ms and live_ms: best time of one full forward in float32 and in `precision`; tried: the other
    format that was measured, with its time and error, or why it could not be.
    """

    precision: Precision
    max_error: float
    full_ms: float
    live_ms: float
    tried: str

    @property
    def dtype(self) -> torch.dtype:
        return DTYPES[self.precision]


def with_precision(generator: Generator, dtype: torch.dtype) -> Generator:
    """A copy whose convolution weights are stored in `dtype`; every other tensor is shared.

    Styles, demodulation and the sum of RGB stay float32. Measured beside autocast on one core with
    portraits-64: 8.4 instead of 12.3 ms, and half the error, since nothing is cast per call.
    """
    if not isinstance(generator, nn.Module):
        return generator
    tensors = [*generator.parameters(), *generator.buffers()]
    kernels = {id(p) for p in generator.parameters() if p.dim() == 4}
    shared = {id(t): t for t in tensors if id(t) not in kernels}
    twin = copy.deepcopy(generator, shared)
    for parameter in twin.parameters():
        if parameter.dim() == 4:
            parameter.data = parameter.data.to(dtype, memory_format=torch.channels_last)
    return twin


def live_twins(generator: Generator, dtype: torch.dtype) -> tuple[Callable[[], Generator], ...]:
    """Ways to make a copy for live frames in half precision, the quickest first."""
    is_large = generator.spec.resolution >= LEAST_SIDE
    if not (isinstance(generator, StyleGAN2Generator) and generator.device.type == "cpu" and is_large):
        return (lambda: with_precision(generator, dtype),)
    return (
        lambda: LiveStyleGAN2(generator, dtype, is_tiled=True),
        lambda: LiveStyleGAN2(generator, dtype, is_tiled=False),
    )


def owned_bytes(twin: Generator, original: Generator) -> int:
    """Memory of the tensors that the copy does not share with the original."""
    if not isinstance(twin, nn.Module) or not isinstance(original, nn.Module):
        return 0
    known = {t.data_ptr() for t in [*original.parameters(), *original.buffers()]}
    return sum(
        t.numel() * t.element_size()
        for t in [*twin.parameters(), *twin.buffers()]
        if t.data_ptr() not in known
    )


def choose_live(generator: Generator) -> tuple[Generator, LiveMode]:
    """The generator for live frames and how it was chosen, in about half a second, or a few pictures' time.

    Half precision is taken where one forward is at least 10 % faster than float32 and no pixel of the
    measured seeds is more than 4/255 off, in the first of its forms of which that holds; else live frames
    are float32 too.
    """
    half: Precision = "bfloat16" if generator.device.type == "cpu" else "float16"
    trial = _Trial(generator, DTYPES[half])
    said: list[str] = []
    for make in live_twins(generator, DTYPES[half]):
        try:
            twin = make()
            if owned_bytes(twin, generator) == 0:
                trial.measure_exact()
                said.append("it has no convolutions")
                break
            live_ms, error = trial.measure(twin)
        except (RuntimeError, NotImplementedError) as refusal:
            # torch has no kernel for this format here; an exhausted or failing device shows again in float32.
            if math.isinf(trial.full_ms):
                raise
            said.append(f"{half} is not possible: {str(refusal).splitlines()[0]}")
            break
        said.append(f"{half}: {live_ms:.1f} ms instead of {trial.full_ms:.1f}, error {error:.1f}/255")
        if live_ms <= WORTH * trial.full_ms and error < MAX_ERROR:
            return twin, LiveMode(half, error, trial.full_ms, live_ms, "; ".join(said))
    return generator, LiveMode("float32", 0.0, trial.full_ms, trial.full_ms, "; ".join(said))


def check_alike(generator: Generator, on_cpu: Generator) -> None:
    """Whether a device draws what the CPU draws, as far as an eye can see: for one that nobody has tried.

    Raises: EngineError.
    """
    twins = (_timed(each, *_sample(each, 0), torch.float32)[0] for each in (generator, on_cpu))
    apart = _steps_apart(*(image.cpu() for image in twins))
    if not apart < MAX_ERROR:
        raise EngineError(
            f"The device {generator.device} draws another picture than the CPU: {apart:.1f} of 255 apart."
        )


class _Trial:
    """A generator beside its twins: the same seeds in float32, drawn once, with the best time of one."""

    def __init__(self, generator: Generator, dtype: torch.dtype) -> None:
        self._generator, self._dtype = generator, dtype
        self._exact: list[Tensor] = []
        self.full_ms = math.inf

    def measure_exact(self) -> None:
        """Draw the next seed."""
        ws, noise = _sample(self._generator, len(self._exact))
        image, full_ms = _timed(self._generator, ws, noise, torch.float32)
        self._exact.append(image)
        self.full_ms = min(self.full_ms, full_ms)

    def measure(self, twin: Generator) -> tuple[float, float]:
        """Best time in ms, largest error in 8-bit steps. Raises: RuntimeError, NotImplementedError."""
        started = time.perf_counter()
        live_ms, error = math.inf, 0.0
        for seed in SEEDS:
            if seed == len(self._exact):
                self.measure_exact()
            ws, noise = _sample(self._generator, seed)
            quick, quick_ms = _timed(twin, ws, noise, self._dtype)
            live_ms = min(live_ms, quick_ms)
            error = max(error, _steps_apart(self._exact[seed], quick))
            if seed > 0 and time.perf_counter() - started > BUDGET_S:
                break
        return live_ms, error


def _sample(generator: Generator, seed: int) -> tuple[Tensor, list[Tensor | None]]:
    spec, device = generator.spec, generator.device
    c = torch.eye(spec.c_dim, device=device)[[seed % spec.c_dim]] if spec.c_dim else None
    w = generator.mapping(z_of_seed(seed, spec.z_dim).to(device), c)
    noise = [noise_map(0, row, n).to(device) if n else None for row, n in enumerate(spec.noise_sizes)]
    return w[:, None].expand(-1, spec.num_ws, -1), noise


def _timed(
    generator: Generator, ws: Tensor, noise: list[Tensor | None], dtype: torch.dtype
) -> tuple[Tensor, float]:
    started = time.perf_counter()
    with torch.inference_mode(), exact_arithmetic(generator.device):
        image = synthesize(generator, ws, noise, dtype)
    if generator.device.type == "cuda":
        torch.cuda.synchronize(generator.device)
    elif generator.device.type == "mps":
        torch.mps.synchronize()
    return image, (time.perf_counter() - started) * 1e3


def _steps_apart(exact: Tensor, quick: Tensor) -> float:
    if not bool(quick.isfinite().all()):
        return math.inf
    return float((exact.clamp(-1, 1) - quick.clamp(-1, 1)).abs().max()) * 127.5
