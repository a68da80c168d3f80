"""Imports: foreign checkpoints looked at, and made into models; read in a sandbox, refused in words."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TypeVar

import torch
from torch import Tensor, nn

from wend.errors import FileInvalid, FormatDamaged, FormatRefused, WeightsInvalid
from wend.formats.sandbox import Reading, Report, Sandbox
from wend.generators.build import build_discriminator, build_encoder, build_generator
from wend.generators.generator import Generator, synthesize
from wend.generators.shapes_alone import shapes_alone
from wend.imaging.contact_sheet import contact_sheet
from wend.latents.seed import z_of_seeds
from wend.latents.truncation import truncate
from wend.library.card import SourceSection, sections_of
from wend.library.class_names import guess_names
from wend.library.guesses import corrected
from wend.library.model_ids import check_id, check_is_free, free_id
from wend.library.models import Model, ModelStore
from wend.library.programs import PROGRAM, is_program, read_program
from wend.library.publish import CardText, publish_model
from wend.library.weights import check_fit, fill, read_weights, settle

_SKETCHES = "discriminator: sketches and joint training begin with it"
_PHOTOS = "encoder: a photo opens at once"
NOTHING_SAID: Mapping[str, str] = MappingProxyType({})
_NAMED = "its 1000 classes are taken for ImageNet's, and named so"


@dataclass(frozen=True)
class Inspection:
    """What a checkpoint would become. parameters: learned numbers of the generator; the others' None where
    the file has none that can be used."""

    report: Report
    resolution: int
    z_dim: int
    w_dim: int
    num_ws: int
    spaces: tuple[str, ...]
    classes: int
    parameters: int
    discriminator_parameters: int | None
    encoder_parameters: int | None
    enables: tuple[str, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class _Networks:
    """Filled networks, on the CPU."""

    generator: Generator
    discriminator: nn.Module | None
    encoder: dict[str, Tensor] | None
    encoder_parameters: int | None
    enables: tuple[str, ...]
    ignored: tuple[str, ...]


def inspect_file(sandbox: Sandbox, path: Path) -> Inspection:
    """What a file holds, without keeping anything. Raises: the family of FormatRefused."""
    with sandbox.read(path) as reading:
        networks = _fill(reading)
    spec, report = networks.generator.spec, reading.report
    assert isinstance(networks.generator, nn.Module)
    judge = networks.discriminator
    return Inspection(
        report=report,
        resolution=spec.resolution,
        z_dim=spec.z_dim,
        w_dim=spec.w_dim,
        num_ws=spec.num_ws,
        spaces=spec.spaces,
        classes=spec.c_dim,
        parameters=_count(networks.generator),
        discriminator_parameters=None if judge is None else _count(judge),
        encoder_parameters=networks.encoder_parameters,
        enables=networks.enables,
        ignored=networks.ignored,
    )


def import_file(
    sandbox: Sandbox,
    path: Path,
    root: Path,
    model_id: str | None = None,
    called: str | None = None,
    allows_programs: bool = False,
    said: Mapping[str, str] = NOTHING_SAID,
) -> Model:
    """Make a file into a model below `root`, under a name of its own or the one that is given.

    A file that was imported before is not imported twice: its model is returned. No model, and no other
    folder, is ever replaced by one. called: what the file is called where it comes from, if not as here;
    allows_programs: TorchScript is run, outside of the sandbox; said: settings in place of guesses, of which
    another model is made.
    Raises: the family of FormatRefused; ModelIdInvalid for a name that is taken or none; DiskFull;
    InvalidSetting for what was not guessed.
    """
    if model_id is not None:
        check_id(model_id)
    if called is not None:
        with _called(called):
            return _import(sandbox, path, root, model_id, called, allows_programs, said)
    return _import(sandbox, path, root, model_id, None, allows_programs, said)


@contextmanager
def _called(name: str) -> Iterator[None]:
    """What is said of a file is said by its own name, not by that under which it lies here."""
    try:
        yield
    except FormatRefused as error:
        raise type(error)(name, str(error.values["why"])) from error


def _import(
    sandbox: Sandbox,
    path: Path,
    root: Path,
    model_id: str | None,
    called: str | None,
    allows_programs: bool,
    said: Mapping[str, str],
) -> Model:
    if allows_programs and is_program(path):
        report, program = read_program(path)
        made = _Networks(program, None, None, None, (), ())
        return _made(path, report, lambda: made, root, model_id, called)
    with sandbox.read(path) as reading:
        told = replace(reading, report=corrected(reading.report, said))
        return _made(path, told.report, lambda: _fill(told), root, model_id, called)


def _made(
    path: Path,
    report: Report,
    fill: Callable[[], _Networks],
    root: Path,
    model_id: str | None,
    called: str | None,
) -> Model:
    """The model that a file was made into before, or a new one."""
    for model in ModelStore([root]).list().models:
        source = model.card.source
        if source is None or source.sha256 != report.sha256 or model_id not in (None, model.card.id):
            continue
        # Of one file there may be a model with a setting that was guessed and one that was told it.
        if all(model.card.config.get(name) == report.config.get(name) for name in report.guessed):
            return model
    if model_id is not None:
        check_is_free(model_id, root)
    networks = fill()
    name = model_id or free_id(PurePath(called) if called else path, root)
    check_is_free(name, root)  # building takes a while, in which another may have come
    told = report.model_copy(update={"file": called}) if called else report
    return _publish(root / name, told, networks)


def _fill(reading: Reading) -> _Networks:
    """Networks of the report's configuration with the tensors that came back. Raises: FormatDamaged."""
    report = reading.report
    if report.kind == PROGRAM:
        raise FormatDamaged(report.file, "its reader takes it for a program, which no reader gives back")
    ignored, enables = list(report.ignored), list[str]()
    with _said_of(report.file), torch.random.fork_rng(devices=[]):
        made = _filled(lambda: build_generator(report.kind, report.config, report.classes), reading.generator)
        assert made is not None
        generator: Generator = made
        judge = None
        if reading.discriminator is not None:
            judge = _filled(lambda: build_discriminator(generator), reading.discriminator)
            if judge is not None:
                enables.append(_SKETCHES)
        encoder = None if reading.encoder is None else read_weights(reading.encoder)
        path = reading.encoder
        if path is not None and _filled(lambda: build_encoder(generator), path) is not None:
            enables.append(_PHOTOS)
    count = None if encoder is None else sum(t.numel() for t in encoder.values())
    return _Networks(generator, judge, encoder, count, tuple(enables), tuple(ignored))


