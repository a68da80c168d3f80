"""IoU on label maps small enough to count."""

import pytest
import torch

from wend.measure.segmentation import Confusion


def test_iou_by_hand() -> None:
    confusion = Confusion(("wall", "face", "hat"))
    truth = torch.tensor([[[0, 0, 1, 1]]])
    guess = torch.tensor([[[0, 1, 1, 1]]])
    confusion.add(truth, guess)
    score = confusion.score()
    assert score.iou == {"wall": 0.5, "face": pytest.approx(2.0 / 3.0)}  # a hat is nowhere
    assert score.share == {"wall": 0.5, "face": 0.5, "hat": 0.0}


def test_pixels_of_all_batches_count_together() -> None:
    confusion = Confusion(("a", "b"))
    confusion.add(torch.tensor([0, 0, 0]), torch.tensor([0, 0, 0]))
    confusion.add(torch.tensor([1]), torch.tensor([0]))
    assert confusion.score().iou == {"a": 0.75, "b": 0.0}


def test_large_and_small_labels_are_told_by_their_share() -> None:
    confusion = Confusion(("large", "small", "tiny"))
    truth = torch.tensor([0] * 9940 + [1] * 50 + [2] * 10)
    guess = truth.clone()
    guess[9940:9965] = 0  # half of the small one is missed
    confusion.add(truth, guess)
    score = confusion.score()
    assert score.miou_large == pytest.approx(9940 / 9965)
    assert score.miou_small == pytest.approx(0.5)
    assert score.iou["tiny"] == 1.0


def test_no_label_of_a_size_gives_none() -> None:
    confusion = Confusion(("only",))
    confusion.add(torch.zeros(4), torch.zeros(4))
    assert confusion.score().miou_small is None
