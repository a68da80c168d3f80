"""Room: a disk that is full is said to be full, whoever writes."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from wend.errors import DiskFull

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def room(name: str) -> Iterator[None]:
    """Say of a full disk that it is full. Raises: DiskFull; OSError for anything else."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise DiskFull(name, (error.strerror or str(error)).lower()) from error
        raise
