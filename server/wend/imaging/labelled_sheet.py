"""Contact sheets with names: pictures in lines by class, the class's name before them."""

import math

from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from wend.imaging.contact_sheet import contact_sheet

PAPER = (236, 236, 236)
INK = (40, 40, 40)
GAP = 2


def labelled_sheet(images: Tensor, names: tuple[str, ...], columns: int) -> Image.Image:
    """Lay out images float [K R, 3, H, W] in [-1, 1], R pictures for each of the K names.

    A name has as many lines of `columns` pictures as it needs; the names stand in as many blocks side
    by side as make the page about square.
    """
    per_name = images.shape[0] // len(names)
    height, width = images.shape[-2:]
    columns = min(columns, per_name)
    lines = math.ceil(per_name / columns)
    font = ImageFont.load_default(size=max(9, min(16, height // 4)))
    margin = 12 + math.ceil(max(font.getlength(name) for name in names))
    block_width, name_height = margin + columns * (width + GAP) + GAP, lines * (height + GAP)
    blocks = max(1, round(math.sqrt(len(names) * name_height / block_width)))
    rows = math.ceil(len(names) / blocks)
    page = Image.new("RGB", (math.ceil(len(names) / rows) * block_width, rows * name_height + GAP), PAPER)
    pen = ImageDraw.Draw(page)
    for index, name in enumerate(names):
        left, top = index // rows * block_width, index % rows * name_height
        pen.text((left + margin - 6, top + GAP + height / 2), name, fill=INK, font=font, anchor="rm")
        own = images[index * per_name : (index + 1) * per_name]
        page.paste(contact_sheet(own, columns, GAP), (left + margin, top))
    return page
