"""Evidence: how much of noisy answers to believe, told by the answers themselves."""

import math

import torch
from torch import Tensor

_PRIORS = (0.25, 1.0, 4.0, 16.0, 64.0)
"""What an answer's noise may be, as variance, to what is smooth in it."""


def posterior_mean(features: Tensor, answers: Tensor) -> Tensor:
    """Weights [K] by which features [N, K] tell noisy answers [N]: ridge regression under the prior for which
    there is most evidence.

    Source: MacKay, "Bayesian interpolation", Neural Computation 1992, equation 2.20, its noise at its best.
    """
    count, width = features.shape
    gram, moment = features.T @ features, features.T @ answers
    eye = torch.eye(width, device=features.device)
    best, most = torch.zeros(width, device=features.device), -math.inf
    for ridge in _PRIORS:
        root = torch.linalg.cholesky(gram + ridge * eye)
        weights = torch.cholesky_solve(moment[:, None], root)[:, 0]
        rest = float((answers.square().sum() - moment @ weights).clamp_min(1e-12)) / count
        volume = 2.0 * float(root.diagonal().log().sum()) - width * math.log(ridge)
        evidence = -0.5 * (count * math.log(rest) + volume)
        if evidence > most:
            best, most = weights, evidence
    return best
