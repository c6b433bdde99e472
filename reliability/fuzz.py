"""Feed every way in with odd cases, and say what came of it.

make fuzz                          an hour for all ways in together
make fuzz MINUTES=10
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from typing import Final

from mnist_core.storage.paths import CHECKOUT
from reliability.report import Report
from reliability.ways import WAYS

COLUMNS: Final = (
    "way in",
    "cases",
    "longest",
    "memory",
    "lines",
    "not reached",
)
GRACE: Final = 300  # seconds, to start and to come to the end of a seed


def fuzz(report: Report, *, minutes: float, way: str | None = None) -> bool:
    """Feed each way in for its share of the time; return whether all went well."""
    table = report.table(*COLUMNS)
    seed, good = random.randrange(1_000_000), True
    names = [way] if way else list(WAYS)
    for name in names:
        report.say(f"feeding {name}, from seed {seed} ...")
        row = _fuzz(name, seconds=60 * minutes / len(names), seed=seed)
        good = good and row is not None
        table.add_row(name, *(row or ("FAULT", "", "", "", "")))
    report.show(table)
    return good


def _fuzz(name: str, *, seconds: float, seed: int) -> tuple[str, ...] | None:
    """Feed a way in, in a process and a home of its own; None where a fault ended it.

    The process itself has said on the error stream what it was.
    """
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "reliability.feeding"]
        try:
            told = subprocess.run(
                [*command, name, str(seconds), str(seed)],
                cwd=CHECKOUT,
                env={**os.environ, "MNIST_HOME": home},
                stdout=subprocess.PIPE,
                timeout=seconds + GRACE,
                text=True,
                check=True,
            ).stdout
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return None
    fed = json.loads(told.splitlines()[-1])
    return (
        f"{fed['cases']:,}",
        f"{fed['seconds']:.2f} s",
        f"+{fed['megabytes']:.0f} MB",
        f"{fed['reached']} of {fed['lines']}",
        fed["missing"],
    )
