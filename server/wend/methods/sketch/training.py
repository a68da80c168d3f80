"""Sketch training: the loop that teaches a copy of a generator the pose of a few drawings.

    drawings = [...]                                     # see `Extractor.form`; lines: [1, h, w] in [-1, 1]
    training = SketchTraining(bench, SketchParams(model="portraits-64", sketches="0" * 12), drawings)
    while not training.is_done:
        losses = training.step()                         # one iteration
    training.take_best()                                 # or stay with the last
    child = training.pupil.generator                     # a Generator, in eval, on the bench's device

Source: Wang, Bau and Zhu, "Sketch your own GAN", ICCV 2021, equation 18 as released: an iteration updates the
discriminators, every 16th time penalises them, and updates the generator, with new fakes for each side.

    G:    softplus(-D_Y(F(G(z)))) + lambda softplus(-D_X(G(z))) + lambda_weight L_weight
          (ours: G draws of a warp of z, of which it costs how far it moves z and in how many directions,
          and what D_Y says is told from w: `latent_judge`)
    D:    softplus(-D_Y(y)) + softplus(D_Y(F(G(z)))) + lambda (softplus(-D_X(x)) + softplus(D_X(G(z))))
"""

import math
import time
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from wend.errors import Diverged, InvalidInput
from wend.library.card import ModelCard
from wend.methods.fresh_noise import fresh_noise
from wend.methods.process_bench import ProcessBench
from wend.methods.sketch.candidates import Candidates
from wend.methods.sketch.drawn import FEWEST_TO_HOLD_OUT, drawn_of
from wend.methods.sketch.extractor import Extractor, open_extractor
from wend.methods.sketch.jitter import jittered
from wend.methods.sketch.judges import R1_EVERY, Judges, judge_of
from wend.methods.sketch.latent_judge import WAITS, LatentJudge
from wend.methods.sketch.lookalikes import Lookalikes, lookalikes
from wend.methods.sketch.match import Look, MatchLook
from wend.methods.sketch.params import SketchParams
from wend.methods.sketch.pupil import Pupil
from wend.methods.sketch.shifting import shifted
from wend.methods.sketch.softening import softened
from wend.optim.adversarial import backward_of, taught
from wend.optim.checkpoint import rng_state
from wend.optim.guarded_step import apply_update

MAX_BAD = 5
"""Updates in a row that were left out before a run is given up."""
MOVED = 1024
"""Latents of a step that needs no pictures."""
MATCH, GAP = "match", "gap"
"""Names, among the losses, of what a look finds: `Look`."""


