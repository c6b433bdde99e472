"""Workers that need not load TensorFlow: each is forked from a process that has."""

import multiprocessing
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from mnist_core.runs import manager
from tests.training import preloaded
from tests.training.preloaded import OpenFile


@contextmanager
def forked_workers() -> Iterator[SimpleNamespace]:
    """Have the worker of a run forked, where it would be started.

    What is given has the code that workers are to run `first`, and the `last` of them.
    """
    told = SimpleNamespace(first="", last=None)
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload([preloaded.__name__])
    popen = subprocess.Popen

    def start(command: list[str], **options: Any) -> Any:
        if manager.WORKER not in command:
            return popen(command, **options)
        files = options["stdout"].fileno(), *options["pass_fds"]
        known = command[-1], options["env"], told.first
        arguments = *known, *map(OpenFile, files)
        process = server.Process(target=preloaded.work, args=arguments, daemon=True)
        process.start()
        told.last = process
        return SimpleNamespace(wait=process.join)

    with patch.object(subprocess, "Popen", start):
        yield told