B = TypeVar("B")
# What Python and torch say of sizes that fit no network.
_UNFIT = (RuntimeError, TypeError, ValueError, ArithmeticError, LookupError)


def _filled(build: Callable[[], B | None], path: Path) -> B | None:
    """A network with the tensors of a file; None where `build` makes none.

    Its shapes alone are made first: nothing is allocated that the file does not hold.
    Raises: CardInvalid, WeightsInvalid.
    """
    tensors = read_weights(path)
    try:
        with shapes_alone():
            planned = build()
    except _UNFIT as error:
        raise WeightsInvalid(path.name, "a network of its sizes cannot be made") from error
    if planned is None:
        return None
    assert isinstance(planned, nn.Module)
    check_fit(planned, tensors, path)
    network = build()
    assert isinstance(network, nn.Module)
    fill(network, tensors, path)
    settle(network, torch.device("cpu"))
    return network


@contextmanager
def _said_of(file: str) -> Iterator[None]:
    """What does not fit a network is said of the file it came from."""
    try:
        yield
    except FileInvalid as error:
        raise FormatDamaged(file, str(error.values.get("why", error))) from error


def _count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def _publish(folder: Path, report: Report, networks: _Networks) -> Model:
    generator, judge = networks.generator, networks.discriminator
    assert isinstance(generator, nn.Module)
    spec = generator.spec
    classes = report.classes or guess_names(spec.c_dim)
    notes = (*report.notes, _NAMED) if classes and not report.classes else report.notes
    training, world = sections_of(report.sections)
    pictures = _samples(report.file, generator, report.psi)
    side = f"{spec.resolution} px, {_count(generator):,} parameters"
    text = CardText(
        title=report.title or folder.name,
        summary=f"{report.layout}: {side}.",
        licence=report.licence,
        kind=report.kind,
        config=report.config,
        classes=classes,
        psi=report.psi,
        training=training,
        world=world,
        source=SourceSection(
            file=report.file,
            sha256=report.sha256,
            size_bytes=report.size_bytes,
            layout=report.layout,
            ignored=networks.ignored,
            notes=notes,
            enables=networks.enables,
        ),
    )
    columns = 3 if len(pictures) > 1 else 1
    sheet = contact_sheet(pictures, columns=columns, gap=0)
    sheet.thumbnail((512, 512))
    return publish_model(
        folder,
        text,
        generator.state_dict(),
        None if judge is None else judge.state_dict(),
        sheet,
        None,
        networks.encoder,
        is_exact=True,
    )


@torch.no_grad()
def _samples(file: str, generator: Generator, psi: float) -> Tensor:
    """Pictures of the first seeds, [N, 3, R, R]; one alone of a large generator.

    Raises: FormatDamaged where it draws values that are not finite.
    """
    spec = generator.spec
    count = 9 if spec.resolution <= 256 else 1
    images: list[Tensor] = []
    for seed in range(count):
        c = torch.eye(spec.c_dim)[[(37 * seed) % spec.c_dim]] if spec.c_dim else None
        w = generator.mapping(z_of_seeds([seed], spec.z_dim), c)
        ws = truncate(w[:, None].repeat(1, spec.num_ws, 1), generator.center(c), psi, None)
        images.append(synthesize(generator, ws, None))
    drawn = torch.cat(images)
    if not bool(torch.isfinite(drawn).all()):
        raise FormatDamaged(file, "what it draws is not finite")
    return drawn
