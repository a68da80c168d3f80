"""Factor presets: the published settings beside our own faster ones.

Source of the published ones: Plumerault, Le Borgne and Hudelot, "Controlling generative models with
continuous factors of variations", ICLR 2020, released code.
"""

from types import MappingProxyType

from pydantic import JsonValue

PUBLISHED: MappingProxyType[str, JsonValue] = MappingProxyType(
    {
        "space": "z",
        "starts": 50,
        "strengths": "published",
        "targets": 5,
        "updates": 50,
        "loss": "released",
        "sigma": 3.0,
        "mask": "after",
        "ball": True,
        "warm": True,
        "method": "adam",
        "learning_rate": 0.01,
        "least_fall": 0.0,
        # There is no threshold in the release; whatever is left of the difference will do.
        "threshold": 1e9,
        "worst": 0.1,
        "form": "released",
        "line": "changes",
        "along": 0,
        # 100 epochs of the 14 whole batches of 32 that 450 records have.
        "fit_updates": 1400,
        "fit_rate": 0.001,
        "fit_batch": 32,
        "smooth": 1.0,
        "held_out": 0.0,
        "anchor": "zero",
    }
)


def presets() -> dict[str, dict[str, JsonValue]]:
    """Named sets of parameters, ours first; the model is the user's to choose."""
    return {"Fast": {}, "As published": dict(PUBLISHED)}
