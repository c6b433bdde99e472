"""Write a model for another runtime in a process of its own.

    content, export = process.write(stored, "onnx")

What converts is native code, which takes seconds and memory that a server would not
get back, and prints as it likes.
"""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Final

from mnist_core.errors import ExportFailed
from mnist_core.export.check import Export
from mnist_core.models.registry import StoredModel
from mnist_core.storage import processes, reading
from mnist_core.storage.paths import CHECKOUT

POLITE: Final = ("nice", "-n", "19")  # pages and trainings come first
LONGEST: Final = 300  # seconds: more than ten times what it takes
_ONE_AT_A_TIME: Final = threading.Lock()


def write(stored: StoredModel, name: str) -> tuple[bytes, Export]:
    """Return a zip of a stored model in one of `FORMATS`, and how it was checked.

    Raises:
        ExportFailed: it cannot be had; the message says why.
    """
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.zip"
        ended = _run(stored.name, "--format", name, "--json", "--output", str(path))
        if ended.returncode != 0:
            said = ended.stderr.strip() or "It was ended from outside. Try again."
            raise ExportFailed(said.splitlines()[-1])
        export = reading.decode(ended.stdout.encode(), Export)
        return path.read_bytes(), export


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command `export` in a process of its own."""
    try:
        return subprocess.run(
            [*POLITE, sys.executable, "-m", "mnist_core", "export", *arguments],
            cwd=CHECKOUT,
            env={**os.environ, **processes.absolute_paths()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ExportFailed("It takes far too long. Try again later.") from error
