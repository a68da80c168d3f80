"""Readers: which kind of foreign network is read by what, for which role; and the one way to open one."""

import logging
import time
from collections.abc import Callable, Mapping

import torch
from torch import nn

from wend.perception.detectors import ONE_STAGE, TWO_STAGE, read_detector
from wend.perception.dry_run import try_out
from wend.perception.edges import read_edges
from wend.perception.heatmaps import read_heatmaps
from wend.perception.inception import read_inception
from wend.perception.lpips_distance import read_lpips
from wend.perception.network import Role
from wend.perception.photosketch import read_photosketch
from wend.perception.plug_in import PlugIn
from wend.perception.resnet import read_classifier, read_points, read_regressor
from wend.perception.segmenters import KINDS as SEGMENTERS
from wend.perception.segmenters import read_segmenter, read_segmenter_saliency
from wend.perception.torchscript import ANSWERS, read_torchscript
from wend.perception.transformers_folder import read_transformers_segmenter
from wend.perception.trunks import read_trunk
from wend.perception.u2net import read_u2net
from wend.perception.upernet import read_upernet

Reader = Callable[[PlugIn], nn.Module]
"""A card's network -> a module of its role's protocol, filled. Raises: CardInvalid, WeightsInvalid."""

READERS: Mapping[str, Mapping[Role, Reader]] = {
    "inception-fid": {"features": read_inception},
    "vgg16": {"features": read_trunk},
    "alexnet": {"features": read_trunk},
    "lpips": {"features": read_lpips},
    "upernet": {"labels": read_upernet},
    "transformers-segmenter": {"labels": read_transformers_segmenter},
    **{kind: {"labels": read_segmenter, "saliency": read_segmenter_saliency} for kind in SEGMENTERS},
    "photosketch": {"lines": read_photosketch},
    "edges": {"lines": read_edges},
    "resnet": {"factors": read_regressor, "classes": read_classifier, "landmarks": read_points},
    "pose-resnet": {"landmarks": read_heatmaps},
    "u2net": {"saliency": read_u2net},
    **{kind: {"detector": read_detector} for kind in (*ONE_STAGE, *TWO_STAGE)},
    "torchscript": dict.fromkeys(ANSWERS, read_torchscript),
}

WITHOUT_FILE = frozenset({"edges"})
"""Kinds that have no weights."""

_log = logging.getLogger(__name__)


def open_plug_in(plug_in: PlugIn) -> nn.Module:
    """The network, filled and tried out: eval, on the CPU, without gradients of its own.

    Raises: CardInvalid for a kind that has not this role or a card that does not fit its file;
        WeightsInvalid for the file.
    """
    roles = READERS[plug_in.kind]
    reader = roles.get(plug_in.role)
    if reader is None:
        raise plug_in.refused(f"kind {plug_in.kind!r} is of role {' or '.join(roles)}, not {plug_in.role}")
    with torch.random.fork_rng(devices=[]):
        network = reader(plug_in)
    network.eval().requires_grad_(False)
    started = time.perf_counter()
    try_out(network, plug_in.role, plug_in.file_name)
    took_ms = 1000 * (time.perf_counter() - started)
    count = sum(parameter.numel() for parameter in network.parameters())
    _log.info(
        "%s: kind %s, role %s, %.1f M parameters, %.0f ms for two pictures of 64 px",
        plug_in.file_name, plug_in.kind, plug_in.role, count / 1e6, took_ms,
    )  # fmt: skip
    return network
