"""What the commands write to the terminal.

Results go to the standard output, for programs as JSON; progress goes to the standard
error.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from mnist_core import data
from mnist_core.data.mnist_download import Transfer
from mnist_core.errors import DatasetUnavailable
from mnist_core.recipes import DataName

OUT, ERR = Console(), Console(stderr=True)  # results; progress and problems


def print_json(row: Mapping[str, object], *, flush: bool = False) -> None:
    """Print one object on a line of its own, for programs."""
    print(json.dumps(row), flush=flush)


def print_facts(facts: Mapping[str, str]) -> None:
    """Print names and values in two columns, for people."""
    width = max(map(len, facts))
    for name, value in facts.items():
        print(f"{name:<{width}}  {value}")


def print_problem(problem: str) -> None:
    """Print a sentence on what went wrong."""
    ERR.print(problem, style="red", soft_wrap=True, markup=False, highlight=False)


def percent(share: float | None) -> str:
    """Format a share from 0 to 1 as "99.32 %"; nothing where it is not known."""
    return "" if share is None else f"{share * 100:.2f} %"


def progress_bar(console: Console = ERR) -> Progress:
    """Return a progress bar that is gone when the work is done.

    On the console of the results, these are printed above it.
    """
    columns = TextColumn("{task.description}"), BarColumn()
    return Progress(
        *columns, console=console, redirect_stdout=console is OUT, transient=True
    )


def ensure_mnist(name: DataName) -> None:
    """Download MNIST with a progress bar, unless it is here or other data are meant."""
    if name != "mnist":
        return
    try:
        data.find_mnist()
    except DatasetUnavailable:
        with progress_bar() as shown:
            task = shown.add_task(str(Transfer()), total=1.0)
            data.load_mnist(
                progress=lambda transfer: shown.update(
                    task, completed=transfer.share, description=str(transfer)
                )
            )


@contextmanager
def silence_stderr() -> Iterator[Console]:
    """Keep TensorFlow's notes on CPUs and GPUs off the terminal while it is loaded.

    Its native code writes them past Python: six lines, with TF_CPP_MIN_LOG_LEVEL=3 too.
    The console that is given still writes to the terminal.
    """
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    with os.fdopen(os.dup(2), "w") as kept:
        os.dup2(nowhere, 2)
        try:
            yield Console(file=kept)
        finally:
            os.dup2(kept.fileno(), 2)
            os.close(nowhere)
