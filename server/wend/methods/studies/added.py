"""Added: what measures a factor in the number that its model learns, where changes add up."""

from math import log

from wend.errors import InvalidInput
from wend.measure.walk_aim import Aim
from wend.methods.factor.edits import FactorEdit


def added_aim(edit: FactorEdit) -> Aim:
    """The edit's aim, with magnifications as their natural logarithm. Raises: InvalidInput for an edit that
    nothing here measures."""
    if edit.aim is None:
        raise InvalidInput(f"Nothing here measures {edit.title.lower()}.")
    if edit.is_magnification:
        return Aim(edit.aim.attribute, "ln x", log(2.0), is_log=True)
    return edit.aim
