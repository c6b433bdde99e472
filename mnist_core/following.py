"""Follow a run on the terminal until it ends.

with Interrupts() as interrupts:
    follow(runs.start(recipe), interrupts=interrupts)
"""

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from mnist_core import lines
from mnist_core.errors import MnistError
from mnist_core.recipes import Recipe
from mnist_core.run import GOING_ON, Run
from mnist_core.terminal import bar

SECONDS_PER_LOOK = 0.2
Tell = Callable[[dict[str, Any]], None]


class Interrupts:
    """Hears the signals that ask a command to end; a second one ends it at once.

    Raises:
        KeyboardInterrupt: at the second.
    """

    def __init__(self) -> None:
        self.heard = False

    def __enter__(self) -> "Interrupts":
        numbers = signal.SIGINT, signal.SIGTERM
        self.before = {number: signal.signal(number, self._hear) for number in numbers}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if self.heard:
            raise KeyboardInterrupt
        self.heard = True


def follow(
    run: Run, *, interrupts: Interrupts | None = None, tell: Tell | None = None
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
        with bar() as shown:
            task = shown.add_task("starting", total=1.0)
            while True:
                state = run.state  # before its lines: at its end, all of them are there
                teller.tell()
                how = _how(run, recipe, state)
                shown.update(task, completed=how[0], description=how[1])
                if state["status"] not in GOING_ON:
                    return
                if interrupts and interrupts.heard and not run.is_asked("stop"):
                    run.ask("stop")
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
        rows = lines.read(self.path).get("lines", [])
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
    if progress.seconds_left and state["status"] in GOING_ON:
        line += f", {progress.seconds_left:.0f} s left"
    return progress.done, line
