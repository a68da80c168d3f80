"""Evidence: how much of noisy answers to believe, told by the answers themselves."""

import math

import torch
from torch import Tensor

_PRIORS = (0.25, 1.0, 4.0, 16.0, 64.0)
"""What an answer's noise may be, as variance, to what is smooth in it."""


def posterior_mean(features: Tensor, answers: Tensor) -> Tensor | None:
    """Weights [K] by which features [N, K] tell noisy answers [N]: ridge regression under the prior for which
    there is most evidence. None where there is none: an answer that is no number.

    Source: MacKay, "Bayesian interpolation", Neural Computation 1992, its noise at its best. It takes what is
    said of one picture twice for two answers.
    """
    count, width = features.shape
    # Summed where they are, solved in double precision, which not every device has.
    gram = (features.T @ features).to("cpu", torch.float64)
    moment = (features.T @ answers).to("cpu", torch.float64)
    energy, eye = float(answers.square().sum()), torch.eye(width, dtype=torch.float64)
    best, most = None, -math.inf
    for ridge in _PRIORS:
        root, fault = torch.linalg.cholesky_ex(gram + ridge * eye)
        if int(fault):
            continue
        weights = torch.cholesky_solve(moment[:, None], root)[:, 0]
        rest = max(energy - float(moment @ weights), 1e-12) / count
        volume = 2.0 * float(root.diagonal().log().sum()) - width * math.log(ridge)
        evidence = -0.5 * (count * math.log(rest) + volume)
        if evidence > most:
            best, most = weights, evidence
    return None if best is None else best.to(answers)
