"""Sheets with names: every picture lies in the line of its name, nothing is cut off."""

import numpy as np
import torch

from wend.imaging.labelled_sheet import GAP, PAPER, labelled_sheet


def test_pictures_stand_behind_their_names() -> None:
    # Three pictures of each of two names: red, then blue.
    red, blue = torch.tensor([1.0, -1.0, -1.0]), torch.tensor([-1.0, -1.0, 1.0])
    images = torch.stack([red] * 3 + [blue] * 3)[:, :, None, None].expand(-1, -1, 20, 20)
    page = np.asarray(labelled_sheet(images, ("a", "somebody"), columns=2))
    # Two lines for each name, the second of them half full.
    assert page.shape[0] == 4 * (20 + GAP) + GAP
    left = page.shape[1] - 2 * (20 + GAP)
    assert page[GAP + 10, left + 10].tolist() == [255, 0, 0]
    assert page[GAP + 32, left + 10].tolist() == [255, 0, 0]
    assert page[GAP + 32, left + 32].tolist() == list(PAPER)
    assert page[2 * 22 + 12, left + 32].tolist() == [0, 0, 255]
    names = page[:, : left - 2]
    assert names[:44].min() < 128
    assert names[44:].min() < 128
    # The longer name has ink further left, and none at the very edge.
    ink = [np.where(part.min(axis=(0, 2)) < 128)[0].min() for part in (names[:44], names[44:])]
    assert 0 < ink[1] < ink[0]
