"""Pictures: bodies of routes that keep sets of real pictures, and that place a photo."""

from pydantic import Field

from wend.protocol.resources import Resource


class PictureSetSummary(Resource):
    """A folder or zip of pictures; its name is what a survey is told to hold models against."""

    name: str
    count: int = Field(description="files that are called pictures; broken ones are found when they are read")


class PictureSetList(Resource):
    """Answer of GET /api/pictures."""

    sets: tuple[PictureSetSummary, ...]


class PhotoPlace(Resource):
    """Answer of POST /api/images/{id}/place: a square of a photo, turned."""

    x: float = Field(description="of its middle, in pixels of the photo")
    y: float
    side: float = Field(description="in pixels of the photo")
    turn: float = Field(description="of its upper edge, degrees clockwise")
