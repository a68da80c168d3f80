"""Medians and tails of measured times."""

import numpy as np


def percentiles(values_ms: list[float]) -> dict[str, float]:
    """{"p50", "p95"} of times in ms, rounded to 0.01."""
    if not values_ms:
        return {"p50": float("nan"), "p95": float("nan")}
    return {
        "p50": round(float(np.percentile(values_ms, 50)), 2),
        "p95": round(float(np.percentile(values_ms, 95)), 2),
    }
