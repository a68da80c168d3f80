"""Agreement: how well measured values follow true ones, and one measure another."""

import numpy as np
from numpy.typing import NDArray

from wend.measure.circle import centre, difference

Values = NDArray[np.float64]


def r_squared(truth: Values, guess: Values, period: float | None = None) -> float | None:
    """1 - mean squared error / variance of the truth; of circular quantities both the shorter way round.

    None where the truth does not vary. May be negative: worse than always saying the mean.
    """
    if len(truth) < 2:
        return None
    middle = np.asarray(centre(truth, period))
    spread = float(np.square(difference(truth, middle, period)).sum())
    if spread <= 0.0:
        return None
    return 1.0 - float(np.square(difference(guess, truth, period)).sum()) / spread


def concordance(a: Values, b: Values, period: float | None = None) -> float | None:
    """Concordance correlation coefficient of two measures of the same things: 1 the same, 0 unrelated.

    1 - mean squared difference / what it would be if the measures were shuffled, that is over all pairs
    of an a and a b; on a line that is Lin's var a + var b + (mean a - mean b)^2. Written so, it holds for
    hues too, with differences the shorter way round: hues all round have no mean to deviate from.
    None where nothing varies. Source: Lin 1989, "A concordance correlation coefficient to evaluate
    reproducibility", eq. 2.
    """
    if len(a) < 2:
        return None
    shuffled = float(np.square(difference(a[:, None], b[None, :], period)).mean())
    return 1.0 - float(np.square(difference(a, b, period)).mean()) / shuffled if shuffled > 0.0 else None


def rank_correlation(a: Values, b: Values) -> float | None:
    """Correlation of the ranks of two measures of the same things, -1 to 1; equal values share their rank.

    None below three things, or where one measure does not vary. Source: Spearman 1904, "The proof and
    measurement of association between two things".
    """
    if len(a) < 3:
        return None
    ranks = [_ranks(values) for values in (a, b)]
    if not all(np.ptp(each) > 0.0 for each in ranks):
        return None
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: Values) -> Values:
    """From 1 for the least; the mean rank of equal values is that of the middle of their block."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Values = (np.cumsum(counts) - 0.5 * (counts - 1))[inverse]
    return ranks


def roc_auc(is_positive: NDArray[np.bool_], scores: Values) -> float | None:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties half.

    None without positives or without negatives. Source: Hanley and McNeil 1982 (Mann-Whitney form).
    """
    positives, negatives = int(is_positive.sum()), int((~is_positive).sum())
    if positives == 0 or negatives == 0:
        return None
    above = float(_ranks(scores)[is_positive].sum()) - 0.5 * positives * (positives + 1)
    return above / (positives * negatives)


def mean_auc(chosen: NDArray[np.int64], chances: Values) -> float | None:
    """Mean over options of the area of each against the rest; of two options, that of the second.

    chosen [N]: the true option; chances [N, K]. Options that never or always occur are left out; None
    where none is left.
    """
    options = range(1, 2) if chances.shape[1] == 2 else range(chances.shape[1])
    areas = [roc_auc(chosen == k, chances[:, k]) for k in options]
    known = [area for area in areas if area is not None]
    return sum(known) / len(known) if known else None
