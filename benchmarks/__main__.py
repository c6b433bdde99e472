"""Measure what the README quotes, and print it as a table.

    make bench                        everything; about half an hour
    make bench ROWS="quick answer"    only these rows

A row is a function that yields lines of (what, figure). Speed is best quoted as a ratio
of two things measured in turn in one call, because machines differ and have moods.
"""

import argparse
import os
import platform
import tempfile

from rich.console import Console
from rich.table import Table

from benchmarks import answers, browser, fits, pens, watching
from mnist_core.data import pen_drawings

ROWS = {
    "quick": fits.quick,
    "classic": fits.classic,
    "seeds": fits.quick_seeds,
    "synthetic": fits.synthetic,
    "augment": fits.augmented,
    "answer": answers.computed,
    "explained": answers.explained,
    "painted": browser.painted,
    "probes": watching.watched,
    "drawn": pens.read,
    "sure": pens.sure,
    "numbers": pens.whole_numbers,
}

NEED_PENS = {"drawn", "sure", "numbers"}  # a file that MNIST_STROKES names


def main() -> None:
    """Run the rows asked for, and print their lines as they come."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", help=f"some of: {', '.join(ROWS)}")
    possible = [
        row for row in ROWS if pen_drawings.configured_path() or row not in NEED_PENS
    ]
    rows = parser.parse_args().rows or possible
    if unknown := set(rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    console = Console()
    console.print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    )
    table = Table("row", "what", "figure")
    for name in rows:
        console.print(f"measuring {name} ...", style="dim")
        with tempfile.TemporaryDirectory() as home:
            os.environ["MNIST_HOME"] = home  # your runs and models stay out of it
            for what, figure in ROWS[name]():
                table.add_row(name, what, figure)
    console.print(table)


if __name__ == "__main__":
    main()
