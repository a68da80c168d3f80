"""Recipes: the kinds of jobs there are."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from wend.errors import RecipeNotFound
from wend.jobs.recipe import InProcess, OnDevice, Recipe
from wend.methods.edits.catalog import EDITS
from wend.methods.export.job import build_export
from wend.methods.export.params import ExportParams
from wend.methods.factor.edits import FACTOR_EDITS
from wend.methods.factor.job import build_factor
from wend.methods.factor.params import FactorParams
from wend.methods.factor.presets import presets as factor_presets
from wend.methods.invert.job import build_invert
from wend.methods.invert.params import InvertParams
from wend.methods.manifold.job import build_manifold
from wend.methods.manifold.params import ManifoldParams
from wend.methods.manifold.presets import presets as manifold_presets
from wend.methods.nearness.job import build_nearness
from wend.methods.nearness.params import NearnessParams
from wend.methods.nearness.params import presets as nearness_presets
from wend.methods.pivotal.job import build_pivotal
from wend.methods.pivotal.params import PivotalParams
from wend.methods.sampling.job import build_sample
from wend.methods.sampling.params import SampleParams
from wend.methods.sketch.job import build_sketch
from wend.methods.sketch.params import SketchParams
from wend.methods.sketch.params import presets as sketch_presets
from wend.methods.steer.job import build_steer
from wend.methods.steer.limits_job import build_limits
from wend.methods.steer.limits_params import LimitsParams
from wend.methods.steer.params import SteerParams
from wend.methods.steer.presets import presets as steer_presets
from wend.methods.survey.job import build_survey
from wend.methods.survey.params import SurveyParams
from wend.methods.survey.params import presets as survey_presets
from wend.methods.vanished.job import build_vanished
from wend.methods.vanished.params import VanishedParams
from wend.methods.vanished.params import presets as vanished_presets
from wend.methods.widen.job import build_widen
from wend.methods.widen.params import PUBLISHED as WIDEN_PUBLISHED
from wend.methods.widen.params import WidenParams


def _edit(name: str) -> str:
    """What people call an edit; its name, if it is none of ours."""
    return EDITS[name].title if name in EDITS else name


def _factor(name: str) -> str:
    """What people call a factor."""
    return FACTOR_EDITS[name].title if name in FACTOR_EDITS else _edit(name)


_STEER = Recipe(
    "steer",
    "Learn a walk",
    "Learns a slider that does to a generator's pictures what an edit does - shift, zoom, turn, brighten - "
    "without labels, and measures how far it can go.",
    SteerParams,
    OnDevice(build_steer),
    lambda params: params.model,
    lambda params: f"{_edit(params.edit)} on {params.model}",
    lambda params: params.seed,
    steer_presets(),
)
_FACTOR = Recipe(
    "factor",
    "Find a factor",
    "Follows edited pictures through the latents, without labels, and leaves a slider in natural units that "
    "puts a picture at a value, with the band in which it is to be expected.",
    FactorParams,
    OnDevice(build_factor),
    lambda params: params.model,
    lambda params: f"{_factor(params.edit)} of {params.model}, as a factor",
    lambda params: params.seed,
    factor_presets(),
)
_LIMITS = Recipe(
    "limits",
    "How far can it go?",
    "Looks along a walk with many seeds, half as far again as its range: what moves, how straight, what "
    "leaks, and where it stops.",
    LimitsParams,
    OnDevice(build_limits),
    lambda params: params.model,
    lambda params: f"Limits of {params.walk}",
    lambda params: params.seed,
    {"Quick": {"seeds": 40, "world_pictures": 200}},
)
_WIDEN = Recipe(
    "widen",
    "Widen the range",
    "Trains a copy of a generator together with a walk, so that the walk reaches further, and publishes it "
    "as a new model.",
    WidenParams,
    InProcess(build_widen),
    # It loads what it changes: no generator is resident for it.
    lambda params: params.model,
    lambda params: f"{_edit(params.edit)} of {params.model}, wider",
    lambda params: params.seed,
    {"As published: digits": dict(WIDEN_PUBLISHED)},
    "widened",
)
_MANIFOLD = Recipe(
    "manifold",
    "Animate a region",
    "Finds how a painted region can change while the rest of the picture stays: frames to play, kept as a "
    "slider along them.",
    ManifoldParams,
    OnDevice(build_manifold),
    lambda params: params.picture.model,
    lambda params: (
        f"Animate {params.region or 'a region'}, {params.frames} frames, on {params.picture.model}"
    ),
    lambda params: params.seed,
    manifold_presets(),
)
_INVERT = Recipe(
    "invert",
    "Open a photo",
    "Looks for a photo inside a generator: the latent whose picture comes nearest to it, which every slider "
    "then edits.",
    InvertParams,
    OnDevice(build_invert),
    lambda params: params.model,
    lambda params: f"{params.title or 'A photo'}, in {params.model}",
    lambda params: params.seed,
    {
        "Quick": {"tries": 128, "generations": 6, "updates": 120},
        "Thorough": {"tries": 512, "generations": 24, "updates": 1500},
    },
)
_PIVOTAL = Recipe(
    "pivotal",
    "Tune to a photo",
    "Looks for a photo, then tunes a copy of the generator until it draws it there, and publishes that as a "
    "new model, on which every walk of the first one works.",
    PivotalParams,
    InProcess(build_pivotal),
    # It loads what it changes: no generator is resident for it.
    lambda params: params.model,
    lambda params: f"{params.model}, tuned to {params.title or 'a photo'}",
    lambda params: params.seed,
    {
        "Quick": {"tries": 128, "generations": 6, "updates": 120, "tuning": 120},
        "Thorough": {"tries": 512, "generations": 24, "updates": 1500, "tuning": 350},
    },
    "tuned",
)
_SKETCH = Recipe(
    "sketch",
    "Learn from drawings",
    "Teaches a copy of a generator the pose of a few drawings and publishes it as a new model: every picture "
    "it draws then has that pose. A drawing is learned from, it is never turned into a picture.",
    SketchParams,
    InProcess(build_sketch),
    # It loads what it changes: no generator is resident for it.
    lambda params: params.model,
    lambda params: f"{params.model}, taught by drawings",
    lambda params: params.seed,
    sketch_presets(),
    "sketched",
    ends_early=True,
)
_SAMPLE = Recipe(
    "sample",
    "Choose a distribution",
    "Draws pictures whose factors are spread as you like - evenly, in bumps, drawn by hand, or as in other "
    "pictures - and says how well they are.",
    SampleParams,
    OnDevice(build_sample),
    lambda params: params.model,
    lambda params: f"{params.count} pictures of {params.model}, spread as chosen",
    lambda params: params.seed,
)
_SURVEY = Recipe(
    "survey",
    "What it cannot draw",
    "Counts what is on a generator's pictures and on real ones, and tells which things it leaves out.",
    SurveyParams,
    OnDevice(build_survey),
    lambda params: params.models[0],
    lambda params: f"What {' and '.join(params.models)} cannot draw",
    lambda params: params.seed,
    survey_presets(),
)
_NEARNESS = Recipe(
    "nearness",
    "How near is it to its world?",
    "Holds a generator's pictures against those of the world it was trained on: how far the two lie apart, "
    "how much of what it draws is real, how much of the real it draws, and what is missing.",
    NearnessParams,
    OnDevice(build_nearness),
    lambda params: params.model,
    lambda params: f"How near {params.model} is to its world",
    lambda params: params.seed,
    nearness_presets(),
)
_VANISHED = Recipe(
    "vanished",
    "What vanished",
    "Looks for pictures in a model, one after another, and tells class by class what the nearest ones that "
    "it has are missing.",
    VanishedParams,
    OnDevice(build_vanished),
    lambda params: params.model,
    lambda params: f"What {params.model} loses of {params.pictures.rpartition('/')[2] or 'its world'}",
    lambda params: params.seed,
    vanished_presets(),
)
_EXPORT = Recipe(
    "export",
    "Export an animation",
    "Draws the timeline picture by picture in final quality and writes a movie, a GIF, an animated WebP or a "
    "zip of single pictures.",
    ExportParams,
    OnDevice(build_export),
    lambda params: params.model,
    lambda params: f"Animation of {params.model}, {params.format}",
    lambda _params: 0,
)

RECIPES: Mapping[str, Recipe[Any]] = MappingProxyType(  # Any: each has parameters of its own
    {
        recipe.kind: recipe
        for recipe in (
            _STEER,
            _FACTOR,
            _MANIFOLD,
            _LIMITS,
            _WIDEN,
            _INVERT,
            _PIVOTAL,
            _SKETCH,
            _SAMPLE,
            _SURVEY,
            _NEARNESS,
            _VANISHED,
            _EXPORT,
        )
    }
)
"""By kind, in the order in which they are offered."""


def find_recipe(kind: str, recipes: Mapping[str, Recipe[Any]] = RECIPES) -> Recipe[Any]:
    """The recipe of a kind. Raises: RecipeNotFound."""
    if kind not in recipes:
        raise RecipeNotFound(kind)
    return recipes[kind]
