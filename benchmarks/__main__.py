"""Measure what the README quotes, and print it as a table.

    make bench                        everything; about half an hour
    make bench ROWS="quick answer"    only these rows

A row is a function that yields what was measured and its figure. Speed is best
quoted as a ratio of two things measured in turn in one call, because machines differ
and are busy at times. Where there is a bar, it stands beside the figure. What was
measured is kept in benchmarks/results.json, each row with its day and machine.
"""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks import (
    answers,
    browser,
    cluster,
    fits,
    living,
    peak,
    pens,
    training_page,
    watching,
)
from benchmarks.photographs import reading as photographs
from mnist_core.data import pen_drawings
from mnist_core.storage.paths import write_json

Lines = Iterator[tuple[str, ...]]  # what, its figure, and its bar if there is one
ROWS: dict[str, Callable[[], Lines]] = {
    "quick": fits.quick,
    "classic": fits.classic,
    "faster": fits.faster,
    "seeds": fits.quick_seeds,
    "synthetic": fits.synthetic,
    "augment": fits.augmented,
    "peak": peak.share_of_peak,
    "answer": answers.computed,
    "explained": answers.explained,
    "painted": browser.painted,
    "moved": living.moved,
    "watched": watching.watched,
    "train-page": training_page.train_page,
    "pens": pens.read,
    "sure": pens.sure,
    "numbers": pens.whole_numbers,
    "photographs": photographs.first,
    "photographs-again": photographs.again,
    "cluster": cluster.many,
    "cluster-start": cluster.overhead,
    "cluster-nodes": cluster.slots,
}
RESULTS: Final = Path(__file__).with_name("results.json")
NEED_RAY = {"cluster", "cluster-start", "cluster-nodes"}
# Of these, MNIST_STROKES names the file of pen drawings.
NEED_PENS = {"pens", "sure", "numbers", "photographs", "photographs-again"}


def main() -> None:
    """Run the rows asked for, and print their lines as they come."""
    rows = _chosen_rows()
    console = Console()
    machine = f"{_processor()}, {os.cpu_count()} cores"
    console.print(machine)
    table = Table("row", "what", "figure", "bar")
    for name in rows:
        console.print(f"measuring {name} ...", style="dim")
        with tempfile.TemporaryDirectory() as home:
            os.environ["MNIST_HOME"] = home  # your runs and models stay out of it
            lines = []
            for line in ROWS[name]():
                console.print(*line[:2], sep=": ", highlight=False)
                table.add_row(name, *line)
                lines.append(line)
                _keep(name, machine, lines)  # a long row may be cut short
    console.print(table)


def _processor() -> str:
    """Return the processor's name, where Linux tells it."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _keep(name: str, machine: str, lines: list[tuple[str, ...]]) -> None:
    """Write a row's figures beside those of the other rows."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    fields = "what", "figure", "bar"
    figures = [dict(zip(fields, line, strict=False)) for line in lines]
    day = date.today().isoformat()
    known[name] = {"day": day, "machine": machine, "figures": figures}
    write_json(RESULTS, known)


def _chosen_rows() -> list[str]:
    """Return the rows that the command line names; of none, all that can be run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("rows", nargs="*", help=f"some of: {', '.join(ROWS)}")
    chosen: list[str] = parser.parse_args().rows
    if unknown := [row for row in chosen if row not in ROWS]:
        parser.error(f"no row is called {unknown[0]!r}; there are {', '.join(ROWS)}")
    has_pens = pen_drawings.configured_path() is not None
    if not has_pens and (needy := NEED_PENS.intersection(chosen)):
        name = sorted(needy)[0]
        parser.error(f"for {name!r}, set MNIST_STROKES to a file of pen drawings")
    has_ray = find_spec("ray") is not None
    if not has_ray and (needy := NEED_RAY.intersection(chosen)):
        name = sorted(needy)[0]
        parser.error(f"{name!r} needs Ray: make bench ROWS={name} sets that up")
    left_out = (set() if has_pens else NEED_PENS) | (set() if has_ray else NEED_RAY)
    return chosen or [row for row in ROWS if row not in left_out]


if __name__ == "__main__":
    main()
