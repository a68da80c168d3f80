"""Widening plan: all numbers of a training of generator and walk together.

Source: Jahanian, Chai and Isola, ICLR 2020, the digit experiment, in the form of the authors' released code.
"""

from dataclasses import dataclass
from typing import Literal

from wend.errors import InvalidInput

Precision = Literal["float32", "bfloat16"]
PUBLISHED_SHARE = (50_000 + 9_000) / 70_000
"""Of MNIST's 70 000 pictures, training and test ones together, those that are edited."""


@dataclass(frozen=True)
class WideningPlan:
    """Everything that fixes a widening. The defaults are the published ones.

    is_joint: walk and generator are trained together; else the generator alone, and then the walk on the
    frozen generator for `walk_updates`. reach: amounts are whole numbers from -reach to reach (for edits
    without whole strengths any between), in the edit's unit; scale: the amount that moves the code by the
    walk's vector once (published: 1, raw degrees).
    augment_share: of the real pictures, those that are edited; 0 for none.
    terms of A3: fake, steered (in both losses) and edit may be switched off each by itself, not all.
    warps_mask_twice: as the released script does by mistake, to compare numbers.

    What a style-based generator's own training has and the published one has not (0: without): r1_gamma, its
    discriminator's gradient penalty, every r1_every iterations on half a batch (Mescheder et al. 2018; lazy,
    Karras et al. 2020, appendix B); average_images, the half-life in pictures of a running average of weights
    and walk, which is what is published (Karras et al. 2018, section 5). walk_first: updates of the walk on
    the generator as it is, before the two are trained together: a walk that knows its way asks less of them.
    precision: of the activations of pictures in training, bfloat16 at half the time and three quarters of
    the memory of large ones (AVX-512, docs/benchmarks.md); weights, colours and losses are float32.
    """

    is_joint: bool = True
    iterations: int = 27_300
    batch: int = 64
    lr: float = 2e-4
    beta1: float = 0.5
    beta2: float = 0.999
    lr_walk: float = 2e-4
    generator_updates: int = 2
    reach: float = 20.0
    scale: float = 1.0
    augment_share: float = PUBLISHED_SHARE
    walk_updates: int = 2_000
    walk_batch: int = 10
    lr_frozen: float = 5e-3
    has_fake_term: bool = True
    has_steered_term: bool = True
    has_edit_term: bool = True
    warps_mask_twice: bool = False
    r1_gamma: float = 0.0
    r1_every: int = 16
    average_images: float = 0.0
    walk_first: int = 0
    precision: Precision = "float32"
    seed: int = 0

    def __post_init__(self) -> None:
        """Raises: InvalidInput where a generator in training would have no loss."""
        has_any = self.has_fake_term or (self.is_joint and (self.has_steered_term or self.has_edit_term))
        if self.iterations and not has_any:
            raise InvalidInput(
                "No term is left for the generator: training together needs at least one of fake, steered "
                "and edit, training the generator alone the fake one."
            )

    @property
    def together(self) -> range:
        """The iterations in which networks are trained; before and after, the walk alone is."""
        first = self.walk_first if self.is_joint else 0
        return range(first, first + self.iterations)

    @property
    def total(self) -> int:
        """Updates of the whole plan."""
        return self.together.stop + (0 if self.is_joint else self.walk_updates)
