"""What the commands write to the terminal.

Results go to the standard output, for programs as JSON; progress goes to the standard
error.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from mnist_core import data
from mnist_core.data import mnist
from mnist_core.errors import DatasetUnavailable

OUT, ERR = Console(), Console(stderr=True)  # results; progress and problems


def print_result(result: dict[str, Any], as_json: bool) -> None:
    """One result: an object for programs, a line for each value for people."""
    if as_json:
        print(json.dumps(result))
        return
    for key, value in result.items():
        if key != "history":
            print(
                f"{key}: {value:.6g}" if isinstance(value, float) else f"{key}: {value}"
            )


def print_problem(problem: str) -> None:
    """A sentence on what went wrong."""
    ERR.print(problem, style="red", soft_wrap=True, markup=False, highlight=False)


def progress_bar(console: Console = ERR) -> Progress:
    """A progress bar; on the console of the results, these are printed above it."""
    columns = TextColumn("{task.description}"), BarColumn()
    return Progress(*columns, console=console, redirect_stdout=console is OUT)


def ensure_mnist(name: str) -> None:
    """Download MNIST with a progress bar, unless it is here already."""
    if name != "mnist":
        return
    try:
        data.find_mnist()
    except DatasetUnavailable:
        columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
        with Progress(*columns, console=ERR) as shown:
            task = shown.add_task("Downloading MNIST", total=mnist.DOWNLOAD_BYTES)
            data.load_mnist(progress=lambda got, _: shown.update(task, completed=got))


@contextmanager
def silence_stderr() -> Iterator[None]:
    """Keep TensorFlow's notes on CPUs and GPUs off the terminal while it is loaded.

    Its native code writes them past Python, and no setting silences them all.
    """
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
