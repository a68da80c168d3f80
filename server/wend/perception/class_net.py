"""A small network that says which of a world's classes a picture is of."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.errors import InvalidInput
from wend.perception.sizes import check_images, resize

SIDE = 64


class ClassNet(nn.Module):
    """Four convolutions and a linear layer at 64 px; about 4 M multiplications a picture.

    Pixels enter as 2 x 2 patches. Small on purpose: what tells the classes apart is costume and ground.
    """

    def __init__(self, labels: tuple[str, ...]) -> None:
        super().__init__()
        self.labels = labels
        self.look = nn.Sequential(
            nn.Conv2d(12, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 48, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(48, 64, 3, padding=1), nn.ReLU(), nn.Flatten(),
        )  # fmt: skip
        self.head = nn.Linear(64 * 16, len(labels))
        for module in self.look:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward(self, images: Tensor) -> Tensor:
        """Images float32 [N, 3, H, W] in [-1, 1] of any size to logits [N, K]. Raises: InvalidShape."""
        check_images(images)
        logits: Tensor = self.head(self.look(F.pixel_unshuffle(resize(images, SIDE, SIDE), 2)))
        return logits

    def chances(self, images: Tensor) -> Tensor:
        """Images float32 [N, 3, H, W] in [-1, 1] to float32 [N, K], rows summing to 1; differentiable."""
        return torch.softmax(self(images).float(), dim=1)


def build_class_net(labels: tuple[str, ...]) -> ClassNet:
    """Raises: InvalidInput for fewer than two classes."""
    if len(labels) < 2:
        raise InvalidInput(f"A network that tells classes needs two or more, not {len(labels)}.")
    return ClassNet(labels)
