"""The portraits world: cartoon heads whose every cause is a named factor."""

from collections.abc import Mapping

from torch import Tensor

from wend.worlds.factor import Categorical, Factor, Normal, Uniform, WorldConfig
from wend.worlds.portrait_painter import HAIR_STYLES, LABELS, paint_portraits
from wend.worlds.world import Scene, complete_values

_WIDTH, _TIMES, _DEG = "of width", "x", "degrees"

# Heads are mostly centred and upright, earrings are rare and eyepatches very rare: the methods are
# about such limits, so the world has them on purpose and prints them on its card.
FACTORS: tuple[Factor, ...] = (
    Factor("head_x", _WIDTH, -0.16, 0.16, Normal(0.0, 0.03), "head to the right"),
    Factor("head_y", _WIDTH, -0.10, 0.10, Normal(0.0, 0.02), "head down"),
    Factor("head_scale", _TIMES, 0.75, 1.25, Normal(1.0, 0.06), "size of the head"),
    Factor("tilt", _DEG, -25.0, 25.0, Normal(0.0, 4.5), "head leaning clockwise"),
    Factor("yaw", _DEG, -35.0, 35.0, Normal(0.0, 9.0), "face turned to the picture's right"),
    Factor("pitch", _DEG, -20.0, 20.0, Normal(0.0, 4.5), "face turned down"),
    Factor("face_width", _TIMES, 0.82, 1.15, Normal(1.0, 0.07), "width of the head"),
    Factor("jaw", "0..1", 0.0, 1.0, Uniform(), "pointed to square chin"),
    Factor("skin_tone", "0..1", 0.0, 1.0, Uniform(), "light to deep skin"),
    Factor("blush", "0..1", 0.0, 1.0, Normal(0.35, 0.3), "red cheeks"),
    Factor(
        "hair_style", "choice", 0, 5, Categorical((0.08, 0.28, 0.24, 0.14, 0.14, 0.12)), "cut", HAIR_STYLES
    ),
    Factor("hair_tone", "0..1", 0.0, 1.0, Uniform(), "black, brown, red, blond, grey hair"),
    Factor("hair_volume", "0..1", 0.0, 1.0, Normal(0.5, 0.25), "flat to full hair"),
    Factor("hair_length", "0..1", 0.0, 1.0, Uniform(), "how far long hair falls"),
    Factor("fringe", "0..1", 0.0, 1.0, Normal(0.4, 0.25), "high to low hairline"),
    Factor("part", "-1..1", -1.0, 1.0, Normal(0.0, 0.5), "hair swept to one side"),
    Factor("brow_height", "0..1", 0.0, 1.0, Normal(0.5, 0.22), "raised brows"),
    Factor("brow_angle", _DEG, -22.0, 22.0, Normal(0.0, 8.0), "angry to worried brows"),
    Factor("brow_thickness", _TIMES, 0.4, 1.7, Normal(1.0, 0.25), "thin to bushy brows"),
    Factor("eye_open", "0..1", 0.1, 1.0, Normal(0.75, 0.18), "open eyes"),
    Factor("eye_size", _TIMES, 0.8, 1.25, Normal(1.0, 0.09), "size of the eyes"),
    Factor("eye_spacing", _TIMES, 0.88, 1.14, Normal(1.0, 0.05), "distance between the eyes"),
    Factor("gaze_x", "-1..1", -1.0, 1.0, Normal(0.0, 0.4), "looking to the picture's right"),
    Factor("gaze_y", "-1..1", -1.0, 1.0, Normal(0.0, 0.3), "looking down"),
    Factor("iris_hue", _DEG, 0.0, 360.0, Uniform(), "colour of the eyes"),
    Factor("nose_length", _TIMES, 0.6, 1.5, Normal(1.0, 0.15), "length of the nose"),
    Factor("nose_width", _TIMES, 0.6, 1.6, Normal(1.0, 0.18), "width of the nose"),
    Factor("smile", "-1..1", -1.0, 1.0, Normal(0.3, 0.4), "corners of the mouth up"),
    Factor("mouth_open", "0..1", 0.0, 1.0, Normal(0.25, 0.3), "open mouth"),
    Factor("mouth_width", _TIMES, 0.65, 1.35, Normal(1.0, 0.13), "width of the mouth"),
    Factor(
        "beard", "choice", 0, 2, Categorical((0.7, 0.12, 0.18)), "facial hair", ("none", "moustache", "full")
    ),
    Factor(
        "glasses", "choice", 0, 2, Categorical((0.76, 0.15, 0.09)), "glasses", ("none", "round", "square")
    ),
    Factor("hat", "choice", 0, 2, Categorical((0.8, 0.12, 0.08)), "hat", ("none", "beanie", "brimmed")),
    Factor("hat_hue", _DEG, 0.0, 360.0, Uniform(), "colour of the hat"),
    Factor("earrings", "choice", 0, 1, Categorical((0.93, 0.07)), "earrings", ("none", "gold")),
    Factor(
        "eyepatch", "choice", 0, 2, Categorical((0.994, 0.003, 0.003)), "eyepatch", ("none", "left", "right")
    ),
    Factor("shirt_hue", _DEG, 0.0, 360.0, Uniform(), "colour of the shirt"),
    Factor("shirt_lightness", "0..1", 0.25, 0.8, Uniform(), "dark to light shirt"),
    Factor("background_hue", _DEG, 0.0, 360.0, Uniform(), "colour of the wall"),
    Factor("background_lightness", "0..1", 0.35, 0.88, Normal(0.66, 0.14), "dark to light wall"),
    Factor("light_x", "-1..1", -1.0, 1.0, Normal(0.0, 0.5), "light from the picture's right"),
    Factor("light_level", _TIMES, 0.8, 1.15, Normal(1.0, 0.07), "dim to bright light"),
)


class Portraits:
    """Cartoon portraits: 42 factors, 18 labels, any size.

    Lengths "of width" are shares of the picture's side; x goes right, y goes down, angles turn
    clockwise as seen. Names of sides are the picture's, not the sitter's.
    """

    name = "portraits"
    labels: tuple[str, ...] = LABELS
    default_size = 64
    class_factor: str | None = None

    def __init__(self, config: WorldConfig | None = None) -> None:
        self.config = config or WorldConfig()
        self.factors = self.config.apply(FACTORS)

    def render(self, values: Mapping[str, Tensor], size: int) -> Scene:
        """Draw portraits of size x size pixels; factors not given stay at the middle of their law.

        values: name -> float32 [N] in the factor's unit; values past a factor's range are drawn, not
        clamped, so that walks may leave it. Differentiable in every continuous factor (images, lines).
        """
        full = complete_values(self, values)
        canvas = paint_portraits(full, size)
        return Scene(
            images=canvas.rgb.clamp(0.0, 1.0) * 2.0 - 1.0,
            factors=full,
            labels=canvas.labels,
            lines=canvas.lines[:, None],
        )
