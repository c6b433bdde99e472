"""What a sweep has found so far: its settings, the best first, and those that lag.

rows = leaderboard.rows(sweep, manager.read_runs())
rows[0].settings, rows[0].mean, rows[0].spread
leaderboard.to_csv(sweep, manager.read_runs())
"""

import csv
import io
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from statistics import mean, stdev

from mnist_core.errors import SweepNotFound
from mnist_core.runs import manager, sweeps
from mnist_core.runs.queue import States
from mnist_core.runs.run import Run, RunState
from mnist_core.runs.sweeps import Settings, Sweep

COLUMNS = (
    *("seed", "run", "status", "epochs", "ended_early_after", "test_accuracy"),
    *("test_loss", "fit_seconds", "model"),
)


@dataclass(frozen=True)
class Row:
    """One combination of values, and its runs: one a seed, as far as they are there."""

    settings: Settings
    runs: dict[Run, RunState]

    @property
    def accuracies(self) -> list[float]:
        """Return the test accuracies of its runs that came to their end."""
        ended = [each for each in self.runs.values() if each.status == "finished"]
        scores = [each.test_accuracy for each in ended]
        return [score for score in scores if score is not None]

    @property
    def mean(self) -> float | None:
        """Return the mean over these; None where there are none yet."""
        return mean(self.accuracies) if self.accuracies else None

    @property
    def spread(self) -> float | None:
        """Return their standard deviation; None where there are fewer than two."""
        return stdev(self.accuracies) if len(self.accuracies) > 1 else None

    @property
    def halved(self) -> list[int]:
        """Return after how many epochs runs of it were ended early."""
        return sorted(each.halved for each in self.runs.values() if each.halved)


def rows(sweep: Sweep, states: States) -> list[Row]:
    """Return a row for each combination, the best first and those without one last."""
    runs: dict[Settings, dict[Run, RunState]] = defaultdict(dict)
    for run, state in sweep.runs(states).items():
        runs[sweep.settings_of(state.recipe)][run] = state
    found = [Row(settings, runs[settings]) for settings in sweep.settings]
    return sorted(found, key=lambda row: 1.0 if row.mean is None else -row.mean)


def to_csv(sweep: Sweep, states: States) -> str:
    """Return a line for each run that there is: its values, and what came of it."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow([*sweep.vary, *COLUMNS])
    for row in rows(sweep, states):
        for run, state in row.runs.items():
            table.writerow([*row.settings, *_cells(run, state)])
    return file.getvalue()


def is_behind(sweep: Sweep, run: Run, *, epoch: int) -> bool:
    """Tell whether a run is to be ended early, by successive halving.

    After 1, 2, 4, 8 ... epochs the better half of the settings goes on, of those that
    have come as far by then. Of each setting its best run counts, so that two seeds of
    one do not end each other. The settings that come first are never ended: there is
    nothing yet to compare them with.
    """
    if not sweep.halving or epoch & (epoch - 1):  # no power of two
        return False
    best: dict[Settings, float] = {}
    for other, state in sweep.runs(manager.read_runs()).items():
        if (score := _score_after(other, epoch)) is not None:
            settings = sweep.settings_of(state.recipe)
            best[settings] = max(best.get(settings, 0.0), score)
    mine = best.get(sweep.settings_of(run.read().recipe))
    if mine is None:
        return False
    better = sum(score > mine for score in best.values())
    return better >= (len(best) + 1) // 2


def stop_if_behind(run: Run, *, epoch: int) -> None:
    """Request that a run of a sweep stops where it is behind; its state says why.

    Nothing happens at its end, or where somebody has put the sweep away.
    """
    state = run.read()
    if state.sweep is None or epoch >= state.recipe.epochs:
        return
    with suppress(SweepNotFound):
        if is_behind(sweeps.get(state.sweep), run, epoch=epoch):
            after = "the first epoch" if epoch == 1 else f"{epoch} epochs"
            reason = (
                f"Ended early, after {after} of {state.recipe.epochs}: half of the "
                "values that its sweep tries were better by then."
            )
            run.update(halved=epoch, reason=reason)
            run.request("stop")


def _score_after(run: Run, epoch: int) -> float | None:
    """Return the share that a run read right in the test after so many epochs."""
    ends = (row for row in run.metrics().epochs if row["epoch"] == epoch)
    return next((row["val_accuracy"] for row in ends), None)


def _cells(run: Run, state: RunState) -> list[object]:
    return [
        *(state.recipe.seed, run.id, state.status, run.metrics().epoch, state.halved),
        *(state.test_accuracy, state.test_loss, state.fit_seconds, state.model),
    ]
