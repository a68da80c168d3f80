"""From a perception run to a set on disk: weights in half precision, and a card with what was measured."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from torch import nn

from wend.library.beside import written_beside
from wend.library.card import CARD_FILE, Scalar, TrainingSection, write_card
from wend.library.perception import UNSURE, PerceptionSet, file_hash
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.weights import save_weights
from wend.optim.checkpoint import load_checkpoint
from wend.perception.network import Role
from wend.perception.plain_regressor import PlainRegressor
from wend.perception.point_regressor import PointRegressor
from wend.perception.residual_regressor import ResidualRegressor
from wend.perception.unet import UNet
from wend.training.perception.run import PerceptionRun, Stage

LICENCE = "MIT (weights trained on pictures drawn by this project)"
# What a set lists, in the order of its card: name, role, and the stage that trained it.
_NETWORKS: tuple[tuple[str, Role, Stage], ...] = (
    ("factors-a", "factors", "features"),  # the same network, with what was fitted on top of it
    ("factors-b", "factors", "factors-b"),
    ("factors-c", "factors", "factors-c"),
    ("labels", "labels", "maps"),
    ("lines", "lines", "maps"),
    ("features", "features", "features"),
)

PUBLISHED: tuple[Stage, ...] = ("features", "factors-b", "factors-c", "maps")


def publish_perception(
    run: PerceptionRun,
    folder: Path,
    measured: Mapping[str, Mapping[str, Scalar]],
    unsure: Sequence[str] = (),
) -> PerceptionSet:
    """Publish the averaged networks of a run that is done as the set `folder.name`.

    measured: network name -> what was measured of it; unsure: attributes that the third regressor leaves to
    the first. Raises: InvalidInput when a stage is not done;
    WeightsInvalid for values that half precision cannot hold.
    """
    networks = {stage: run.network(stage) for stage in PUBLISHED}
    world = run.world.name
    with written_beside(folder) as partial:
        for stage, network in networks.items():
            save_weights(partial / _file(stage), network.state_dict())
        card = PerceptionCard(
            id=folder.name,
            title=f"{world.capitalize()}, seen",
            summary=(
                f"Networks that read factors, labels, lines and likeness off pictures of the {world} world; "
                "three regressors trained apart, so that one can judge what another steered."
            ),
            licence=LICENCE,
            world=world,
            networks=tuple(
                _section(run, name, role, stage, networks[stage], partial, measured.get(name, {}), unsure)
                for name, role, stage in _NETWORKS
            ),
        )
        write_card(partial / CARD_FILE, card)
    return PerceptionSet(card, folder)


def _file(stage: Stage) -> str:
    return f"{'factors-a' if stage == 'features' else stage}.safetensors"


def _section(
    run: PerceptionRun,
    name: str,
    role: Role,
    stage: Stage,
    network: nn.Module,
    folder: Path,
    measured: Mapping[str, Scalar],
    unsure: Sequence[str],
) -> NetworkSection:
    kind, config, names = _describe(network)
    if stage == "factors-c" and unsure:
        config = {**config, UNSURE: list(unsure)}
    state = load_checkpoint(run.checkpoint_path(stage))
    images, seconds = state["images_seen"], state["seconds"]
    assert isinstance(images, int)
    assert isinstance(seconds, float)
    return NetworkSection(
        name=name,
        role=role,
        kind=kind,
        file=_file(stage),
        sha256=file_hash(folder / _file(stage)),
        config=config,
        names=names,
        licence=LICENCE,
        measured=dict(measured),
        training=TrainingSection(
            images_seen=images,
            seed=run.recipe.seed,
            hours=round(seconds / 3600.0, 3),
            device=str(run.device),
            recipe=run.recipe.as_dict(),
        ),
    )


def _describe(network: nn.Module) -> tuple[str, dict[str, Scalar | list[Scalar]], tuple[str, ...]]:
    """Kind, configuration and names of a network, as its card says them."""
    match network:
        case ResidualRegressor():
            return "residual-regressor", {**network.factor_code.as_config()}, ()
        case PlainRegressor():
            return "plain-regressor", {**network.factor_code.as_config()}, ()
        case PointRegressor():
            return "point-regressor", {**network.factor_code.as_config()}, ()
        case UNet():
            return "unet", {}, network.labels
        case _:
            raise AssertionError(type(network).__name__)
