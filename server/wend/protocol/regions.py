"""Regions: messages about painted regions - sliders found for one, and what 'keep still' keeps."""

from typing import Annotated, Literal

from pydantic import Field

from wend.documents.picture import LayerRange, Name, Picture
from wend.protocol.base import Chance, Finite, ImageId, Lack, Message, Revision, ViewId

MAX_MEASURED_AGAIN = 32
MAX_FAMILIES = 256

RangeEnd = Literal["likeness", "parts", "judge", "leak", "still", "furthest"]
ChangeKind = Literal["factor", "color", "shape", "texture"]


class FindRegion(Message):
    """Find sliders that change the inside of a mask and leave the rest of this picture as it is.

    A newer request of the same view ends an older one. Answered by RegionFound, several times.
    """

    type: Literal["find_region"] = "find_region"
    view: ViewId = 0
    request: Revision
    picture: Picture = Field(description="where sliders are looked for; its edits and still masks count")
    mask: ImageId = Field(description="of POST /api/images?kind=mask; soft, any size")
    layers: LayerRange | None = Field(default=None, description="look here alone; None: several row ranges")
    walks: Annotated[
        tuple[Name, ...],
        Field(
            max_length=MAX_MEASURED_AGAIN,
            description="found before: measure these again on this picture, and look for no others",
        ),
    ] = ()
    families: Annotated[
        tuple[Name, ...],
        Field(
            max_length=MAX_FAMILIES,
            description="of region sliders that the open document names: they stay on the shelf",
        ),
    ] = ()


class StopRegion(Message):
    """End the view's search; what was found stays on the shelf."""

    type: Literal["stop_region"] = "stop_region"
    view: ViewId = 0


class RegionSlider(Message):
    """A walk found for a region, measured on the picture it was found at.

    Its edit is `{walk, alpha}` with alpha from `low` to `high`; 0 is the picture as it was.
    """

    walk: str = Field(description="id on the model's shelf, for an edit")
    title: str = Field(description="what changes, low end first, e.g. 'mouth: smile −/+'")
    unit: Literal["sd"] = Field(default="sd", description="standard deviations of w along it")
    low: Finite = Field(description="usable range on this picture, <= 0")
    high: Finite = Field(description=">= 0")
    low_end: RangeEnd = Field(description="what ends the range there")
    high_end: RangeEnd
    layers: LayerRange
    place: str = Field(description="what lies under the mask, or where it lies, e.g. 'mouth', 'upper left'")
    kind: ChangeKind = Field(description="factor: named after what networks measured")
    moves: str = Field(description="what was measured from low to high, in words; empty where nothing was")
    inside: Finite = Field(description="mean absolute change a pixel inside, of 255, mean of both ends")
    outside: Finite = Field(description="the same outside")
    leakage: Finite = Field(description="outside / inside")
    strip: ImageId | None = Field(
        description="GET /api/thumbnails/{id}: `strip_frames` pictures side by side, low to high"
    )
    strip_frames: int
    heat: ImageId | None = Field(
        description="GET /api/thumbnails/{id}: grey, mean absolute change a pixel at both ends, 255 is most"
    )


class RegionFound(Message):
    """All sliders of a region known by now, about best first: one that is found later comes behind them, one
    that is refined stays in its place, under another id. Only the newest of a view is sent."""

    type: Literal["region_found"] = "region_found"
    view: ViewId
    request: Revision = Field(description="of the FindRegion it answers")
    family: str = Field(description="of the walks on the shelf, 'region-<8 hex>'")
    sliders: tuple[RegionSlider, ...]
    label: str = Field(description="what is being done, in words")
    fraction: Chance
    seconds: Finite = Field(description="since the request arrived")
    is_done: bool = Field(description="set on the last answer, whole, stopped or broken")
    lack: Lack | None = Field(default=None, description="why there are none, or fewer than hoped for")


class Drift(Message):
    """What 'keep still' keeps, of one final picture of a view with still masks and w edits.

    Changes are mean absolute ones a pixel from the picture without edits, of 255. What is to be kept still is
    worked out in seconds; until then the picture is shown as far as it is known, in `live` quality, and told
    of with `is_busy`.
    """

    type: Literal["drift"] = "drift"
    view: ViewId
    revision: Revision
    still: Finite = Field(description="inside the still masks, as shown")
    still_without: Finite = Field(description="there, if nothing were kept still")
    moved: Finite = Field(description="elsewhere, as shown")
    moved_without: Finite = Field(description="elsewhere, if nothing were kept still")
    is_busy: bool = Field(
        default=False,
        description="it is being worked out: a final frame and a Drift of this revision follow by themselves",
    )
