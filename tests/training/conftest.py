"""Workers that need not load TensorFlow: each is forked from a process that has.

Loading it takes six seconds of a processor, and these tests start a dozen workers. What
is forked is the worker as it is, in a session and with locks of its own. Workers that
start from nothing are those of the command line's and the browser's tests.
"""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.training.forked import forked_workers as fork_workers


@pytest.fixture(scope="package", autouse=True)
def _forked_workers() -> Iterator[SimpleNamespace]:
    """Has the worker of a run forked, where it would be started."""
    with fork_workers() as told:
        yield told


@pytest.fixture
def forked_workers(_forked_workers: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Tells workers what code to run `first`."""
    yield _forked_workers
    _forked_workers.first = ""
