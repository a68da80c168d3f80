"""Regressors of heads: what reads every factor of a picture, at a glance and then at the face."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from torch import Tensor, nn

from wend.errors import InvalidInput
from wend.perception.alignment import POSE, Pose, cut_out, has_pose
from wend.perception.factor_code import FactorCode
from wend.perception.network import Attribute, Choice, Measurement
from wend.perception.sizes import check_images

GLANCE_SIDE = 64


class HeadRegressor(nn.Module, ABC):
    """What the regressors share: a glance at the whole, a look at the face it found, decoding in float32."""

    side: int
    reach: float

    def __init__(self, factor_code: FactorCode) -> None:
        super().__init__()
        if not has_pose(factor_code):
            raise InvalidInput(f"These regressors look at heads: they need the factors {', '.join(POSE)}.")
        self.factor_code = factor_code

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return self.factor_code.attributes

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.factor_code.choices

    def measure(self, images: Tensor) -> Measurement:
        """Images float32 [N, 3, H, W] in [-1, 1] to factors in their units. Raises: InvalidShape."""
        check_images(images)
        return self.factor_code.decode(self.stages(images)[-1].float())

    @abstractmethod
    def stages(self, images: Tensor, pose: Pose | None = None) -> Sequence[Tensor]:
        """Images [N, 3, H, W] to raw numbers [N, width]: at a glance, then the answer.

        pose: where the heads are, told to a learner; None: as seen at a glance.
        """

    def place(self, raw: Tensor, pose: Pose | None) -> Pose:
        """Where the face is said or guessed to be. While learning, a guess learns from itself alone."""
        if pose is not None:
            return pose
        guess = raw.detach() if self.training else raw
        return Pose.of(self.factor_code.decode(guess.float()).values)

    def face(self, images: Tensor, raw: Tensor, pose: Pose | None) -> Tensor:
        """The face, cut out where it is said or guessed to be."""
        return cut_out(images, self.place(raw, pose), self.side, self.reach)
