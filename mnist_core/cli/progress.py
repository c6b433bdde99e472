"""Show on the terminal how a run goes until it ends, from its place in line on.

with InterruptHandler() as interrupts:
    show_progress(manager.start(recipe), interrupts=interrupts)
"""

import time
from collections.abc import Callable
from contextlib import suppress

from mnist_core.cli.console import progress_bar
from mnist_core.cli.interrupts import InterruptHandler
from mnist_core.errors import MnistError, RunNotFound, RunNotWaiting
from mnist_core.runs import forecast, manager, queue
from mnist_core.runs.run import Run, RunState
from mnist_core.storage import jsonl

SECONDS_PER_LOOK = 0.2
SECONDS_IN_LINE = 1  # per look while it waits: every run is read for its place
OnLine = Callable[[jsonl.Row], None]


def show_progress(
    run: Run,
    *,
    interrupts: InterruptHandler | None = None,
    on_line: OnLine | None = None,
) -> RunState:
    """Show how a run goes until it ends; at an interrupt, stop it and keep the model.

    One that still waits is taken out of the line.

    Args:
        run: the run, paused perhaps, or in line.
        interrupts: what ends it; without, nothing does.
        on_line: gets each line of its metrics, as it comes.

    Returns:
        What it says at its end.

    Raises:
        KeyboardInterrupt: it was taken out of the line.
        MnistError: somebody discarded it.
    """
    lines = _NewLines(run, on_line)
    try:
        with progress_bar() as shown:
            task = shown.add_task("starting", total=1.0)
            while True:
                # The state comes before the lines: at its end, all of them are there.
                state = run.read()
                lines.hand_over()
                done, description = _describe(run, state)
                shown.update(task, completed=done, description=description)
                if state.ticket:
                    _wait_in_line(run, interrupts)
                elif not state.is_active:
                    return state
                elif interrupts:
                    interrupts.stop_if_interrupted(run)
                time.sleep(SECONDS_PER_LOOK)
    except RunNotFound:
        raise MnistError(f"Somebody discarded the run {run.id!r}.") from None


def describe_turn(run: Run) -> str:
    """Say at which place in line a run is, and about when its turn comes."""
    turn = forecast.turns(manager.read_runs()).get(run)
    if not turn:
        return "its turn has come"
    known = "" if turn.seconds is None else f", begins in about {turn.seconds:.0f} s"
    return f"place {turn.place} in line{known}"


def _wait_in_line(run: Run, interrupts: InterruptHandler | None) -> None:
    """Wait for a moment, and see to it that whoever's turn it is begins."""
    if interrupts and interrupts.received:
        with suppress(RunNotWaiting):  # it has just begun
            queue.take_out(run)
            raise KeyboardInterrupt
    manager.start_next()
    time.sleep(SECONDS_IN_LINE)


class _NewLines:
    """Hands each line of a run's metrics over once."""

    def __init__(self, run: Run, on_line: OnLine | None) -> None:
        self.path, self.count = run.folder / "metrics.jsonl", 0
        self.on_line = on_line

    def hand_over(self) -> None:
        if self.on_line is None:
            return
        rows = jsonl.read(self.path).get(dict, [])
        # A run that is resumed takes back the lines after its last whole epoch.
        self.count = min(self.count, len(rows))
        for row in rows[self.count :]:
            self.on_line(row)
        self.count = len(rows)


def _describe(run: Run, state: RunState) -> tuple[float, str]:
    """Return how far a run is, from 0 to 1, and a line that says so."""
    if state.ticket:
        return 0.0, f"{run.id}: {describe_turn(run)}"
    so_far = run.metrics()
    progress = so_far.progress(state.recipe)
    line = f"{run.id}: {'paused' if state.status == 'paused' else state.stage}"
    if so_far.batches:
        line += f", epoch {so_far.batches[-1]['epoch']:.1f}"
        line += f", training accuracy {so_far.batches[-1]['accuracy'] * 100:.1f} %"
    if progress.seconds_left and state.is_active:
        line += f", {progress.seconds_left:.0f} s left"
    return progress.done, line
