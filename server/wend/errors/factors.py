"""Factors that cannot be found, or not be set as asked."""

from wend.errors.invalid import InvalidInput
from wend.errors.missing import NotFound


class WalkNotFactor(InvalidInput):
    """A walk that has no values, where one is to be put at a value."""

    code = "walk_not_factor"
    hint = "Name a factor: `wend factor MODEL EDIT` finds one, and GET /api/walks says which walks are some."

    def __init__(self, walk: str) -> None:
        super().__init__(f"The walk {walk!r} is no factor: it can be moved, not put at a value.", walk=walk)


class FactorsConflict(InvalidInput):
    """Factors that cannot have these values together."""

    code = "factors_conflict"
    hint = "Set one of them, or find factors that move different things."

    def __init__(self, first: str, second: str, why: str) -> None:
        super().__init__(
            f"{first} and {second} cannot be set together: {why}.", first=first, second=second, why=why
        )


class FactorNotFound(NotFound):
    """A model whose shelf has no factor of an edit."""

    code = "factor_not_found"
    hint = "Run the command that is named, or find the factor in the page; then ask again."

    def __init__(self, edit: str, model: str) -> None:
        super().__init__(
            f"The shelf of {model} has no factor of {edit}: `wend factor {model} {edit}` finds one.",
            edit=edit,
            model=model,
        )


class DistributionInvalid(InvalidInput):
    """A distribution that nothing can be drawn from."""

    code = "distribution_invalid"
    hint = "A distribution is uniform, bumps, a histogram, or like pictures; docs/factors.md has all of them."

    def __init__(self, factor: str, why: str) -> None:
        super().__init__(f"The distribution for {factor} cannot be used: it {why}.", factor=factor, why=why)
