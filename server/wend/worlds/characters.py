"""The cast: 24 characters, each told by what it wears, how it is built and the wall it stands before."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Character:
    """One member of the cast.

    costume: what makes it recognisable, all but fixed: a choice by its name, a number in the factor's
    unit; temper: around what its varying traits lie, instead of around everybody's middle.
    """

    name: str
    costume: dict[str, float | str]
    temper: dict[str, float] = field(default_factory=dict)


# Worn by nobody whose costume does not name it, so that it tells those who do.
BARE: dict[str, float | str] = {
    "beard": "none", "glasses": "none", "hat": "none", "earrings": "none", "eyepatch": "none",
}  # fmt: skip


def _ground(hue: float, lightness: float) -> dict[str, float | str]:
    return {"background_hue": hue, "background_lightness": lightness}


def _shirt(hue: float, lightness: float) -> dict[str, float | str]:
    return {"shirt_hue": hue, "shirt_lightness": lightness}


def _hair(style: str, tone: float, volume: float = 0.5) -> dict[str, float | str]:
    return {"hair_style": style, "hair_tone": tone, "hair_volume": volume}


def _hat(style: str, hue: float) -> dict[str, float | str]:
    return {"hat": style, "hat_hue": hue}


# Hues: 0 red, 30 orange, 60 yellow, 120 green, 180 cyan, 240 blue, 300 magenta. Hair and skin tones run
# from black to grey and from light to deep. No two share both a ground and a shirt, so that even a
# thumbnail without a face tells who it is.
CAST: tuple[Character, ...] = (
    Character(
        "captain",
        _ground(195.0, 0.78) | _shirt(232.0, 0.28) | _hair("short", 1.0) | _hat("brimmed", 232.0)
        | {"beard": "full", "skin_tone": 0.28},
        {"brow_thickness": 1.35, "blush": 0.6},
    ),
    Character(
        "pirate",
        _ground(165.0, 0.55) | _shirt(5.0, 0.35) | _hair("long", 0.0, 0.6) | _hat("brimmed", 350.0)
        | {"eyepatch": "left", "beard": "moustache", "earrings": "gold", "skin_tone": 0.4},
        {"smile": 0.6, "hair_length": 0.4},
    ),
    Character(
        "fisherman",
        _ground(215.0, 0.5) | _shirt(55.0, 0.62) | _hair("short", 0.6) | _hat("beanie", 55.0)
        | {"beard": "full", "skin_tone": 0.2},
        {"blush": 0.9, "nose_width": 1.25},
    ),
    Character(
        "librarian",
        _ground(35.0, 0.82) | _shirt(285.0, 0.38) | _hair("bun", 1.0, 0.7)
        | {"glasses": "round", "skin_tone": 0.12},
        {"brow_height": 0.7, "jaw": 0.25},
    ),
    Character(
        "professor",
        _ground(135.0, 0.4) | _shirt(30.0, 0.34) | _hair("bald", 1.0)
        | {"glasses": "square", "beard": "full", "skin_tone": 0.22},
        {"brow_thickness": 1.5, "brow_height": 0.7},
    ),
    Character(
        "carrottop",
        _ground(58.0, 0.84) | _shirt(125.0, 0.42) | _hair("curly", 0.6, 0.95) | {"skin_tone": 0.02},
        {"blush": 0.9, "smile": 0.65, "mouth_open": 0.5},
    ),
    Character(
        "rocker",
        _ground(310.0, 0.5) | _shirt(250.0, 0.25) | _hair("quiff", 0.0, 1.0)
        | {"earrings": "gold", "skin_tone": 0.3},
        {"brow_angle": -10.0, "mouth_open": 0.55},
    ),
    Character(
        "surfer",
        _ground(185.0, 0.86) | _shirt(20.0, 0.6) | _hair("long", 0.8, 0.8) | {"skin_tone": 0.5},
        {"smile": 0.75, "hair_length": 0.6},
    ),
    Character(
        "gardener",
        _ground(110.0, 0.72) | _shirt(335.0, 0.6) | _hair("long", 0.4) | _hat("brimmed", 60.0)
        | {"skin_tone": 0.35},
        {"smile": 0.55, "hair_length": 0.5},
    ),
    Character(
        "lumberjack",
        _ground(150.0, 0.36) | _shirt(0.0, 0.46) | _hair("short", 0.15) | _hat("beanie", 0.0)
        | {"beard": "full", "skin_tone": 0.15},
        {"brow_thickness": 1.45, "jaw": 0.8},
    ),
    Character(
        "baker",
        _ground(22.0, 0.74) | _shirt(50.0, 0.8) | _hair("bald", 0.2)
        | {"beard": "moustache", "skin_tone": 0.1},
        {"blush": 1.0, "face_width": 1.1, "smile": 0.6},
    ),
    Character(
        "ballerina",
        _ground(335.0, 0.85) | _shirt(320.0, 0.72) | _hair("bun", 0.0, 0.4)
        | {"earrings": "gold", "skin_tone": 0.05},
        {"jaw": 0.1, "face_width": 0.9, "eye_open": 0.9},
    ),
    Character(
        "detective",
        _ground(265.0, 0.37) | _shirt(42.0, 0.52) | _hair("short", 0.2) | _hat("brimmed", 32.0)
        | {"beard": "moustache", "skin_tone": 0.18},
        {"eye_open": 0.55, "smile": -0.1},
    ),
    Character(
        "duchess",
        _ground(45.0, 0.58) | _shirt(278.0, 0.55) | _hair("curly", 1.0, 0.9)
        | {"earrings": "gold", "skin_tone": 0.06},
        {"brow_height": 0.85, "smile": 0.1, "blush": 0.8},
    ),
    Character(
        "skater",
        _ground(85.0, 0.62) | _shirt(25.0, 0.48) | _hair("long", 0.05) | _hat("beanie", 285.0)
        | {"skin_tone": 0.62},
        {"smile": 0.5, "hair_length": 0.2},
    ),
    Character(
        "wizard",
        _ground(250.0, 0.4) | _shirt(262.0, 0.42) | _hair("long", 1.0, 0.8) | _hat("brimmed", 275.0)
        | {"beard": "full", "skin_tone": 0.1},
        {"brow_thickness": 1.5, "hair_length": 0.9},
    ),
    Character(
        "witch",
        _ground(295.0, 0.38) | _shirt(130.0, 0.3) | _hair("long", 0.6, 0.7) | _hat("brimmed", 125.0)
        | {"skin_tone": 0.0},
        {"brow_angle": -9.0, "nose_length": 1.35, "hair_length": 0.9},
    ),
    Character(
        "cowboy",
        _ground(30.0, 0.6) | _shirt(218.0, 0.55) | _hair("short", 0.8) | _hat("brimmed", 22.0)
        | {"beard": "moustache", "skin_tone": 0.45},
        {"jaw": 0.9, "eye_open": 0.6},
    ),
    Character(
        "stargazer",
        _ground(232.0, 0.36) | _shirt(182.0, 0.6) | _hair("curly", 0.0, 0.7)
        | {"glasses": "round", "skin_tone": 0.95},
        {"eye_size": 1.15, "eye_open": 0.95, "smile": 0.5},
    ),
    Character(
        "grump",
        _ground(210.0, 0.62) | _shirt(15.0, 0.3) | _hair("bald", 0.1) | {"skin_tone": 0.25},
        {"brow_angle": -14.0, "brow_thickness": 1.5, "smile": -0.6, "jaw": 1.0, "blush": 0.9,
         "mouth_open": 0.05},
    ),
    Character(
        "snowdrop",
        _ground(200.0, 0.88) | _shirt(190.0, 0.8) | _hair("long", 0.95, 0.4) | _hat("beanie", 195.0)
        | {"skin_tone": 0.0},
        {"blush": 0.9, "eye_size": 1.12, "hair_length": 0.8},
    ),
    Character(
        "punk",
        _ground(70.0, 0.42) | _shirt(315.0, 0.5) | _hair("quiff", 0.82, 1.0)
        | {"earrings": "gold", "skin_tone": 0.08},
        {"brow_angle": -10.0, "smile": -0.1, "eye_open": 0.6},
    ),
    Character(
        "teacher",
        _ground(145.0, 0.78) | _shirt(350.0, 0.4) | _hair("bun", 0.3, 0.8)
        | {"glasses": "square", "skin_tone": 0.7},
        {"smile": 0.6, "brow_height": 0.65},
    ),
    Character(
        "genie",
        _ground(280.0, 0.7) | _shirt(175.0, 0.42) | _hair("bald", 0.0)
        | {"beard": "full", "earrings": "gold", "skin_tone": 0.78},
        {"smile": 0.7, "mouth_open": 0.5, "brow_height": 0.8},
    ),
)  # fmt: skip
