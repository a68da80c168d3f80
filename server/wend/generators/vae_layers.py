"""VAE layers: a convolutional VAE's decoder as a chain, so that it can be cut between any two layers."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.vae import KERNEL, VAEDecoder


class VAELayers(nn.Module):
    """A `ChainNetwork` around the decoder itself, whose numbers it keeps bit for bit.

    Outputs of dense layers are maps of one pixel, [N, hidden, 1, 1].
    """

    def __init__(self, decoder: VAEDecoder) -> None:
        super().__init__()
        self.decoder = decoder

    @property
    def resolution(self) -> int:
        return self.decoder.config.resolution

    @property
    def z_dim(self) -> int:
        return self.decoder.config.z_dim

    @property
    def layer_names(self) -> tuple[str, ...]:
        fourth = ("convT_64",) if self.decoder.config.has_fourth else ()
        return ("lin1", "lin2", "lin3", *fourth, "convT1", "convT2")

    @property
    def first(self) -> Tensor:
        return self.decoder.lin1.weight

    def begin(self, z: Tensor, dtype: torch.dtype) -> Tensor:
        x: Tensor = F.relu(self.decoder.lin1(z)).to(dtype)
        return x[:, :, None, None]

    def advance(self, index: int, x: Tensor) -> Tensor:
        name = self.layer_names[index]
        layer = self.decoder.get_submodule(name)
        if not isinstance(layer, nn.Linear):
            return F.relu(layer(x))
        y = F.relu(layer(x.flatten(1)))
        if name == "lin3":
            return y.reshape(-1, self.decoder.config.channels, KERNEL, KERNEL)
        return y[:, :, None, None]

    def picture(self, x: Tensor) -> Tensor:
        return torch.tanh(0.5 * self.decoder.convT3(x))
