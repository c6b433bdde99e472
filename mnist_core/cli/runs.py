"""What the commands on runs do; `mnist_core.__main__` reads their options.

They work on every run in the home, whoever started it.
"""

import argparse
import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

from rich.table import Table
from rich.text import Text

from mnist_core import recipes
from mnist_core.cli.console import ERR, OUT, ensure_mnist, print_result
from mnist_core.cli.interrupts import InterruptHandler
from mnist_core.cli.progress import show_progress
from mnist_core.errors import MnistError, RunNotFound
from mnist_core.runs import manager
from mnist_core.runs.run import ACTIVE, DamagedRun, Run

RECIPE_OPTIONS = (*recipes.BOUNDS, *recipes.CHOICES, *recipes.SWITCHES)
ENDED_EARLY = ("interrupted", "stopped", "failed")
SECONDS_PER_LOOK = 0.05
INTERRUPTED = 130  # the exit status that shells give for a Ctrl-C

Row = dict[str, Any]


def train(args: argparse.Namespace) -> int:
    """Train by a recipe in a worker, follow it, and say what came out."""
    begin = _beginning(args) if args.resume is None else _resuming(args)
    with InterruptHandler() as interrupts:
        run = begin()
        row = _row(run)
        print(json.dumps({**row, "run": run.id}) if args.json else run.id, flush=True)
        show_progress(run, interrupts=interrupts)
    state = run.state
    if state["status"] not in ("finished", "stopped") or "model" not in state:
        raise MnistError(state.get("reason") or f"The run ended: {state['status']}.")
    keys = ("model", "test_loss", "test_accuracy", "fit_seconds", "history")
    result = {"run": run.id, "status": state["status"], **{k: state[k] for k in keys}}
    result["epochs"] = len(result["history"]["loss"])
    result["pen_accuracy"] = state.get("pen_accuracy")
    print_result(result, args.json)
    return 0


def list_runs(args: argparse.Namespace) -> int:
    """List the runs, the newest first."""
    rows = []
    for run in manager.list_runs():
        with suppress(FileNotFoundError):  # somebody has just deleted it
            rows.append(_row(run))
    rows += [_damaged_row(damaged) for damaged in manager.list_damaged()]
    if args.json:
        for row in rows:
            print(json.dumps(row))
    elif rows:
        OUT.print(_table(rows))
    else:
        print("There are no runs yet.")
    return 0


def pause(args: argparse.Namespace) -> int:
    """Pause the run that is going on, and return when its worker waits."""
    run = _going_on(args.run)
    run.request("pause")
    while run.status == "running" and run.is_requested("pause"):
        time.sleep(SECONDS_PER_LOOK)
    return _answer(_row(run), args.json)


def resume(args: argparse.Namespace) -> int:
    """Let a run go on: at once where it is paused, else after its last whole epoch."""
    run = _named(args.run) if args.run else _newest_to_resume()
    manager.resume(run)
    while run.status == "paused" and not run.is_requested("pause"):
        time.sleep(SECONDS_PER_LOOK)
    return _answer(_row(run), args.json)


def stop(args: argparse.Namespace) -> int:
    """Stop the run that is going on, and keep the model as it is then."""
    run = _going_on(args.run)
    run.request("stop")
    run.wait()
    return _answer(_row(run), args.json)


def discard(args: argparse.Namespace) -> int:
    """End a run and delete it, without saving a model; one that is saved stays."""
    run = _named(args.run)
    row = _row(run)
    if run.is_active:
        run.request("discard")
        run.wait()
    if run.folder.exists():  # it had ended, or was just ending
        manager.delete(run)
    return _answer({**row, "status": "discarded", "pid": None}, args.json)


def watch(args: argparse.Namespace) -> int:
    """Follow a run until it ends; a Ctrl-C leaves the run alone."""
    run = _named(args.run) if args.run else _going_on(None)
    tell = partial(_print_row, flush=True) if args.json else None
    try:
        show_progress(run, tell=tell)
    except KeyboardInterrupt:
        ERR.print(f"{run.id} goes on.", markup=False, highlight=False)
        return INTERRUPTED
    row = _row(run)
    return _answer(row, args.json) or int(row["status"] in ("failed", "interrupted"))


def delete(args: argparse.Namespace) -> int:
    """Delete a run that has ended, or is damaged; its model stays."""
    damaged = {run.folder.name: run for run in manager.list_damaged()}.get(args.run)
    run = damaged or manager.get(args.run)
    row = _damaged_row(run) if isinstance(run, DamagedRun) else _row(run)
    manager.delete(run)
    return _answer({**row, "status": "deleted", "reason": None}, args.json)


