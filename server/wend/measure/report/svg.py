"""SVG: elements as text, everything escaped, coordinates short."""

from html import escape

Number = float | int


def number(value: Number) -> str:
    """A coordinate to a hundredth of a pixel, without trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def element(tag: str, *children: str, text: str | None = None, **attributes: Number | str | None) -> str:
    """`<tag ...>children</tag>`, `text` escaped. `class_` is class, `_` in names `-`; None is left out."""
    parts = [tag]
    for name, value in attributes.items():
        if value is not None:
            shown = value if isinstance(value, str) else number(value)
            parts.append(f'{name.rstrip("_").replace("_", "-")}="{escape(shown, quote=True)}"')
    inner = "".join(children) + (escape(text, quote=False) if text is not None else "")
    opening = " ".join(parts)
    return f"<{opening}>{inner}</{tag}>" if inner else f"<{opening}/>"


def path(points: list[tuple[float, float]], close: bool = False) -> str:
    """Straight lines through points, as the `d` of a path."""
    steps = [f"{'M' if i == 0 else 'L'}{number(x)} {number(y)}" for i, (x, y) in enumerate(points)]
    return "".join(steps) + ("Z" if close else "")


def drawing(width: Number, height: Number, title: str, description: str, *children: str) -> str:
    """A drawing that says what it shows to those who cannot see it."""
    return element(
        "svg",
        element("title", text=title),
        element("desc", text=description) if description else "",
        *children,
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=title,
    )
