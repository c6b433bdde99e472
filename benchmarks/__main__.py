"""Measure what the README quotes, and print it as a table.

    make bench                        everything; about half an hour
    make bench ROWS="quick answer"    only these rows

A row is a function that yields pairs of what was measured and its figure. Speed is best
quoted as a ratio of two things measured in turn in one call, because machines differ
and are busy at times.
"""

import argparse
import os
import platform
import tempfile
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table

from benchmarks import answers, browser, fits, living, pens, watching
from benchmarks.photographs import reading as photographs
from mnist_core.data import pen_drawings

Lines = Iterator[tuple[str, str]]
ROWS: dict[str, Callable[[], Lines]] = {
    "quick": fits.quick,
    "classic": fits.classic,
    "seeds": fits.quick_seeds,
    "synthetic": fits.synthetic,
    "augment": fits.augmented,
    "answer": answers.computed,
    "explained": answers.explained,
    "painted": browser.painted,
    "moved": living.moved,
    "watched": watching.watched,
    "pens": pens.read,
    "sure": pens.sure,
    "numbers": pens.whole_numbers,
    "photographs": photographs.first,
    "photographs-again": photographs.again,
}
# Of these, MNIST_STROKES names the file of pen drawings.
NEED_PENS = {"pens", "sure", "numbers", "photographs", "photographs-again"}


def main() -> None:
    """Run the rows asked for, and print their lines as they come."""
    rows = _chosen_rows()
    console = Console()
    machine = platform.processor() or platform.machine()
    console.print(f"{machine}, {os.cpu_count()} cores")
    table = Table("row", "what", "figure")
    for name in rows:
        console.print(f"measuring {name} ...", style="dim")
        with tempfile.TemporaryDirectory() as home:
            os.environ["MNIST_HOME"] = home  # your runs and models stay out of it
            for what, figure in ROWS[name]():
                table.add_row(name, what, figure)
    console.print(table)


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
    return chosen or [row for row in ROWS if has_pens or row not in NEED_PENS]


if __name__ == "__main__":
    main()
