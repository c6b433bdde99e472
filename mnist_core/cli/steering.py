"""The commands that change a run while it goes on, and the film of one."""

import argparse
import time
from pathlib import Path
from typing import Any

from mnist_core.cli.console import print_json, progress_bar
from mnist_core.cli.run_rows import answer, to_row
from mnist_core.cli.runs import SECONDS_PER_LOOK, find, find_active
from mnist_core.runs import film, steering
from mnist_core.runs.run import Run, RunState

OWN_RATE = "recipe"
"""Asks for the learning rate that the recipe has, by its schedule."""


def steer(args: argparse.Namespace) -> int:
    """Change the run that is going on: its learning rate at once, the rest by epochs.

    Without any change, say what is in force and what is asked.
    """
    run, state = find_active(args.run)
    given = {name: getattr(args, name) for name in steering.FIELDS}
    changes: Any = {name: value for name, value in given.items() if value is not None}
    if changes.get("learning_rate") == OWN_RATE:
        changes["learning_rate"] = None
    if changes:
        steering.ask(run.folder, **changes)
    now = steering.in_force(run.folder, state.recipe)
    asked = steering.pending(run.folder, state.recipe)
    if args.json:
        print_json({**to_row(run, state), "in_force": now, "asked": asked})
        return 0
    print(f"{run.id}: {steering.describe(now)}.")
    if asked:
        print(f"Asked: {steering.describe(asked)}.")
    return 0


def step(args: argparse.Namespace) -> int:
    """Go on for some batches, or to the epoch's end; return when it is paused again."""
    run, state = find_active(args.run)
    steering.step(run.folder, batches=None if args.epoch else args.batches)
    while state.is_active and not _has_stepped(run, state):
        time.sleep(SECONDS_PER_LOOK)
        state = run.read()
    return answer(to_row(run, state), args.json)


def _has_stepped(run: Run, state: RunState) -> bool:
    return state.status == "paused" and not steering.is_stepping(run.folder)


def make_film(args: argparse.Namespace) -> int:
    """Make a film of a run to take along: its probes and its curves, in ten seconds."""
    run, _ = find(args.run)
    path: Path = args.output or Path(f"{run.id}.webp")
    with progress_bar() as shown:
        task = shown.add_task("drawing", total=1.0)
        film.save(run, path, progress=lambda share: shown.update(task, completed=share))
    if args.json:
        print_json({"run": run.id, "file": str(path), "bytes": path.stat().st_size})
    else:
        print(path)
    return 0
