"""One warm reading process for all tests of a file."""

from collections.abc import Iterator

import pytest

from wend.formats.limits import Limits
from wend.formats.sandbox import Sandbox

SMALL = Limits(file_bytes=2**24, tensor_bytes=2**25, memory_bytes=2**31, timeout_s=20.0)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """With limits that small files do not reach."""
    with Sandbox(SMALL) as found:
        yield found
