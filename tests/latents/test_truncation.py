"""Owner of truncation: psi 1 changes no bit, psi 0 is the average, the cutoff spares fine rows."""

import torch

from wend.latents.truncation import truncate

WS = torch.randn(2, 6, 4, generator=torch.Generator().manual_seed(0))
AVG = torch.tensor([0.5, -1.0, 2.0, 0.0])


def test_psi_one_keeps_every_bit() -> None:
    assert torch.equal(truncate(WS, AVG, 1.0, None).view(torch.int32), WS.view(torch.int32))


def test_psi_zero_is_the_average() -> None:
    assert torch.equal(truncate(WS, AVG, 0.0, None), AVG.expand(2, 6, 4))


def test_known_value() -> None:
    # w_avg + psi (w - w_avg), Karras et al. 2019, appendix B.
    ws = torch.full((1, 1, 4), 3.0)
    expected = torch.tensor([[[1.75, -0.0, 2.5, 1.5]]])
    assert torch.allclose(truncate(ws, torch.tensor([0.5, -3.0, 2.0, 0.0]), 0.5, None), expected)


def test_cutoff_spares_the_rows_above() -> None:
    cut = truncate(WS, AVG, 0.3, 2)
    assert torch.equal(cut[:, 2:], WS[:, 2:])
    assert torch.equal(cut[:, :2], truncate(WS, AVG, 0.3, None)[:, :2])
    assert torch.equal(truncate(WS, AVG, 0.3, 6), truncate(WS, AVG, 0.3, None))
    assert torch.equal(truncate(WS, AVG, 0.3, 0), WS)


def test_the_input_is_left_alone() -> None:
    before = WS.clone()
    truncate(WS, AVG, 0.3, 2)
    assert torch.equal(WS, before)
