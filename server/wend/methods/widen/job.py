"""Widen: the job that trains a copy of a generator with a walk, and publishes both as a new model.

Source: Jahanian, Chai and Isola, "On the 'steerability' of generative adversarial networks", ICLR 2020.
"""

import hashlib
import json
import time
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from wend.errors import InvalidParams
from wend.generators.build import build_discriminator, build_generator
from wend.generators.generator import Generator
from wend.generators.portion import portion
from wend.imaging.contact_sheet import contact_sheet
from wend.latents.seed import z_of_seeds
from wend.library.card import ModelCard, TrainingSection
from wend.library.publish import CardText, publish_model
from wend.library.walk_record import Scalar, WalkRecord
from wend.measure.card_world import world_of
from wend.methods.edits.catalog import EDITS
from wend.methods.process_bench import ProcessBench
from wend.methods.reals import Reals
from wend.methods.widen.errors import EditErrors, edit_errors
from wend.methods.widen.objective import Widening
from wend.methods.widen.params import WidenParams
from wend.optim.job import Job, Outcome, SliceReport

KINDS = ("dcgan", "stylegan2")
_PREVIEW_COLUMNS = 5
_SHEET_COLUMNS = 9
_ERROR_COUNT, _LEAST_ERRORS = 200, 16
"""Codes that it is measured on; fewer of more than 256 px, of which a thousand pictures take over an hour."""
_W_AVG_SAMPLES = 20_000
_JUDGES = ("judge", "moments")
_UNLIKE = {"stylegan2": " As much noise as before."}
"""What a widening leaves out of a kind's own training, as the end of the summary."""


def build_widen(params: WidenParams, bench: ProcessBench, reals: Reals | None = None) -> Job:
    """The job that does what `params` say. reals: pictures in place of those of the model's world.

    Raises: InvalidParams for a model that cannot be widened or a name that is taken.
    """
    return WidenJob(params, bench, reals)


