"""Steer build: from parameters and a generator to the learners, the loss and the objective of a walk."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.errors import InvalidInput, InvalidParams
from wend.generators.generator import Generator, GeneratorSpec
from wend.generators.portion import portion
from wend.library.walk_file import MAX_WALKS
from wend.methods.distances import named_distance
from wend.methods.edits.catalog import EDITS
from wend.methods.edits.edit import PLAIN_NAME, Edit
from wend.methods.edits.own import find_edit
from wend.methods.losses import EditLoss, MaskedL2, MaskedPerceptual
from wend.methods.steer.learners import Learner, LinearLearner, Site, StepLearner, parameter_count
from wend.methods.steer.objective import SteerObjective, SteerPlan
from wend.methods.steer.params import SteerParams
from wend.methods.workbench import Workbench

# So many numbers are 60 MB, about what the file of a family may hold.
_MOST_PARAMETERS = 15_000_000
# One sample forward and backward takes 25 ms of a CPU core at 64 px: a slice.
_CPU_CHUNK, _GPU_CHUNK = 1, 16


@dataclass(frozen=True)
class SteerTask:
    """One walk to learn, or several that are learned together, on one generator.

    reach: largest |alpha| in training; psi: truncation; classes: those it is learned on, empty for a
    generator without; learners: one, or one for each class.
    """

    params: SteerParams
    edit: Edit
    site: Site
    psi: float
    reach: float
    classes: tuple[int, ...]
    learners: tuple[Learner, ...]
    objective: SteerObjective

    def class_of(self, learner: int) -> int | None:
        """The one class that a learner is of; None where it is of all."""
        return self.classes[learner] if self.params.classes != "shared" else None


def steer_task(params: SteerParams, bench: Workbench, edits: Mapping[str, Edit] = EDITS) -> SteerTask:
    """edits: to choose from, beside those of the folder that the user's settings allow.

    Raises: InvalidParams for what does not fit the model; PerceptionNotFound, WeightsInvalid for a loss
    whose networks are not there."""
    edit, generator = _edit(params.edit, bench, edits), bench.generator
    spec, card = generator.spec, bench.shelf.store.get(bench.model).card
    psi = card.psi if params.psi is None else params.psi
    site, classes = _site(params, generator), _classes(params, spec)
    if params.pull != 1.0 and site.free is not None:
        raise InvalidParams("pull", "the codes of this model hold their class, which a pull would wear away")
    size = _step_size(params, edit, spec.resolution)
    count = params.step_count or edit.steps.count
    reach = (
        edit.reach_at(spec.resolution, params.range == "published") if params.reach is None else params.reach
    )
    if params.walk == "steps":
        reach = abs(size) * count
    elif edit.law == "whole" and reach < 1.0:
        raise InvalidParams("reach", f"{edit.title} goes by whole {edit.unit}, so it must be at least 1")
    _ensure_reach(params, edit, reach, spec.resolution)
    _ensure_shelf_room(params, edit, site, len(classes) if params.classes == "each" else 1)
    gain = edit.gain_at(spec.resolution)
    if params.scale == "even":
        # The walk's numbers are then about as large whatever the edit and the range: one rate suits all.
        gain = 1.0 / edit.reach_at(spec.resolution, is_published=False)
    elif params.scale == "reach":
        gain = 1.0 / reach
    rng = torch.Generator().manual_seed(params.seed)

    def learner() -> Learner:
        if params.walk == "linear":
            return LinearLearner(edit, site, reach, gain, params.start_sd, rng, generator.device)
        return StepLearner(
            edit, site, size, count, params.start, rng, generator.device, params.pull, generator.w_avg
        )  # fmt: skip

    learners = tuple(learner() for _ in (classes if params.classes == "each" else (0,)))
    plan = SteerPlan(
        place=params.place,
        first_row=site.layers[0],
        batch=params.batch,
        chunk=min(params.batch, _chunk(generator)),
        psi=psi,
        seed=params.seed,
        held_out=params.held_out,
        codes=params.codes,
        classes=classes,
        per_class=params.classes == "each",
        # Samples of a chunk take their steps together.
        per_sample=params.strengths == "sample" and params.walk == "linear",
        precision=params.precision,
    )
    objective = SteerObjective(generator, learners, _loss(params, bench), plan)
    return SteerTask(params, edit, site, psi, reach, classes, learners, objective)


def _chunk(generator: Generator) -> int:
    """Samples at once, the same on every day of a run."""
    most = _CPU_CHUNK if generator.device.type == "cpu" else _GPU_CHUNK
    return portion(generator.spec.resolution, most, has_gradient=True)


def _edit(name: str, bench: Workbench, edits: Mapping[str, Edit]) -> Edit:
    if name in edits:
        if PLAIN_NAME.fullmatch(name) is None:
            raise InvalidParams("edit", f"walks cannot be put on the shelf under the name {name!r}")
        return edits[name]
    try:
        return find_edit(name, bench.perception.trust.edits_dir)
    except InvalidInput as error:
        raise InvalidParams("edit", error.sentence.rstrip(".")) from error


def _ensure_reach(params: SteerParams, edit: Edit, reach: float, side: int) -> None:
    most = edit.most_at(side)
    if reach > most:
        field = "step_count" if params.walk == "steps" else "edit" if params.reach is None else "reach"
        raise InvalidParams(
            field,
            f"{edit.title} goes to {most:.4g} {edit.unit} at most in pictures of {side} px, not {reach:.4g}",
        )


def _ensure_shelf_room(params: SteerParams, edit: Edit, site: Site, learners: int) -> None:
    """Whether all that is learned together fits the one file of its family."""
    is_line = params.walk == "linear"
    walks = learners * (len(edit.sliders) if is_line else 1)
    rows = site.rows if site.place == "layers" else 1
    each = rows * site.width if is_line else parameter_count(site.count * site.width)
    if walks > MAX_WALKS or (learners > 1 and walks * each > _MOST_PARAMETERS):
        raise InvalidParams(
            "classes",
            f"{walks} walks of {each} numbers are too much for one job, which may make {MAX_WALKS} walks of "
            f"{_MOST_PARAMETERS} numbers together: learn one for all, or one class at a time",
        )
    if not is_line and each > _MOST_PARAMETERS:
        raise InvalidParams(
            "place", "step networks for so many layers together are too large: choose fewer layers, or w"
        )


def _step_size(params: SteerParams, edit: Edit, side: int) -> float:
    return edit.steps.size_at(side) if params.step_size is None else params.step_size


def _site(params: SteerParams, generator: Generator) -> Site:
    spec = generator.spec
    layers = (0, spec.num_ws) if params.layers is None else params.layers
    if layers[1] > spec.num_ws:
        raise InvalidParams("layers", f"the model has {spec.num_ws} style rows, so none beyond that")
    if params.place == "z":
        layers = (0, spec.num_ws)
    width, free = spec.z_dim, None
    if params.place != "z":
        width, free = spec.w_dim, _free(generator)
    return Site(params.place, layers, width, spec.num_ws, free)


def _free(generator: Generator) -> Tensor | None:
    """The numbers of w that follow z, bool [w_dim]; None where all do. The others hold the class."""
    spec = generator.spec
    if not spec.c_dim:
        return None
    z = torch.randn(8, spec.z_dim, generator=torch.Generator().manual_seed(0)).to(generator.device)
    free = torch.zeros(spec.w_dim, dtype=torch.bool)
    for one in torch.eye(spec.c_dim, device=generator.device)[:8]:
        with torch.no_grad():
            w = generator.mapping(z, one.expand(8, -1))
        free |= (w != w[:1]).any(dim=0).cpu()
    return None if bool(free.all()) else free


def _classes(params: SteerParams, spec: GeneratorSpec) -> tuple[int, ...]:
    if not spec.c_dim:
        if params.classes != "shared":
            raise InvalidParams("classes", "the model has no classes")
        return ()
    if params.class_index is None:
        return tuple(range(spec.c_dim))
    if params.class_index >= spec.c_dim:
        raise InvalidParams("class_index", f"the model has classes 0 to {spec.c_dim - 1}")
    return (params.class_index,)


def _loss(params: SteerParams, bench: Workbench) -> EditLoss:
    if params.loss == "l2":
        return MaskedL2()
    return MaskedPerceptual(named_distance(params.loss, bench), params.loss)
