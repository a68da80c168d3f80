"""Domain: whether a picture is of the kind that a generator draws, by what lies nearest to it.

A picture counts as outside where its nearest picture of the generator lies further away than that of any of
the generator's own pictures does; of its own kind about one in a hundred does so by chance.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.generators.generator import Generator, synthesize
from wend.generators.portion import portion
from wend.latents.seed import z_of_seeds
from wend.measure.slices import Sliced
from wend.methods.invert.inversion import noise_of
from wend.methods.survey.eye import SurveyEye

Kind = Literal["inside", "outside", "unknown"]
COUNT = 96
"""Own pictures that are drawn to judge by."""
_CHUNK = 8


@dataclass(frozen=True)
class Domain:
    """vectors: what the generator's own pictures look like, float32 [n, F]; reach: largest distance of one of
    them from the nearest other; likeness: what tells.
    """

    vectors: NDArray[np.float32]
    reach: float
    eye: SurveyEye

    def judge(self, picture: Tensor) -> tuple[Kind, float]:
        """Of an image float32 [1, 3, H, W]: whether it is outside, and how far it is from the nearest own
        picture, in units of `reach`; above 1 is outside.
        """
        vector = self.eye.vectors(picture)
        share = float(_far(self.vectors, vector[0]).min()) / max(self.reach, 1e-12)
        return ("outside" if share > 1.0 else "inside"), share


def open_domain(generator: Generator, eye: SurveyEye, count: int = COUNT) -> Sliced[Domain]:
    """From pictures of seeds 0, 1, ... at psi 1; a slice draws a few."""
    spec, noise = generator.spec, noise_of(generator)
    z = z_of_seeds(list(range(count)), spec.z_dim).to(generator.device)
    chunks: list[NDArray[np.float32]] = []
    at_once = portion(spec.resolution, _CHUNK)
    for at in range(0, count, at_once):
        part = z[at : at + at_once]
        c = None
        if spec.c_dim:
            index = torch.arange(at, at + len(part)) % spec.c_dim
            c = torch.eye(spec.c_dim, device=generator.device)[index]
        with torch.no_grad():
            w = generator.mapping(part, c)[:, None].expand(-1, spec.num_ws, -1)
            images = synthesize(generator, w, noise).clamp(-1.0, 1.0)
            chunks.append(eye.vectors(images if images.shape[1] == 3 else images.expand(-1, 3, -1, -1)))
        yield
    vectors = np.concatenate(chunks)
    nearest = []
    for k, vector in enumerate(vectors):
        far = _far(vectors, vector)
        far[k] = np.inf
        nearest.append(float(far.min()))
    return Domain(vectors, max(nearest), eye)


def _far(vectors: NDArray[np.float32], one: NDArray[np.float32]) -> NDArray[np.float32]:
    """Distances, [n]."""
    far: NDArray[np.float32] = np.linalg.norm(vectors - one, axis=1)
    return far