def _beginning(args: argparse.Namespace) -> Callable[[], Run]:
    """What starts the run that the options ask for."""
    asked = {field: getattr(args, field) for field in RECIPE_OPTIONS}
    changes = {field: value for field, value in asked.items() if value is not None}
    if args.strokes:
        changes["strokes"] = args.strokes.name
    recipe = recipes.get(args.recipe or "quick", data=args.data or "mnist", **changes)
    ensure_mnist(recipe.data)
    return partial(manager.start, recipe, name=args.name, drawings=args.strokes)


def _resuming(args: argparse.Namespace) -> Callable[[], Run]:
    """What resumes the run that the options name."""
    run = _named(args.resume) if args.resume else _newest_to_resume()
    if run.status in ENDED_EARLY:
        ensure_mnist(run.recipe.data)

    def begin() -> Run:
        manager.resume(run)
        return run

    return begin


def _named(run_id: str) -> Run:
    try:
        return manager.get(run_id)
    except RunNotFound:
        for damaged in manager.list_damaged():
            if damaged.folder.name == run_id:
                problem = f"The run {run_id!r} is damaged: {damaged.problem}."
                raise MnistError(problem) from None
        raise


def _going_on(run_id: str | None) -> Run:
    """The run of this name, or whichever it is, as long as it is going on."""
    run = _named(run_id) if run_id else manager.active()
    if run is None:
        raise MnistError("No run is going on. The command runs lists those there are.")
    if (status := run.status) not in ACTIVE:
        raise MnistError(f"The run {run.id!r} is not going on. Its status: {status}.")
    return run


def _newest_to_resume() -> Run:
    if going_on := manager.active():
        return going_on
    for run in manager.list_runs():
        if run.status in ENDED_EARLY:
            return run
    raise MnistError("There is no run that can be resumed.")


def _row(run: Run) -> Row:
    """What programs are told about a run."""
    state, recipe, so_far = run.state, run.recipe, run.metrics()
    started = datetime.fromtimestamp(float(state["started"]), UTC)
    places = so_far.batches[-1:] + so_far.epochs[-1:]
    return {
        "id": run.id,
        "status": state["status"],
        "stage": state.get("stage"),
        "recipe": recipe.name,
        "epoch": max((row["epoch"] for row in places), default=0.0),
        "epochs": recipe.epochs,
        "step": max((row["step"] for row in so_far.batches[-1:]), default=0),
        "pid": state.get("pid") if state["status"] in ACTIVE else None,
        "name": state.get("name"),
        "started": started.isoformat(timespec="seconds"),
        "model": state.get("model"),
        "test_accuracy": state.get("test_accuracy"),
        "reason": state.get("reason"),
        "problem": None,
    }


ROW = (
    *("id", "status", "stage", "recipe", "epoch", "epochs", "step", "pid", "name"),
    *("started", "model", "test_accuracy", "reason", "problem"),
)


def _damaged_row(damaged: DamagedRun) -> Row:
    known = {"id": damaged.folder.name, "status": "damaged", "problem": damaged.problem}
    return {**dict.fromkeys(ROW), **known}


def _answer(row: Row, as_json: bool) -> int:
    """Say in a row or a sentence how a run is."""
    if as_json:
        _print_row(row)
        return 0
    parts = [f"{row['id']}: {row['status']}."]
    if row["model"] and row["test_accuracy"] is not None:
        parts.append(f"Its model {row['model']!r} reads {row['test_accuracy']:.2%} of")
        parts.append("the test images right.")
    parts += [row["reason"]] if row["reason"] else []
    print(*parts)
    return 0


def _print_row(row: Row, *, flush: bool = False) -> None:
    print(json.dumps(row), flush=flush)


def _table(rows: list[Row]) -> Table:
    table = Table()
    table.add_column("run", no_wrap=True)  # to be copied
    for name in ("status", "epoch", "test", "model", "what happened"):
        table.add_column(name)
    for row in rows:
        far = "" if row["epoch"] is None else f"{row['epoch']:.1f} of {row['epochs']}"
        share = row["test_accuracy"]
        test = "" if share is None else f"{share:.2%}"
        what = row["reason"] or row["problem"]
        cells = [row["id"], row["status"], far, test, row["model"], what]
        table.add_row(*(Text(cell or "") for cell in cells))  # no brackets are markup
    return table