class SketchTraining:
    """All that is in training; what it draws from and what it has learned are in `state_dict`.

    pupil: the child; parent: as it was, never changed; looks: so far, the first before any update.
    """

    def __init__(
        self,
        bench: ProcessBench,
        params: SketchParams,
        drawings: Sequence[Tensor],
        extractor: Extractor | None = None,
        pictures: Lookalikes | None = None,
    ) -> None:
        """drawings: 1 to 30, as the extractor's `form` says; extractor: of kind `params.extractor`, or
        'lines', where left out; pictures: those of `params.pictures` where left out.

        Raises: NoMappingNetwork, NoDiscriminator, SketchUnusable, InvalidInput, PerceptionNotFound;
        ModelNotFound, CardInvalid, WeightsInvalid.
        """
        self.params = params
        store = bench.shelf.store
        self.card: ModelCard = store.get(params.model).card
        self.parent = store.load(params.model, bench.device)
        dtype = torch.float32 if params.precision == "float32" else torch.bfloat16
        self.pupil = Pupil(self.parent, self.card, params.trainable, dtype)
        self.extractor = extractor or open_extractor(
            params.extractor or "lines", bench, params.model, params.network
        )
        self.drawn = drawn_of(drawings, self.extractor, holds_out=params.patience > 0)
        self.batch = self.drawn.most(params.batch)
        few = len(drawings) < FEWEST_TO_HOLD_OUT
        self._shifts = params.augmentation == "always" or (params.augmentation == "few" and few)
        self.pictures: Lookalikes | None = None
        if params.image_weight > 0.0:
            self.pictures = pictures or lookalikes(
                params.pictures, params.picture_count, params.seed, self.card, self.parent, bench.data_dir
            )
            if not self.pictures.reals.batches(self.batch):
                told = f"{self.pictures.told}, and an update shows {self.batch}"
                raise InvalidInput(f"There are too few pictures to look like: {told}.")
        self.rng = torch.Generator().manual_seed(params.seed)
        judges = [self._judge(bench, is_of_drawings=True)]
        # Where nothing is taught to judge pictures, the child keeps its parent's: D_Y knows drawings alone.
        untaught = None if self.pictures else store.load_discriminator(self.card.id, torch.device("cpu"))
        self._untaught = None if untaught is None else untaught.state_dict()
        if self.pictures is not None:
            judges.append(self._judge(bench, is_of_drawings=False))
        self.judges = Judges(
            judges[0],
            judges[1] if len(judges) > 1 else None,
            params.image_weight,
            params.judge_learning_rate,
            params.gamma_at(self.card.resolution),
            self._augment,
            dtype,
        )
        self.latent: LatentJudge | None = None
        if params.gradient == "latents":
            self.latent = LatentJudge(self.parent, self.extractor, params.seed)
        # betas (0, 0.99), and no correction: it has no lazy penalty.
        self.optimizer = torch.optim.Adam(self.pupil.parameters, lr=params.learning_rate, betas=(0.0, 0.99))
        self.candidates = Candidates(self.pupil, MatchLook(self.extractor, self.drawn), params.average)
        self.update, self.seconds = 0, 0.0
        self._bad = 0

    def _judge(self, bench: ProcessBench, is_of_drawings: bool) -> nn.Module:
        """The parent's own discriminator, or one that begins anew. Raises: NoDiscriminator."""
        is_fresh = self.params.discriminator == "fresh"
        own = bench.shelf.store.load_discriminator(self.card.id, bench.device)
        begins_anew = is_fresh and (is_of_drawings or own is None)
        seed = self.params.seed + int(is_of_drawings) if begins_anew else None
        return judge_of(own, self.pupil.generator, self.card.id, seed)

    def _augment(self, maps: Tensor) -> Tensor:
        if self.params.jitter > 0.0:
            maps = jittered(maps, self.params.jitter, self.rng)
        if self._shifts:
            maps = shifted(maps, self.rng)
        return softened(maps, self.params.softening, self.rng) if self.params.softening > 0.0 else maps

    # -- one iteration ----------------------------------------------------------------------------

    @property
    def looks(self) -> Sequence[Look]:
        return self.candidates.looks

    @property
    def best(self) -> Look | None:
        return self.candidates.best

    @property
    def is_settled(self) -> bool:
        """Whether so many looks in a row were no better that it ends."""
        params, nearest = self.params, self.candidates.nearest
        if not params.patience or nearest is None:
            return False
        return self.update - nearest.update >= params.patience * params.look_every

    @property
    def is_done(self) -> bool:
        params = self.params
        is_late = params.minutes is not None and self.seconds >= 60.0 * params.minutes
        return self.update >= params.iterations or is_late or self.is_settled

    @property
    def fraction(self) -> float:
        """Of what there is to do at most, 0..1."""
        share = self.update / self.params.iterations
        if self.params.minutes is not None:
            share = max(share, self.seconds / (60.0 * self.params.minutes))
        return 1.0 if self.is_done else min(1.0, share)

    def step(self) -> dict[str, float]:
        """One iteration; its losses by name, 'total' among them, without those that are not finite.

        An update with a gradient that is not finite is left out. Raises: Diverged after MAX_BAD in a row.
        """
        began = time.monotonic()
        if not self.looks:
            self.take_look()
        losses, is_good = self._teach_judges()
        if self.update % R1_EVERY == 0:
            penalties, was_taken = self.judges.penalize(self._drawings(), self._reals())
            losses, is_good = losses | penalties, is_good and was_taken
        own, was_taken = self._teach_pupil()
        losses, is_good = losses | own, is_good and was_taken
        self.update += 1
        self._bad = 0 if is_good else self._bad + 1
        if self._bad >= MAX_BAD:
            raise Diverged(self.update, self._bad)
        self.candidates.average(self.update)
        if self.update % self.params.look_every == 0:
            look = self.take_look()
            losses |= {MATCH: look.match, GAP: look.gap}
        self.seconds += time.monotonic() - began
        return {name: loss for name, loss in losses.items() if math.isfinite(loss)}

    def _drawings(self) -> Tensor:
        return self.drawn.batch(self.update, self.batch, self.params.seed)

    def _reals(self) -> Tensor | None:
        if self.pictures is None:
            return None
        images, _, _ = self.pictures.reals.batch(self.update, self.batch, self.params.seed)
        return images.to(self.parent.device)

    def _latents(self, count: int) -> Tensor:
        """New latents, [count, z_dim]."""
        z = torch.randn(count, self.pupil.generator.spec.z_dim, generator=self.rng)
        return z.to(self.parent.device)

    def _fakes(self) -> tuple[Tensor, Tensor | None]:
        """Images of new latents and their w [batch, w_dim], None where they are mixed: with a chance of
        `style_mixing` all of them change over to other latents at one row drawn at random. Source: Karras et
        al., CVPR 2019, section 3.1."""
        spec = self.pupil.generator.spec
        z, other = torch.randn(2, self.batch, spec.z_dim, generator=self.rng).to(self.parent.device)
        is_mixed = float(torch.rand(1, generator=self.rng)) < self.params.style_mixing
        cutoff = int(torch.randint(1, max(spec.num_ws, 2), (1,), generator=self.rng))
        noise = fresh_noise(self.pupil.generator, self.batch, self.rng)
        ws = self.pupil.ws(z, other, cutoff if is_mixed else spec.num_ws)
        return self.pupil.draw(ws, noise), None if is_mixed else ws[:, 0]

    def _teach_judges(self) -> tuple[dict[str, float], bool]:
        with torch.no_grad():
            fakes, w = self._fakes()
            maps = self.extractor.maps(fakes)
        if self.latent is not None and w is not None:
            self.latent.remember(w, maps)
        return self.judges.update(self._drawings(), maps, self._reals(), fakes)

    def _teach_pupil(self) -> tuple[dict[str, float], bool]:
        if self.latent is None:
            return self._follow()
        was_told = self.latent.ask(self.judges.says)
        return self._follow() if was_told and self.update >= WAITS else ({}, was_told)

    def _follow(self) -> tuple[dict[str, float], bool]:
        """One step of the pupil after its judges."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.params.learning_rate_at(self.update)
        self.optimizer.zero_grad(set_to_none=True)
        losses: dict[str, float] = {}
        if self.latent is not None:
            w = self.pupil.generator.mapping(self._latents(MOVED))
            losses["sketch"] = backward_of(self.latent.loss(w))
        of_pictures = self.judges.of_generator(None if self.latent else self.extractor.maps)
        if of_pictures:
            losses |= taught(self._fakes()[0], of_pictures)
        if self.params.l1_weight > 0.0:
            losses["weight"] = backward_of(self.params.l1_weight * self.pupil.moved())
        if self.params.trainable == "z_warp" and self.params.displacement_weight > 0.0:
            way = self.pupil.displaced(self._latents(MOVED))
            doubt = 1.0 if self.latent is None else self.latent.doubt
            losses["displacement"] = backward_of(self.params.displacement_weight * doubt * way)
        is_good = apply_update(self.optimizer)
        return losses | {"total": sum(losses.values())}, is_good

    # -- what is left of it -----------------------------------------------------------------------

    def take_look(self) -> Look:
        """Holds samples against the held-out drawings now."""
        return self.candidates.take_look(self.update)

    def take_best(self) -> None:
        """The pupil as it was nearest to the drawings."""
        self.candidates.take_best()

    def take_last(self) -> None:
        """The pupil as it is now, averaged where that was asked for."""
        self.candidates.take_last()

    def judge_of_pictures(self) -> dict[str, Tensor] | None:
        """Tensors of the discriminator that goes with the child: D_X, else the parent's, if it has any."""
        return self.judges.of_pictures() or self._untaught

    # -- state ------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, object]:
        return {
            "pupil": self.pupil.weights(),
            "candidates": self.candidates.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "judges": self.judges.state_dict(),
            "latent": None if self.latent is None else self.latent.state_dict(),
            "rng": rng_state(self.rng),
            "update": self.update,
            "seconds": self.seconds,
            "bad": self._bad,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError, RuntimeError, ValueError for a state of something else."""
        self.pupil.take(cast("dict[str, Tensor]", state["pupil"]))
        self.candidates.load_state_dict(cast("dict[str, object]", state["candidates"]))
        self.optimizer.load_state_dict(cast("dict[str, object]", state["optimizer"]))
        self.judges.load_state_dict(cast("dict[str, object]", state["judges"]))
        if self.latent is not None:
            self.latent.load_state_dict(cast("dict[str, object]", state["latent"]))
        self.rng.set_state(cast("Tensor", state["rng"]))
        self.update, self._bad = cast("int", state["update"]), cast("int", state["bad"])
        self.seconds = cast("float", state["seconds"])
