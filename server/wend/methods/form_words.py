"""Form words: what a form needs of a parameter beside its schema."""

from pydantic.config import JsonDict


def shown(
    group: str, unit: str = "", picks: str = "", advanced: bool = False, needs: str = ""
) -> JsonDict:  # fmt: skip
    """The heading a field stands under, what a number counts, what a value is picked from, whether it is
    kept for those who ask for more, and what a model must have for it to mean anything ("classes")."""
    extra: JsonDict = {"group": group}
    if unit:
        extra["unit"] = unit
    if picks:
        extra["picks"] = picks
    if needs:
        extra["needs"] = needs
    if advanced:
        extra["advanced"] = True
    return extra
