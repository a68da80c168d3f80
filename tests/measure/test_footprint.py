"""Footprints of walks whose effect is known: where the disc moves, which layers act, how far it goes."""

import torch

from tests.engine.library import ROWS, SIZE, WIDTH
from wend.generators.analytic import AnalyticGenerator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.latents.walk import Direction
from wend.measure.footprint import find_band, find_footprint, find_starts
from wend.measure.limits import fit_likeness
from wend.measure.probe import Probe
from wend.measure.slices import finish
from wend.worlds.disc import Disc


def disc(seeds: int = 6) -> Probe:
    return Probe(AnalyticGenerator(Disc(), 32), 0.7, list(range(seeds)))


def styled() -> Probe:
    config = StyleGAN2Config(
        resolution=SIZE, z_dim=WIDTH, w_dim=WIDTH, mapping_layers=2, channel_base=256, channel_max=16
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return Probe(StyleGAN2Generator(config).requires_grad_(False), 0.7, list(range(4)))


def test_the_disc_moves_where_it_is() -> None:
    probe = disc()
    x = Direction(torch.eye(probe.generator.spec.w_dim)[0], 1.0, "w", (0, 1))
    found = finish(find_footprint(probe, finish(find_starts(probe)), x, -2.0, 2.0))
    assert found.pictures == 6
    assert found.layers == (), "one row: there is nothing to tell apart"
    assert found.where.max() == 255
    corner, middle = found.where[:4, :4].mean(), found.where[8:24, 8:24].mean()
    assert corner < 0.2 * middle
    assert found.change < found.most <= 255.0


def test_layers_are_told_apart() -> None:
    probe = styled()
    # All of it in the third row, which must then be all there is.
    vector = torch.zeros(ROWS, WIDTH)
    vector[2] = torch.randn(WIDTH, generator=torch.Generator().manual_seed(0))
    walk = Direction(vector / vector.norm(), 1.0, "w", (0, ROWS))
    found = finish(find_footprint(probe, finish(find_starts(probe)), walk, -1.0, 4.0, (-1.0, 4.0)))
    assert len(found.layers) == ROWS
    assert found.layers[2] > 0.0
    assert [share for row, share in enumerate(found.layers) if row != 2] == [0.0] * (ROWS - 1)
    assert found.usable == (-1.0, 4.0)
    in_z = Direction(torch.eye(WIDTH)[0], 1.0, "z", (0, ROWS))
    assert finish(find_footprint(probe, finish(find_starts(probe)), in_z, -1.0, 1.0)).layers == ()


def test_a_band_ends_where_pictures_are_no_longer_the_generators_own() -> None:
    probe = disc(4)
    likeness = finish(fit_likeness(disc(120)))
    x = Direction(torch.eye(probe.generator.spec.w_dim)[0], 1.0, "w", (0, 1))
    low, high = finish(find_band(probe, likeness, x, -40.0, 0.0))
    assert -10.0 < low < 0.0, "ten standard deviations out the disc has left the picture"
    assert high == 0.0
    still = Direction(x.vector, 0.0, "w", (0, 1))
    assert finish(find_band(probe, likeness, still, -1.0, 2.0)) == (-1.5, 3.0), "half as far again"
