"""Vanished eye: the segmenter that labels a photo and what was found of it, or why there is none."""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.errors import CardInvalid, InvalidInput, PerceptionNotFound, WeightsInvalid
from wend.methods.survey.eye import SurveyEye, open_eye
from wend.methods.vanished.labels import Vanished
from wend.methods.workbench import Workbench
from wend.perception.sizes import MIN_SIDE, resize


@dataclass(frozen=True)
class Labeller:
    """eye: None where nothing tells labels of the model's pictures; lack: why, as a sentence."""

    eye: SurveyEye | None
    device: torch.device
    lack: str = ""

    @property
    def segmenter(self) -> str:
        """SET/NETWORK, "" for none."""
        return "" if self.eye is None else self.eye.segmenter

    @torch.no_grad()
    def compare(self, photo: Tensor, found: Tensor) -> Vanished:
        """Of two images float32 [1, 3, H, W] in [-1, 1]; small ones are enlarged to what networks take."""
        if self.eye is None:
            return Vanished(None, (), "", self.lack)
        both = torch.cat([photo, found.clamp(-1.0, 1.0)]).to(self.device)
        side = max(MIN_SIDE, *both.shape[2:])
        labels = self.eye.labels.logits(resize(both, side, side)).argmax(dim=1)
        return Vanished(labels.short().cpu(), self.eye.names, self.segmenter)


def open_labeller(bench: Workbench, segmenter: str = "") -> Labeller:
    """segmenter: SET or SET/NETWORK; empty: the one that names the model, else that of the world on its card,
    and none where there is none, or a damaged one.

    Raises: PerceptionNotFound, WeightsInvalid, CardInvalid for one that was asked for and is not there.
    """
    card = bench.shelf.store.get(bench.model).card
    try:
        world = None if card.world is None else card.world.name
        eye = open_eye(bench.perception, segmenter, world, bench.device, card)
    except (CardInvalid, WeightsInvalid) as error:
        if segmenter:
            raise
        lack = f"Nothing tells which things are on the pictures. {error.sentence}"
        return Labeller(None, bench.device, lack)
    except (InvalidInput, PerceptionNotFound):
        if segmenter:
            raise
        lack = (
            f"There is no segmenter for the pictures of {card.title}: nothing tells which things are on "
            "them. Name a perception set as the segmenter."
        )
        return Labeller(None, bench.device, lack)
    return Labeller(eye, bench.device)
