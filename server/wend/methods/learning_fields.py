"""Learning fields: parameters that several kinds of learning share, with their bounds and words."""

from typing import Annotated

from pydantic import Field

from wend.methods.form_words import shown

Strength = Annotated[float, Field(gt=0.0, le=1000.0, allow_inf_nan=False)]
"""Of a slider, in its unit, above nothing."""
Rate = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
"""Of an optimiser; each kind of learning says how high it may be."""
Batch = Annotated[
    int, Field(le=1024, description="pictures an update looks at", json_schema_extra=shown("Learning"))
]
"""Each kind of learning says how many it needs at least."""
Pairs = Annotated[int, Field(ge=1, le=100, description="curvature pairs of L-BFGS")]
"""Each kind of learning says how many it keeps by itself."""
Seed = Annotated[
    int,
    Field(
        ge=0, le=2**31 - 1, description="of everything drawn at random", json_schema_extra=shown("Learning")
    ),
]
