"""Walk aim: which attribute a walk is judged by, in the walk's own unit and sense."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from wend.errors import InvalidInput
from wend.measure.attributes import AttributeColumn, Attributes
from wend.measure.walk_judge import HUE, OF_RANGE, PIXELS


class Described(Protocol):
    """What a walk record says of itself that matters here."""

    @property
    def settings(self) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class Aim:
    """attribute: its name with the judge; unit: what it is told in; scale: how many of that one of the
    judge's is; is_log: told as log2 of what the judge says, before scaling.

    per_alpha: how much of it alpha 1 asks for; None where the walk's unit says nothing of it.
    """

    attribute: str
    unit: str
    scale: float = 1.0
    is_log: bool = False
    per_alpha: float | None = 1.0

    def of(self, column: AttributeColumn) -> AttributeColumn:
        """The judge's column in the aim's unit."""
        values = column.values
        if self.is_log:
            values = np.log2(np.where(values > 0.0, values, np.nan))
        period = None if column.period is None else column.period * abs(self.scale)
        return AttributeColumn(column.name, self.unit, values * self.scale, period)


def aim_of_edit(edit: str, resolution: int) -> Aim | None:
    """What one of our edits moves, by its name, and its slider's where it has several ("color red"); None for
    one whose effect nothing here measures.

    Pixels are those of the picture, right and down; degrees turn counter-clockwise, where the factor
    `tilt` turns clockwise; zoom counts doublings. Source: Jahanian, Chai and Isola, 2020, for edits and
    senses.
    """
    aims = {
        "shift_x": Aim("head_x", "px", float(resolution)),
        "shift_y": Aim("head_y", "px", float(resolution)),
        "zoom": Aim("head_scale", "log2 x", is_log=True),
        "rotate2d": Aim("tilt", "degrees", -1.0),
        "luminance": Aim("luminance", OF_RANGE),
        # The colour walk that steps moves all three channels alike.
        "color": Aim("luminance", OF_RANGE),
        **{f"color {name}": Aim(name, OF_RANGE) for name in PIXELS if name != HUE},
        "hue": Aim(HUE, "degrees"),
    }
    return aims.get(edit)


def aim_of(record: Described, resolution: int, factor: str | None = None) -> Aim | None:
    """What a walk is judged by: what its edit moves, the factor it goes along, or the factor asked for.

    None where neither says: the attribute that moves most is taken then.
    """
    own = _own_aim(record, resolution)
    if factor is None or (own is not None and own.attribute == factor):
        return own
    return Aim(factor, "", per_alpha=None)


def _own_aim(record: Described, resolution: int) -> Aim | None:
    edit = record.settings.get("edit")
    # Of a user's own edit nothing is known, whatever it is called.
    if isinstance(edit, str) and "edit_sha256" not in record.settings:
        told = aim_of_edit(f"{edit} {record.settings.get('channel', '')}".strip(), resolution)
        if told is not None:
            return told
    along, per_sd = record.settings.get("factor"), record.settings.get("per_sd")
    unit = record.settings.get("factor_unit")
    if isinstance(along, str) and isinstance(per_sd, float) and per_sd != 0.0 and isinstance(unit, str):
        return Aim(along, unit, per_alpha=per_sd)
    return None


def aimed(attributes: Attributes, aim: Aim) -> Attributes:
    """What was looked at with the aim's attribute in its unit.

    Attributes read off pixels stay only where they are aimed at: else they would count as leaks of one
    another. Raises: InvalidInput for an attribute that is not measured.
    """
    named = attributes[aim.attribute]
    told = replace(aim, unit=aim.unit or named.unit).of(named)
    kept = (c for c in attributes.columns if c.name != aim.attribute and c.name not in PIXELS)
    return Attributes((told, *kept))


def strongest(changes: Mapping[str, float], spreads: Mapping[str, float], weak: tuple[str, ...]) -> str:
    """The attribute that moves furthest, in its world's standard deviations; weak ones and pixels are left
    out. changes: root mean square, in units. Raises: InvalidInput where none moves."""
    moved = {
        name: change / spreads[name]
        for name, change in changes.items()
        if name not in weak and name not in PIXELS and spreads.get(name, 0.0) > 0.0 and change > 0.0
    }
    if not moved:
        raise InvalidInput("Nothing that can be told moves along this walk.")
    return max(moved, key=lambda name: moved[name])
