"""Walk report: how far a walk can go, as a page; and its facts in a few words."""

from collections.abc import Mapping

import torch
from torch import Tensor

from wend.measure.export import Cell
from wend.measure.report.page import Fact, Pictures, Report, Section, picture_sheet
from wend.measure.structure import Structure
from wend.measure.walk_limits import WalkLimits

LEAKS_SHOWN = 6


def filmstrip(pictures: Tensor) -> tuple[Tensor, int]:
    """Pictures [P, K, 3, H, W] of P seeds at K strengths as images [P K, 3, H, W] and how many in a row."""
    return pictures.flatten(0, 1), pictures.shape[1]


def range_told(low: float, high: float, unit: str, joint: str = "to") -> str:
    """Two strengths as a slider writes them: px and degrees by name, doublings as magnifications."""
    if unit == "log2 x":
        return f"×{2.0**low:.2f} {joint} ×{2.0**high:.2f}"
    told = "" if unit in ("", "0..1", "-1..1", "of range") else f" {unit}"
    return f"{low:+.3g} {joint} {high:+.3g}{told}"


def walk_facts(limits: WalkLimits, unit: str) -> dict[str, str]:
    """Name -> figure with its unit, the first ones first to show. unit: of the walk's strengths."""
    found = limits.response
    zones, fit = found.zones, found.calibration
    facts = {
        **_verdict(limits),
        "reaches": range_told(*zones.reached, found.unit),
        "at strengths": range_told(*zones.reachable, unit),
        "trained or usable": range_told(*zones.trained, unit),
        "R² of medians": f"{fit.r2_medians:.3f}",
        "R² over all": f"{fit.r2_all:.3f}",
        "medians": "all one way" if fit.monotone else "turn back",
    }
    if zones.saturated is not None:
        facts["hardly changes beyond"] = range_told(*zones.saturated, unit, "and")
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


def walk_report(
    limits: WalkLimits,
    title: str,
    unit: str,
    strip: Tensor,
    made_with: Mapping[str, Cell],
    structure: Structure | None = None,
) -> Report:
    """unit: of strengths; strip: float32 [P, K, 3, H, W] in [-1, 1], some seeds at every strength; structure:
    of the walk alone, where it was looked at."""
    found = limits.response
    told_facts = walk_facts(limits, unit).items()
    facts = tuple(Fact(name, figure, _remark(name, limits, unit)) for name, figure in told_facts)
    images, columns = filmstrip(strip.to(torch.float32))
    told = range_told(found.alphas[0], found.alphas[-1], unit)
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
            *_rows(structure),
        ),
        dict(made_with),
    )


def _rows(structure: Structure | None) -> tuple[Section, ...]:
    """Where in the generator the walk lies, and where it shows."""
    if structure is None:
        return ()
    text = "Shares of the walk's squared length, and of the picture's change when a row moves alone."
    return (Section("Style rows", text, (*structure.energy_charts(), *structure.effect_charts())),)


def _remark(name: str, limits: WalkLimits, unit: str) -> str:
    zones = limits.response.zones
    remarks = {
        "reaches": "median change while the attribute follows",
        "R² of medians": f"straight line over {range_told(*zones.trained, unit)}",
        "R² over all": "over every seed and strength there",
        "hardly changes beyond": "steps a quarter as long as the longest, or shorter",
        "features": "they took part in training the walk or the model: Fréchet distances, step lengths and "
        "where it hardly changes rest on them",
        "leaks most into": "root mean square, in the world's standard deviations",
    }
    return remarks.get(name, "")