class WidenJob:
    """One iteration a step; `finish` publishes the widened model and its walk, and measures both.

    The same parameters on the same weights give the same model, bit for bit on a CPU with as many threads.
    """

    def __init__(self, params: WidenParams, bench: ProcessBench, reals: Reals | None = None) -> None:
        self._params, self._bench = params, bench
        store = bench.shelf.store
        self._card = store.get(params.model).card
        self._origin = self._card.hash
        if params.name is None:
            raise InvalidParams("name", "the new model needs one")
        self._name = params.name
        self._check_name()
        generator, discriminator = self._networks()
        own = self._card.training.recipe if self._card.training else {}
        plan = params.plan(self._card.resolution, own)
        if reals is None:
            reals = Reals.of_world(world_of(self._card), params.pictures, 1, self._card.resolution)
        edit = EDITS[params.edit]
        # A uniform walk would begin far outside what trained weights draw, and wear them out coming back.
        spread = 1.0 if params.start == "scratch" else 0.0
        self.widening = Widening(generator, discriminator, reals, edit, plan, params.ground, spread)
        self._seconds = 0.0

    def _networks(self) -> tuple[Generator, nn.Module]:
        """A generator and a discriminator of its own, that can be trained."""
        card, device = self._card, self._bench.device
        if card.kind not in KINDS:
            raise InvalidParams(
                "model", f"models of the kind {card.kind} cannot be widened, {', '.join(KINDS)} can"
            )
        if self._params.start == "scratch":
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(self._params.seed)
                generator = build_generator(card.kind, card.config, card.classes)
                judge: nn.Module | None = build_discriminator(generator)
            assert isinstance(generator, nn.Module)
            generator.to(device)
        else:
            generator = self._bench.shelf.store.load(card.id, device)
            judge = self._bench.shelf.store.load_discriminator(card.id, device)
        if judge is None:
            raise InvalidParams("model", f"{card.id} was published without its discriminator")
        assert isinstance(generator, nn.Module)
        judge.to(device)
        generator.requires_grad_(True)
        judge.requires_grad_(True)
        # How much noise there is stays: more of it is the first thing a discriminator is fooled with, and
        # the noise that a model is shown with would be a pattern in every picture.
        for name, tensor in generator.named_parameters():
            if name.endswith("noise_strength"):
                tensor.requires_grad_(False)
        return generator, judge

    # -- the job ----------------------------------------------------------------------------------

    @property
    def is_at_rest(self) -> bool:
        return True

    def step(self) -> SliceReport:
        """One iteration: the discriminator once, generator and walk twice; or one update of the walk."""
        work, began = self.widening, time.monotonic()
        is_adversarial = work.update in work.plan.together
        losses = work.step()
        self._seconds += time.monotonic() - began
        if is_adversarial:
            label = "Training generator and walk" if work.plan.is_joint else "Training the generator"
        else:
            label = "Training the walk"
        return SliceReport(work.update / work.plan.total, label, work.is_done, work.update, losses)

    def state_dict(self) -> dict[str, object]:
        return {"origin": self._origin, "seconds": self._seconds, "widening": self.widening.state_dict()}

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state of other weights."""
        if state["origin"] != self._origin:
            raise ValueError("the state is of a model with other weights")
        self.widening.load_state_dict(cast("dict[str, object]", state["widening"]))
        self._seconds = float(str(state["seconds"]))

    def preview(self) -> tuple[Tensor, int] | None:
        """Pictures along the walk, a row each of three seeds, over the trained range."""
        return self._strips(3, _PREVIEW_COLUMNS), _PREVIEW_COLUMNS

    def finish(self, folder: Path) -> Outcome:
        """Publishes under `name`, with the walk on its shelf. Raises: InvalidParams, DiskFull."""
        self._check_name()
        work = self.widening
        work.take_averages()
        work.network.eval()
        self._settle()
        reach = work.plan.reach
        count = max(_LEAST_ERRORS, portion(work.generator.spec.resolution, _ERROR_COUNT))
        found = edit_errors(work, (-reach, -0.5 * reach, 0.5 * reach, reach), count)
        rows = min(max(work.generator.spec.c_dim, 4), 12)
        sheet = contact_sheet(self._strips(rows, _SHEET_COLUMNS), _SHEET_COLUMNS)
        model = publish_model(
            self._bench.data_dir / "models" / self._name,
            self._text(),
            work.network.state_dict(),
            work.discriminator.state_dict(),
            contact_sheet(self._strips(2, 2), 2, gap=0),
            sheet,
        )
        record = self._record(folder, model.card)
        self._bench.shelf.save(model.card.hash, record.family, [record])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "edit-errors.csv").write_text(_csv(found))
        facts = {
            f"error at {amount:g} {record.unit}": f"{mean:.4f}"
            for amount, mean in zip(found.amounts, found.means, strict=True)
        }
        facts["measured on"] = f"{count} codes"
        facts["trained to"] = f"{reach:g} {record.unit}"
        return Outcome(facts=facts, walks=(record.id,), model=self._name)

    # -- what comes of it ---------------------------------------------------------------------------

    @torch.no_grad()
    def _strips(self, rows: int, columns: int) -> Tensor:
        """Pictures float32 [rows * columns, 3, R, R] of seeds 0, 1, ... moved from -reach to reach."""
        work = self.widening
        was_training = work.network.training
        work.network.eval()
        z = z_of_seeds(list(range(rows)), work.generator.spec.z_dim).to(work.generator.device)
        c = work.one_hot(torch.arange(rows) % max(work.generator.spec.c_dim, 1))
        w = work.generator.mapping(z, c).repeat_interleave(columns, dim=0)
        reach = work.plan.reach
        amounts = torch.linspace(-reach, reach, columns).repeat(rows).to(w.device)
        at_once = portion(work.generator.spec.resolution, len(w))
        parts = zip(w.split(at_once), amounts.split(at_once), strict=True)
        images = torch.cat([work.draw(part, each).clamp(-1.0, 1.0).cpu() for part, each in parts])
        work.network.train(was_training)
        return images

    @torch.no_grad()
    def _settle(self) -> None:
        """The mean of w belongs to the mapping, which has been trained."""
        generator = self.widening.generator
        buffers = dict(self.widening.network.named_buffers())
        own = next((b for name, b in buffers.items() if name.endswith("w_avg")), None)
        if own is not None:
            rng = torch.Generator().manual_seed(self._params.seed)
            z = torch.randn(_W_AVG_SAMPLES, generator.spec.z_dim, generator=rng).to(generator.device)
            own.copy_(generator.mapping(z).mean(dim=0))

    def _text(self) -> CardText:
        card, params, work = self._card, self._params, self.widening
        together = work.plan.together
        shown = max(0, min(work.update, together.stop) - together.start) * work.plan.batch
        before = card.training.images_seen if card.training and params.start == "trained" else 0
        title = f"{card.title}, widened" if work.plan.is_joint else f"{card.title}, {params.arm}"
        return CardText(
            title=title,
            summary=f"{card.id} trained on, {params.arm}, for '{EDITS[params.edit].title.lower()}' to "
            f"{work.plan.reach:g} {EDITS[params.edit].unit} either way.{_UNLIKE.get(card.kind, '')}",
            licence=card.licence,
            kind=card.kind,
            config=card.config,
            classes=card.classes,
            psi=card.psi,
            training=TrainingSection(
                images_seen=before + shown,
                seed=params.seed,
                hours=round(self._seconds / 3600.0, 3),
                device=self._bench.device.type,
                recipe=self._recipe(),
            ),
            world=card.world,
        )

    def _recipe(self) -> dict[str, Scalar]:
        """What was asked for, and what judged in the training of the weights that it went on from."""
        told = self._params.model_dump(mode="json", exclude_none=True)
        before = self._card.training.recipe if self._card.training else {}
        judges = {k: before[k] for k in _JUDGES if k in before} if self._params.start == "trained" else {}
        return {"widened_from": self._origin, **judges, **{k: cast("Scalar", v) for k, v in told.items()}}

    def _check_name(self) -> None:
        """A name that is free, or that this very job has published already, before it was cut off."""
        taken = {model.card.id: model.card for model in self._bench.shelf.store.list().models}
        card = taken.get(self._name)
        if card is not None and (card.training is None or card.training.recipe != self._recipe()):
            raise InvalidParams("name", f"there is a model {self._name} already")

    def _record(self, folder: Path, card: ModelCard) -> WalkRecord:
        work, edit = self.widening, EDITS[self._params.edit]
        vector = torch.zeros(work.generator.spec.w_dim)
        vector[: work.free] = work.walk.detach().cpu()
        norm = float(vector.norm())
        reach = work.plan.reach
        ends = self._strips(8, 3).unflatten(0, (8, 3))
        change = 0.5 * (ends[:, [0, 2]] - ends[:, 1:2]).abs().mean(dim=(1, 2, 3, 4))
        family = f"widen-{self._params.edit.replace('_', '-')}-{_tag(folder, self._recipe())}"
        return WalkRecord(
            id=f"{family}/{self._params.arm}",
            title=edit.title,
            method="widen",
            space="w",
            unit=edit.unit,
            layers=(0, work.generator.spec.num_ws),
            low=-reach,
            high=reach,
            psi=1.0,
            strength=float(change.median()),
            generator_hash=card.hash,
            vector=vector / max(norm, 1e-12),
            unit_length=norm / work.plan.scale,
            settings={k: v for k, v in self._recipe().items() if k != "model"} | {"arm": self._params.arm},
            trained=(-reach, reach),
        )


def _tag(folder: Path, recipe: dict[str, Scalar]) -> str:
    """The first of the job's id, whose folder holds that of its artifacts; else of what was asked for."""
    name = folder.parent.name[:6]
    if len(name) == 6 and all(letter in "0123456789abcdef" for letter in name):
        return name
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:6]


def _csv(found: EditErrors) -> str:
    rows = zip(found.amounts, found.means, found.sds, strict=True)
    return "amount,error,sd\n" + "".join(f"{a:g},{m:.6f},{s:.6f}\n" for a, m, s in rows)
