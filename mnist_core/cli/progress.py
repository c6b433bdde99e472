"""Follow a run on the terminal until it ends.

with Interrupts() as interrupts:
    follow(runs.start(recipe), interrupts=interrupts)
"""

import time
from collections.abc import Callable
from typing import Any

from mnist_core.cli.console import progress_bar
from mnist_core.cli.interrupts import InterruptHandler
from mnist_core.errors import MnistError
from mnist_core.recipes import Recipe
from mnist_core.runs.run import ACTIVE, Run
from mnist_core.storage import jsonl

SECONDS_PER_LOOK = 0.2
Tell = Callable[[dict[str, Any]], None]


def show_progress(
    run: Run, *, interrupts: InterruptHandler | None = None, tell: Tell | None = None
) -> None:
    """Show how a run goes until it ends; at an interrupt, stop it and keep the model.

    Args:
        run: the run, paused perhaps.
        interrupts: what ends it; without, nothing does.
        tell: gets each line of its metrics, as it comes.

    Raises:
        MnistError: somebody deleted it.
    """
    recipe, teller = run.recipe, _Teller(run, tell)
    try:
        with progress_bar() as shown:
            task = shown.add_task("starting", total=1.0)
            while True:
                state = run.state  # before its lines: at its end, all of them are there
                teller.tell()
                how = _how(run, recipe, state)
                shown.update(task, completed=how[0], description=how[1])
                if state["status"] not in ACTIVE:
                    return
                if interrupts and interrupts.heard and not run.is_requested("stop"):
                    run.request("stop")
                time.sleep(SECONDS_PER_LOOK)
    except FileNotFoundError:
        raise MnistError(f"Somebody discarded the run {run.id!r}.") from None


class _Teller:
    """Tells each line of a run's metrics once."""

    def __init__(self, run: Run, tell: Tell | None) -> None:
        self.path, self.said = run.folder / "metrics.jsonl", tell
        self.count = 0

    def tell(self) -> None:
        if self.said is None:
            return
        rows = jsonl.read(self.path).get("lines", [])
        # A run that is resumed takes back the lines after its last whole epoch.
        self.count = min(self.count, len(rows))
        for row in rows[self.count :]:
            self.said(row)
        self.count = len(rows)


def _how(run: Run, recipe: Recipe, state: dict[str, Any]) -> tuple[float, str]:
    """How far a run is, from 0 to 1, and a line that says so."""
    so_far = run.metrics()
    progress, paused = so_far.progress(recipe), state["status"] == "paused"
    line = f"{run.id}: {'paused' if paused else state['stage']}"
    if so_far.batches:
        line += f", epoch {so_far.batches[-1]['epoch']:.1f}"
        line += f", accuracy {so_far.batches[-1]['accuracy']:.1%}"
    if progress.seconds_left and state["status"] in ACTIVE:
        line += f", {progress.seconds_left:.0f} s left"
    return progress.done, line
