"""Owner of the choice of precision: taken only where measured faster and close enough."""

import time

import pytest
import torch
from torch import Tensor, nn

from tests.engine.conftest import Library
from wend.engine.precision import WORTH, check_alike, choose_live, owned_bytes, with_precision
from wend.errors import EngineError
from wend.generators.generator import GeneratorSpec, SynthesisState, synthesize
from wend.latents.seed import z_of_seed

FULL_S = 0.02


class Paced(nn.Module):
    """A real, if plain, generator whose half precision takes and costs what a test says."""

    w_avg: Tensor

    def __init__(self, half_s: float = 0.0, half_error: float = 0.0, refuses: bool = False) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.ones(3, 1, 1, 1), requires_grad=False)
        self.register_buffer("w_avg", torch.zeros(4))
        self.half_s, self.half_error, self.refuses = half_s, half_error, refuses
        self.shift = 0.0
        self.spec = GeneratorSpec(8, 4, 4, 1, ("draw",), (0,))

    @property
    def device(self) -> torch.device:
        return self.w_avg.device

    @property
    def size_bytes(self) -> int:
        return 28

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        return z

    def center(self, c: Tensor | None) -> Tensor:
        return self.w_avg[None]

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        return SynthesisState(0, torch.zeros(count, 1, 8, 8, dtype=dtype), None)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        is_half = state.x.dtype != torch.float32
        assert self.kernel.dtype == state.x.dtype
        if is_half and self.refuses:
            raise RuntimeError("not implemented for 'BFloat16'")
        time.sleep(self.half_s if is_half else FULL_S)
        rgb = nn.functional.conv2d(state.x, self.kernel).float() + self.shift
        return SynthesisState(1, state.x, rgb + (self.half_error / 127.5 if is_half else 0.0))

    def constant_noise(self) -> list[Tensor | None]:
        return [None]

    def style_matrices(self) -> list[Tensor]:
        return []


def test_faster_and_close_enough_is_taken() -> None:
    generator = Paced(half_s=0.002, half_error=3.0)
    live, mode = choose_live(generator)
    assert mode.precision == "bfloat16"
    assert mode.max_error == pytest.approx(3.0, abs=0.1)
    assert mode.live_ms <= WORTH * mode.full_ms
    assert live is not generator


@pytest.mark.parametrize(
    "generator",
    [Paced(half_s=3.0 * FULL_S), Paced(half_s=0.001, half_error=5.0), Paced(half_error=float("nan"))],
    ids=["slower", "too far off", "not finite"],
)
def test_otherwise_live_is_float32(generator: Paced) -> None:
    live, mode = choose_live(generator)
    assert live is generator
    assert (mode.precision, mode.max_error) == ("float32", 0.0)
    assert mode.live_ms == mode.full_ms
    assert "bfloat16: " in mode.tried


def test_a_missing_kernel_is_said() -> None:
    _, mode = choose_live(Paced(refuses=True))
    assert mode.precision == "float32"
    assert "not implemented" in mode.tried


def test_without_convolutions_nothing_is_tried() -> None:
    generator = Paced()
    generator.kernel = nn.Parameter(torch.ones(3, 1), requires_grad=False)
    generator.step = lambda state, w, noise: SynthesisState(1, state.x, torch.zeros(1, 3, 8, 8))  # type: ignore[method-assign]
    live, mode = choose_live(generator)
    assert live is generator
    assert mode.tried == "it has no convolutions"


def test_the_copy_shares_all_but_its_kernels(library: Library) -> None:
    generator = library[0].load("tiny", torch.device("cpu"))
    before = {name: p.clone() for name, p in generator.named_parameters()}  # type: ignore[attr-defined]  # a module
    twin = with_precision(generator, torch.bfloat16)
    kernels = sum(p.numel() for p in generator.parameters() if p.dim() == 4)  # type: ignore[attr-defined]  # a module
    assert owned_bytes(twin, generator) == 2 * kernels
    assert owned_bytes(generator, generator) == 0
    for name, parameter in generator.named_parameters():  # type: ignore[attr-defined]  # a module
        assert torch.equal(parameter, before[name])
    ws = generator.mapping(z_of_seed(0, 16))[:, None].expand(-1, 6, -1)
    error = (synthesize(twin, ws, None, torch.bfloat16) - synthesize(generator, ws, None)).abs().max()
    assert 0.0 < float(error) < 0.1


def test_a_device_that_draws_something_else_is_refused() -> None:
    """Apple's is held against the CPU whenever a model is loaded: nobody here has one."""
    network = Paced()
    check_alike(network, Paced())
    wrong = Paced()
    wrong.shift = 0.04
    with pytest.raises(EngineError, match=r"draws another picture than the CPU: 5\.1 of 255"):
        check_alike(wrong, network)
