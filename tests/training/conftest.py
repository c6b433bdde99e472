"""Workers that need not load TensorFlow: each is forked from a process that has.

Loading it takes six seconds of a processor, and these tests start a dozen workers. What
is forked is the worker as it is, in a session and with locks of its own. Workers that
start from nothing are those of the command line's and the browser's tests.
"""

import multiprocessing
import subprocess
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from mnist_core.runs import manager
from tests.training import preloaded
from tests.training.preloaded import OpenFile


@pytest.fixture(scope="package", autouse=True)
def _forked_workers() -> Iterator[SimpleNamespace]:
    """Has the worker of a run forked, where it would be started."""
    told = SimpleNamespace(first="")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload([preloaded.__name__])
    popen = subprocess.Popen

    def start(command, **options):
        if manager.WORKER not in command:
            return popen(command, **options)
        files = options["stdout"].fileno(), *options["pass_fds"]
        known = command[-1], options["env"], told.first
        arguments = *known, *map(OpenFile, files)
        process = server.Process(target=preloaded.work, args=arguments, daemon=True)
        process.start()
        return SimpleNamespace(wait=process.join)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", start)
        yield told


@pytest.fixture
def forked_workers(_forked_workers: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Tells workers what code to run `first`."""
    yield _forked_workers
    _forked_workers.first = ""
