"""TorchScript networks: the file brings its own program, so a user switches them on first.

A program answers with one tensor; what it must hold for each role stands in the table of `ANSWERS`.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import read_bytes, sniff
from wend.perception.network import Attribute, Boxes, Choice, Measurement, Role
from wend.perception.plug_in import PlugIn
from wend.perception.preprocess import Preprocess
from wend.perception.resnet import described, measurement
from wend.perception.sizes import check_images, resize

SWITCH = "allow_torchscript"
ANSWERS: Mapping[Role, str] = {
    "factors": "[N, A + all K]: a number per name, then the logits of each choice",
    "labels": "[N, K, h, w]: logits",
    "lines": "[N, 1, h, w]: 0 paper to 1 ink",
    "features": "[N, F], or [N, C, h, w] whose spatial mean is the vector",
    "classes": "[N, K]: logits",
    "landmarks": "[N, P, 2]: (x, y) in shares of the side",
    "detector": "[N, 5]: left, top, right, bottom in shares of the side, score",
    "saliency": "[N, 1, h, w]: 0..1",
}
_AXES: Mapping[Role, tuple[int, ...]] = {
    "factors": (2,), "labels": (4,), "lines": (4,), "features": (2, 4),
    "classes": (2,), "landmarks": (3,), "detector": (2,), "saliency": (4,),
}  # fmt: skip


class Scripted(nn.Module):
    """Any role, by the shape of the program's answer. `role` says which of the methods below is meant."""

    def __init__(
        self,
        program: nn.Module,
        role: Role,
        names: tuple[str, ...],
        preprocess: Preprocess,
        factors: tuple[tuple[Attribute, ...], tuple[Choice, ...], bool],
        file_name: str,
    ) -> None:
        super().__init__()
        self.program: Any = program  # its answer is the file's business, checked below
        self.role, self.names, self.preprocess, self.file_name = role, names, preprocess, file_name
        self.attributes, self.choices, self.squashed = factors

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names

    @property
    def points(self) -> tuple[str, ...]:
        return self.names

    def measure(self, images: Tensor) -> Measurement:
        return measurement(self._answer(images), self.attributes, self.choices, squashed=self.squashed)

    def logits(self, images: Tensor) -> Tensor:
        return resize(self._answer(images), *images.shape[-2:])

    def draw(self, images: Tensor) -> Tensor:
        return resize(self._answer(images), *images.shape[-2:])

    def salience(self, images: Tensor) -> Tensor:
        return resize(self._answer(images), *images.shape[-2:])

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        answer = self._answer(images)
        return (answer if answer.ndim == 4 else answer[:, :, None, None],)

    def vector(self, images: Tensor) -> Tensor:
        return self.maps(images)[0].mean((2, 3))

    def chances(self, images: Tensor) -> Tensor:
        return self._answer(images).softmax(1)

    def locate(self, images: Tensor) -> Tensor:
        return self._answer(images)

    def detect(self, images: Tensor) -> Boxes:
        answer = self._answer(images)
        if answer.shape[1] != 5:
            raise WeightsInvalid(
                self.file_name, f"its program answers {tuple(answer.shape)}, expected [N, 5]"
            )
        return Boxes(answer[:, :4], answer[:, 4])

    def _answer(self, images: Tensor) -> Tensor:
        """Raises: InvalidShape; WeightsInvalid for a program that fails or answers something else."""
        check_images(images)
        try:
            answer: object = self.program(self.preprocess.apply(images))
        except RuntimeError as error:
            raise WeightsInvalid(self.file_name, f"its program failed ({_last_line(error)})") from error
        if not isinstance(answer, Tensor) or answer.ndim not in _AXES[self.role]:
            what = str(tuple(answer.shape)) if isinstance(answer, Tensor) else type(answer).__name__
            raise WeightsInvalid(
                self.file_name, f"its program answers {what}; for {self.role} it must be {ANSWERS[self.role]}"
            )
        return answer.float()


def read_torchscript(plug_in: PlugIn) -> Scripted:
    """Kind 'torchscript', any role, behind the setting `allow_torchscript`.

    Factors are described as for kind 'resnet' (units, low, high, choices, output).
    """
    factors: tuple[tuple[Attribute, ...], tuple[Choice, ...], bool] = ((), (), False)
    if plug_in.role == "factors":
        plug_in.known_keys("units", "low", "high", "choices", "output")
        factors = described(plug_in, None)
    else:
        plug_in.known_keys()
    if not plug_in.trust.allow_torchscript:
        raise WeightsInvalid(
            plug_in.file_name,
            f"it is a TorchScript program, which would run as its author wrote it; if you trust it, set"
            f" {SWITCH} (WEND_{SWITCH.upper()}=true)",
        )
    content = read_bytes(plug_in.path, max_bytes=plug_in.trust.max_weights_bytes, sha256=plug_in.sha256)
    if sniff(content) != "torchscript":
        raise WeightsInvalid(plug_in.file_name, "it is no TorchScript archive")
    try:
        program: nn.Module = torch.jit.load(io.BytesIO(content), map_location="cpu")
    except RuntimeError as error:
        raise WeightsInvalid(plug_in.file_name, f"it is damaged ({_last_line(error)})") from error
    preprocess = plug_in.preprocessing(Preprocess())
    return Scripted(program, plug_in.role, plug_in.names, preprocess, factors, plug_in.file_name)


def _last_line(error: Exception) -> str:
    return str(error).strip().splitlines()[-1]
