"""Pupils: the networks a student can be. One part tells a picture from its latent, the other draws it."""

import copy
from dataclasses import asdict
from typing import assert_never

import torch
from torch import Tensor, nn

from wend.generators.chain import ChainGenerator
from wend.generators.discriminator import Discriminator
from wend.generators.generator import synthesize
from wend.generators.progressive import ProgressiveNetwork
from wend.generators.progressive_discriminator import ProgressiveDiscriminator
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.training.recipe import Setting
from wend.training.student_recipe import ChainStudentRecipe, StudentRecipe
from wend.training.style_average import card_config, draw_samples, settle_w_avg

_FIRST_LAYERS = 2
_CHUNK = 32


class StylePupil:
    """A StyleGAN2: its mapping tells, its synthesis draws.

    kept_larger: how much larger the telling part's weights are kept than they are used; told_width: how many
    numbers it tells of a picture; beside: latents of a lesson beside a batch of pictures. `average` is of the
    weights of `generator`.
    """

    kind = "stylegan2"
    kept_larger = 100.0
    beside = 256

    def __init__(self, recipe: StudentRecipe) -> None:
        self._config = recipe.config()
        self.generator = StyleGAN2Generator(self._config)
        self.discriminator = Discriminator(self._config)
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(False)
        self.told_width = recipe.w_dim
        self.telling, self.drawing = self.generator.mapping, self.generator.synthesis

    def tell(self, z: Tensor, dtype: torch.dtype) -> Tensor:  # noqa: ARG002 - autocast decides
        """z [N, z_dim] to w [N, told_width]."""
        w: Tensor = self.generator.mapping(z)
        return w

    def draw(self, told: Tensor, dtype: torch.dtype) -> Tensor:
        """To images float32 [N, 3, S, S]; without noise, of which the world has none."""
        state = self.drawing.start(len(told), dtype)
        for _ in range(self.drawing.num_ws):
            state = self.drawing.step(state, told, None)
        assert state.rgb is not None
        return state.rgb.float()

    @torch.no_grad()
    def note(self, told: Tensor, share: float) -> None:
        """Move the running mean of w towards a batch."""
        self.generator.mapping.w_avg.lerp_(told.detach().float().mean(dim=0), share)

    def forget_noise(self) -> None:
        """Draw without the noise maps that a published model may have learnt."""
        for network in (self.generator, self.average):
            for name, parameter in network.named_parameters():
                if name.endswith("noise_strength"):
                    nn.init.zeros_(parameter)

    def config(self) -> dict[str, Setting]:
        """As cards hold it."""
        return card_config(self._config)

    def settle(self, device: torch.device) -> None:
        """Take the average's mean w anew, which lags behind its weights."""
        settle_w_avg(self.average, self._config.z_dim, device)

    def samples(self, z: Tensor, psi: float) -> Tensor:
        """Images float32 [N, 3, S, S] of the average, on the CPU."""
        return draw_samples(self.average, z, psi)


class ChainPupil:
    """A chain of progressive growing's kind: its layers at 4 px tell, the others draw."""

    kind = "progressive"
    kept_larger = 1.0
    beside = 48

    def __init__(self, recipe: ChainStudentRecipe) -> None:
        self._config = recipe.config()
        self._network = ProgressiveNetwork(self._config)
        self.generator = ChainGenerator(self._network)
        self.discriminator = ProgressiveDiscriminator(self._config)
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(False)
        self.told_width = self._config.channels[0] * 16
        layers = self._network.layers
        self.telling = nn.ModuleList(layers[:_FIRST_LAYERS])
        self.drawing = nn.ModuleList([*layers[_FIRST_LAYERS:], self._network.output])

    def tell(self, z: Tensor, dtype: torch.dtype) -> Tensor:
        """z [N, z_dim] to activations [N, C, 4, 4]."""
        x = self._network.begin(z, dtype)
        for index in range(1, _FIRST_LAYERS):
            x = self._network.advance(index, x)
        return x

    def draw(self, told: Tensor, dtype: torch.dtype) -> Tensor:
        x = told.to(dtype)
        for index in range(_FIRST_LAYERS, len(self._network.layers)):
            x = self._network.advance(index, x)
        return self._network.picture(x).float()

    def note(self, told: Tensor, share: float) -> None:
        """The mean of z is known: 0."""

    def forget_noise(self) -> None:
        """There is none."""

    def config(self) -> dict[str, Setting]:
        return asdict(self._config)

    def settle(self, device: torch.device) -> None:
        """Nothing here is a running statistic."""

    @torch.no_grad()
    def samples(self, z: Tensor, psi: float) -> Tensor:
        ws = (psi * z)[:, None].expand(-1, self.average.spec.num_ws, -1)
        drawn = [synthesize(self.average, chunk, None, torch.float32) for chunk in ws.split(_CHUNK)]
        return torch.cat(drawn).cpu()


Pupil = StylePupil | ChainPupil


def pupil_of(recipe: StudentRecipe | ChainStudentRecipe) -> Pupil:
    """A new pupil, its weights drawn from torch's global generator."""
    match recipe:
        case StudentRecipe():
            return StylePupil(recipe)
        case ChainStudentRecipe():
            return ChainPupil(recipe)
        case _:
            assert_never(recipe)
