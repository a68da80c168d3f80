"""Offline: the model hub's client asks nobody for anything while a network is built."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

_VARIABLES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


class HubConstants(Protocol):
    """The one of the client's constants that matters here."""

    HF_HUB_OFFLINE: bool


@contextmanager
def offline(constants: HubConstants) -> Iterator[None]:
    """For the time of the block; afterwards all is as it was.

    constants: the client's own module of constants. It has read the environment when it was imported, so
    the variables alone would come too late for it.
    """
    before = {name: os.environ.get(name) for name in _VARIABLES}
    was_offline = constants.HF_HUB_OFFLINE
    os.environ.update(dict.fromkeys(_VARIABLES, "1"))
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = was_offline
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
