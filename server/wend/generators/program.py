"""A generator that brings its own program: TorchScript, run as its author wrote it.

It is off until it is switched on, which only whoever trusts the file does. What is stored is the archive
itself, a number per byte, so that the model's hash is that of its program. z is all it reads.
"""

import copy
import io
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState

MAX_BYTES = 2**29


@dataclass(frozen=True)
class ProgramConfig:
    """size: of the archive in bytes; is_map: z goes in as [N, z_dim, 1, 1], else as [N, z_dim]."""

    size: int
    z_dim: int
    resolution: int
    image_channels: int = 3
    is_map: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MAX_BYTES or not 1 <= self.z_dim <= 2**16:
            raise ValueError("size and z_dim must be at least 1, and not beyond all bounds")
        if not 4 <= self.resolution <= 4096 or self.image_channels not in (1, 3):
            raise ValueError("resolution must be 4 to 4096, image_channels 1 or 3")


class ProgramGenerator(nn.Module):
    """The archive behind the generator protocol; it draws once it was switched on."""

    program: Tensor

    def __init__(self, config: ProgramConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("program", torch.zeros(config.size))
        # In a list, so that its weights are not taken for weights of the model's.
        self._running: list[Any] = []  # Any: its answer is the file's business, checked below
        self.spec = GeneratorSpec(
            resolution=config.resolution,
            z_dim=config.z_dim,
            w_dim=config.z_dim,
            num_ws=1,
            layer_names=("program",),
            noise_sizes=(0,),
            spaces=("z",),
            blends_in="z",
        )

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Another one that runs the same program."""
        made = type(self)(self.config)
        made.program = copy.deepcopy(self.program, memo)
        made._running = self._running
        return made

    def switch_on(self, device: torch.device) -> None:
        """From here on its program runs. Raises: RuntimeError for an archive that is none."""
        content = self.program.to(device="cpu", dtype=torch.uint8).numpy().tobytes()
        network = torch.jit.load(io.BytesIO(content), map_location=device)
        network.eval()
        for parameter in network.parameters():
            parameter.requires_grad_(False)
        self._running = [network]

    def draw(self, z: Tensor) -> Tensor:
        """z [N, z_dim] -> what the program answers to it. Raises: RuntimeError where it fails or is off."""
        if not self._running:
            raise RuntimeError("the program of this generator is switched off")
        answer: object = self._running[0](z[:, :, None, None] if self.config.is_map else z)
        config = self.config
        wanted = (len(z), config.image_channels, config.resolution, config.resolution)
        if not isinstance(answer, Tensor) or tuple(answer.shape) != wanted:
            what = str(tuple(answer.shape)) if isinstance(answer, Tensor) else type(answer).__name__
            raise RuntimeError(f"its program answers {what}, not {wanted}")
        return answer.float()

    @property
    def w_avg(self) -> Tensor:
        """The mean of z, zeros [z_dim]."""
        return torch.zeros(self.spec.z_dim, device=self.device)

    @property
    def device(self) -> torch.device:
        return self.program.device

    @property
    def size_bytes(self) -> int:
        return 2 * self.program.numel() * self.program.element_size()

    def center(self, c: Tensor | None) -> Tensor:  # noqa: ARG002 - it has no classes
        return self.w_avg[None]

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:  # noqa: ARG002 - it has no classes
        """z itself, [N, z_dim]."""
        return z.float()

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        """Nothing is known before row 0: a state without activations."""
        return SynthesisState(0, torch.zeros(count, 0, 1, 1, device=self.device, dtype=dtype), None)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:  # noqa: ARG002 - it has none
        """The whole program; grey pictures get three equal channels."""
        return SynthesisState(1, state.x, self.draw(w.float()).expand(-1, 3, -1, -1))

    def constant_noise(self) -> list[Tensor | None]:
        return [None]

    def style_matrices(self) -> list[Tensor]:
        """What its first layer reads of z is not known: every number of z alike, float32 [z_dim, z_dim]."""
        return [torch.eye(self.spec.z_dim, device=self.device)]
