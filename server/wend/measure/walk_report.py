"""Walk report: how far a walk can go, as a page; and its facts in a few words."""

from collections.abc import Mapping

import torch
from torch import Tensor

from wend.measure.export import Cell
from wend.measure.report.page import Fact, Pictures, Report, Section, picture_sheet
from wend.measure.walk_limits import WalkLimits

LEAKS_SHOWN = 6


def filmstrip(pictures: Tensor) -> tuple[Tensor, int]:
    """Pictures [P, K, 3, H, W] of P seeds at K strengths as images [P K, 3, H, W] and how many in a row."""
    return pictures.flatten(0, 1), pictures.shape[1]


def walk_facts(limits: WalkLimits) -> dict[str, str]:
    """Name -> figure with its unit, the first ones first to show."""
    found = limits.response
    zones, fit = found.zones, found.calibration
    unit = "" if found.unit in ("0..1", "-1..1") else f" {found.unit}"
    facts = {
        **_verdict(limits),
        "reaches": f"{zones.reached[0]:+.3g} to {zones.reached[1]:+.3g}{unit}",
        "at strengths": f"{zones.reachable[0]:+.3g} to {zones.reachable[1]:+.3g}",
        "trained or usable": f"{zones.trained[0]:+.3g} to {zones.trained[1]:+.3g}",
        "R² of medians": f"{fit.r2_medians:.3f}",
        "R² over all": f"{fit.r2_all:.3f}",
        "medians": "all one way" if fit.monotone else "turn back",
    }
    if zones.saturated is not None:
        facts["hardly changes beyond"] = f"{zones.saturated[0]:+.3g} and {zones.saturated[1]:+.3g}"
    if found.leakage.leaks:
        most = found.leakage.leaks[0]
        facts["leaks most into"] = f"{most.name.replace('_', ' ')} ({most.size:.2f} sd per sd)"
    if any(found.discards):
        facts["not found"] = f"{sum(found.discards)} of {limits.count * len(found.alphas)} pictures"
    if not limits.seat.features_apart:
        facts["features"] = "trained the walk or the model themselves"
    return facts


def _verdict(limits: WalkLimits) -> dict[str, str]:
    """How much of what the walk's unit says is done, where the unit says anything of the attribute."""
    asks = limits.aim.per_alpha
    if not asks:
        return {}
    share = limits.response.calibration.slope / asks
    return {"does": f"{share:.0%} of what its unit says, on average"}


def walk_report(limits: WalkLimits, title: str, strip: Tensor, made_with: Mapping[str, Cell]) -> Report:
    """strip: float32 [P, K, 3, H, W] in [-1, 1], some seeds at every strength."""
    found = limits.response
    facts = tuple(Fact(name, figure, _remark(name, limits)) for name, figure in walk_facts(limits).items())
    images, columns = filmstrip(strip.to(torch.float32))
    told = f"{found.alphas[0]:+.3g} to {found.alphas[-1]:+.3g}"
    sheet: Pictures = picture_sheet(
        "Pictures along the walk", f"each row one seed, strengths {told} from left to right", images, columns
    )
    apart = "" if limits.seat.is_apart else " It shares weights with what trained the walk or the model."
    trust = limits.trust.get(found.name)
    said = "read off the pixels" if trust is None else f"told by {limits.seat.name} with an R² of {trust:.3f}"
    return Report(
        f"How far {title} can go",
        f"{limits.count} seeds at {len(found.alphas)} strengths; {found.name} is {said}.{apart}",
        facts,
        (
            Section("The walk", "The same seeds, moved.", (sheet,)),
            Section("Curves", "Bands are quartiles and the interval of the median.", limits.charts()),
        ),
        dict(made_with),
    )


def _remark(name: str, limits: WalkLimits) -> str:
    zones = limits.response.zones
    remarks = {
        "reaches": "median change while the attribute follows",
        "R² of medians": f"straight line over {zones.trained[0]:+.3g} to {zones.trained[1]:+.3g}",
        "R² over all": "over every seed and strength there",
        "hardly changes beyond": "steps a quarter as long as the longest, or shorter",
        "features": "they took part in training the walk or the model: Fréchet distances, step lengths and "
        "where it hardly changes rest on them",
        "leaks most into": "root mean square, in the world's standard deviations",
    }
    return remarks.get(name, "")
