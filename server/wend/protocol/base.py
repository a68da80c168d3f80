"""Base: what all messages are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ViewId = Annotated[int, Field(ge=0, le=7, strict=True, description="which stage of the page")]
Revision = Annotated[int, Field(ge=0, le=2**32 - 1, strict=True, description="counts up per view")]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Chance = Annotated[float, Field(ge=0.0, le=1.0)]
ImageId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="sha256 of an image kept here")]


class Message(BaseModel):
    """Base of all messages: unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Lack(Message):
    """Why less can be told than was asked for, and what to do."""

    sentence: str
    hint: str
