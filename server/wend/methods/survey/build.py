"""Build: a survey opened from its parameters: worlds, files, models, networks."""

import re
from dataclasses import dataclass
from pathlib import Path

from wend.errors import InvalidInput, InvalidParams
from wend.library.card import ModelCard
from wend.library.picture_sets import PICTURES_FOLDER
from wend.measure.card_world import has_matched_moments, judgement, world_of
from wend.measure.seeds import WORLD_SEED
from wend.methods.survey.eye import open_eye
from wend.methods.survey.files import PictureFiles
from wend.methods.survey.model_side import Subject
from wend.methods.survey.params import SurveyParams
from wend.methods.survey.source import FileSource, ModelSource, Source, WorldSource
from wend.methods.survey.study import SurveyStudy
from wend.methods.workbench import Workbench
from wend.worlds.registry import is_world, open_world
from wend.worlds.world import World

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")
CPU_BATCH, DEVICE_BATCH = 2, 32
"""Pictures of a slice: on one CPU core 2 of 64 px take some 30 ms to draw and to label."""
FILE_BATCH = 1
"""Files of a slice: a photo of 16 million pixels takes 0.1 to 0.3 s to unpack, on whatever device."""


@dataclass(frozen=True)
class OpenedSurvey:
    """size: side of all pictures; notes: sentences; files: digest of the real files, "" for a world."""

    study: SurveyStudy
    cards: tuple[ModelCard, ...]
    size: int
    notes: tuple[str, ...]
    files: str


def open_survey(
    params: SurveyParams, bench: Workbench, opens_paths: bool = False, has_examples: bool = True
) -> OpenedSurvey:
    """opens_paths: whether `against` may be any path, which a command says and a server never does.

    Raises: ModelNotFound, CardInvalid, WorldNotFound, InvalidVariant, InvalidParams, InvalidInput,
    PerceptionNotFound, WeightsInvalid.
    """
    cards = tuple(bench.shelf.store.get(model).card for model in params.models)
    drawn = max(card.resolution for card in cards)
    size = params.size or drawn
    world = _world(params.against, cards[0])
    seen_as = world.name if world is not None else None if cards[0].world is None else cards[0].world.name
    if world is not None:
        seed = WORLD_SEED + params.seed
        files = ""
        real: Source = WorldSource(world, 2 * params.count, seed, size, bench.device, drawn)
    else:
        path = path_of(params.against, bench.data_dir / PICTURES_FOLDER, opens_paths)
        pictures = PictureFiles(path)
        files, real = pictures.digest, FileSource(pictures, size, bench.device)
    eye = open_eye(bench.perception, params.segmenter, seen_as, bench.device, cards[0])
    batch = CPU_BATCH if bench.device.type == "cpu" else DEVICE_BATCH
    subjects = tuple(_subject(card, params, bench, size) for card in cards)
    study = SurveyStudy(
        real,
        subjects,
        eye,
        params.count,
        batch,
        size,
        params.seed,
        has_examples,
        FILE_BATCH if files else batch,
    )
    return OpenedSurvey(study, cards, size, _notes(cards, eye.segmenter.partition("/")[0], size), files)


def _world(against: str, card: ModelCard) -> World | None:
    """None: the real pictures are files. Raises: InvalidInput for a card that names no world."""
    if not against:
        if card.world is None:
            raise InvalidInput(
                f"The card of {card.id} names no world: say what its pictures are held against, a world "
                "or the name "
                "of a folder or zip of pictures."
            )
        return world_of(card)
    return open_world(against) if is_world(against) else None


def path_of(against: str, folder: Path, opens_paths: bool, name: str = "against") -> Path:
    """Pictures by the name they have in `folder`, or any path. name: of the parameter that says so.

    Raises: InvalidParams for what names no folder or zip that may be opened.
    """
    if opens_paths and Path(against).exists():
        return Path(against)
    if _NAME.fullmatch(against) and (folder / against).exists() and not (folder / against).is_symlink():
        return folder / against
    raise InvalidParams(
        name,
        f"{against!r} is neither a world nor a folder or zip in the data folder's {PICTURES_FOLDER}",
    )


def _subject(card: ModelCard, params: SurveyParams, bench: Workbench, size: int) -> Subject:
    def opens() -> Source:
        first = params.seed * params.count
        return ModelSource(card.id, bench.other(card.id), params.count, first, params.psi, size)

    return Subject(card.id, opens)


def _notes(cards: tuple[ModelCard, ...], segmenter: str, size: int) -> tuple[str, ...]:
    notes: list[str] = []
    for card in cards:
        told = judgement(card, segmenter).get("judged_by_trainer_note")
        if isinstance(told, str):
            notes.append(told)
        elif has_matched_moments(card):
            notes.append(f"The training of {card.id} matched moments of factors, so frequencies flatter it.")
        if card.resolution < size:
            notes.append(f"Pictures of {card.id}, {card.resolution} px, are enlarged to {size}.")
    return tuple(notes)
