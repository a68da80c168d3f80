"""A digits' DCGAN small enough to train in a test, and a widening of it."""

from dataclasses import asdict
from pathlib import Path

import torch

from wend.generators.dcgan import DCGANConfig, DCGANDiscriminator, DCGANGenerator
from wend.library.card import WorldSection
from wend.library.models import Model
from wend.library.publish import CardText, publish_model
from wend.methods.edits.catalog import EDITS
from wend.methods.reals import Reals
from wend.methods.widen.objective import Widening
from wend.methods.widen.plan import WideningPlan
from wend.worlds.digits import CLASSES, Digits

SMALL = DCGANConfig(resolution=16, z_dim=6, dense=12, maps=6, discriminator_maps=4)
REALS = Reals.of_world(Digits(), 24, 1, 16)


def small_widening(plan: WideningPlan) -> Widening:
    """Always from the same start."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator, discriminator = DCGANGenerator(SMALL, CLASSES), DCGANDiscriminator(SMALL)
    return Widening(generator, discriminator, REALS, EDITS["rotate2d"], plan)


def publish_small(folder: Path, has_judge: bool = True) -> Model:
    """The untrained pair as a model of the digits world."""
    work = small_widening(WideningPlan())
    text = CardText(
        "Small digits",
        "Untrained.",
        "MIT",
        "dcgan",
        asdict(SMALL),
        CLASSES,
        1.0,
        world=WorldSection(name="digits"),
    )
    judge = work.discriminator.state_dict() if has_judge else None
    return publish_model(folder, text, work.network.state_dict(), judge, None, None)
