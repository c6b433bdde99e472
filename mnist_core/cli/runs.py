"""The commands on runs; `mnist_core.cli.parser` reads their options.

They work on every run on disk, whoever started it.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from mnist_core import presets, recipes
from mnist_core.cli.console import (
    ERR,
    OUT,
    ensure_mnist,
    percent,
    print_facts,
    print_json,
)
from mnist_core.cli.interrupts import INTERRUPTED, InterruptHandler
from mnist_core.cli.progress import describe_turn, show_progress
from mnist_core.cli.run_rows import RunRow, answer, damaged_row, to_row, to_table
from mnist_core.errors import MnistError, RunNotFound
from mnist_core.recipes import DataName, Recipe
from mnist_core.runs import archive, manager
from mnist_core.runs.run import Run, RunState

RECIPE_OPTIONS = (*recipes.BOUNDS, *recipes.CHOICES, *recipes.SWITCHES)
ENDED_EARLY = ("interrupted", "stopped", "failed")
SECONDS_PER_LOOK = 0.05


def train(args: argparse.Namespace) -> int:
    """Train by a recipe in a worker, follow it, and say what came out."""
    begin = _beginning(args) if args.resume is None else _resuming(args)
    with InterruptHandler() as interrupts:
        run = begin()
        if args.json:
            print_json({**to_row(run, run.read()), "run": run.id}, flush=True)
        else:
            print(run.id, flush=True)
            say_turn(run)
        state = show_progress(run, interrupts=interrupts)
    if state.status not in ("finished", "stopped") or not state.model:
        raise MnistError(state.reason or f"The run ended: {state.status}.")
    _print_result(run, state, as_json=args.json)
    return 0


def list_runs(args: argparse.Namespace) -> int:
    """List the runs, the newest first."""
    manager.start_next()
    rows = [to_row(run, state) for run, state in manager.read_runs().items()]
    rows += [damaged_row(damaged) for damaged in manager.list_damaged()]
    if args.json:
        for row in rows:
            print_json(row)
    elif rows:
        OUT.print(to_table(rows))
    else:
        print("There are no runs yet.")
    return 0


def pause(args: argparse.Namespace) -> int:
    """Pause the run that is going on, and return when its worker waits."""
    run, _ = find_active(args.run)
    run.request("pause")
    state = run.read()
    while state.status == "running" and "pause" in state.requests:
        time.sleep(SECONDS_PER_LOOK)
        state = run.read()
    return answer(to_row(run, state), args.json)


def resume(args: argparse.Namespace) -> int:
    """Let a run go on: at once where it is paused, else after its last whole epoch."""
    run, _ = find(args.run) if args.run else _newest_to_resume()
    manager.resume(run, wait=args.wait)
    say_turn(run)
    state = run.read()
    while state.status == "paused" and "pause" not in state.requests:
        time.sleep(SECONDS_PER_LOOK)
        state = run.read()
    return answer(to_row(run, state), args.json)


def stop(args: argparse.Namespace) -> int:
    """Stop the run that is going on, and keep the model as it is then."""
    run, _ = find_active(args.run)
    run.request("stop")
    run.wait()
    return answer(to_row(run, run.read()), args.json)


def discard(args: argparse.Namespace) -> int:
    """End a run and delete it, without saving a model; one that is saved stays."""
    run, state = find(args.run)
    row = to_row(run, state)
    if state.is_active:
        run.request("discard")
        run.wait()
    if run.folder.exists():  # it had ended, or was just ending
        manager.delete(run)
    return answer({**row, "status": "discarded", "pid": None}, args.json)


def watch(args: argparse.Namespace) -> int:
    """Follow a run until it ends; a Ctrl-C leaves the run alone."""
    manager.start_next()
    run, _ = find(args.run) if args.run else find_active(None)
    on_line = partial(print_json, flush=True) if args.json else None
    try:
        state = show_progress(run, on_line=on_line)
    except KeyboardInterrupt:
        ERR.print(f"{run.id} goes on.", markup=False, highlight=False)
        return INTERRUPTED
    answer(to_row(run, state), args.json)
    return int(state.status in ("failed", "interrupted"))


def delete(args: argparse.Namespace) -> int:
    """Delete a run that has ended, or is damaged; its model stays."""
    damaged = {each.folder.name: each for each in manager.list_damaged()}
    row: RunRow
    if each := damaged.get(args.run):
        row = damaged_row(each)
        manager.delete(each)
    else:
        run = manager.get(args.run)
        row = to_row(run, run.read())
        manager.delete(run)
    return answer({**row, "status": "deleted", "reason": None}, args.json)


def archive_all(args: argparse.Namespace) -> int:
    """Archive runs and models, for the next class; nothing is deleted."""
    contents = [str(path) for path in archive.list_contents()]
    folder = str(archive.create()) if contents else None
    if args.json:
        print_json({"folder": folder, "contents": contents})
    elif folder:
        print(*contents, f"are in {folder} now.", sep="\n")
    else:
        print("There is nothing to archive.")
    return 0


def recipe_of(args: argparse.Namespace) -> Recipe:
    """Return the recipe that the options describe."""
    given = {field: getattr(args, field) for field in RECIPE_OPTIONS}
    changes: Any = {field: value for field, value in given.items() if value is not None}
    if args.strokes:
        changes["strokes"] = args.strokes.name
    data: DataName = args.data or "mnist"
    if args.preset:
        return replace(
            presets.recipe(presets.BY_OPTION[args.preset], data=data), **changes
        )
    return recipes.get(args.recipe or "quick", data=data, **changes)


def _beginning(args: argparse.Namespace) -> Callable[[], Run]:
    """Return what starts the run that the options describe."""
    recipe = recipe_of(args)
    name = args.name or (presets.BY_OPTION[args.preset] if args.preset else None)
    ensure_mnist(recipe.data)
    if (known := presets.find(recipe)) and not args.json:
        ERR.print(known.question, markup=False, highlight=False)
    options = {"name": name, "drawings": args.strokes, "wait": args.wait}
    return partial(manager.start, recipe, **options)


def _resuming(args: argparse.Namespace) -> Callable[[], Run]:
    """Return what resumes the run that the options name."""
    run, state = find(args.resume) if args.resume else _newest_to_resume()
    if state.status in ENDED_EARLY:
        ensure_mnist(state.recipe.data)

    def begin() -> Run:
        manager.resume(run, wait=args.wait)
        return run

    return begin


def say_turn(run: Run) -> None:
    """Say on the error stream when the turn of a run comes, if it waits for it."""
    if run.read().ticket:
        ERR.print(f"{run.id}: {describe_turn(run)}.", markup=False, highlight=False)


def find(run_id: str) -> tuple[Run, RunState]:
    """Return the run of this name; say what is wrong with one that is damaged."""
    for run, state in manager.read_runs().items():
        if run.id == run_id:
            return run, state
    for damaged in manager.list_damaged():
        if damaged.folder.name == run_id:
            raise MnistError(f"The run {run_id!r} is damaged: {damaged.problem}.")
    raise RunNotFound(run_id)


def find_active(run_id: str | None) -> tuple[Run, RunState]:
    """Return the run of this name, or whichever it is, as long as it is going on."""
    if run_id:
        run, state = find(run_id)
        if not state.is_active:
            status = f"Its status: {state.status}."
            raise MnistError(f"The run {run.id!r} is not going on. {status}")
        return run, state
    for run, state in manager.read_runs().items():
        if state.is_active:
            return run, state
    raise MnistError("No run is going on. The command runs lists those there are.")


def _newest_to_resume() -> tuple[Run, RunState]:
    """Return the run that is going on, else the newest that ended early."""
    states = manager.read_runs().items()
    active = [(run, state) for run, state in states if state.is_active]
    ended = [(run, state) for run, state in states if state.status in ENDED_EARLY]
    for found in (*active, *ended):
        return found
    raise MnistError("There is no run that can be resumed.")


def _print_result(run: Run, state: RunState, *, as_json: bool) -> None:
    """Say what a training left: all of it to programs, the scores to people."""
    epochs = len(state.history["loss"]) if state.history else 0
    if as_json:
        keys = ("model", "test_loss", "test_accuracy", "fit_seconds", "history")
        result = {key: getattr(state, key) for key in (*keys, "pen_accuracy")}
        print_json({"run": run.id, "status": state.status, **result, "epochs": epochs})
        return
    facts = {
        "status": state.status,
        "model": state.model or "",
        "test accuracy": percent(state.test_accuracy),
        "test loss": f"{state.test_loss:.4f}",
        "pen accuracy": percent(state.pen_accuracy),
        "epochs": str(epochs),
        "trained in": f"{state.fit_seconds:.1f} s",
    }
    print_facts({name: value for name, value in facts.items() if value})
    if (preset := presets.find(state.recipe)) and state.status == "finished":
        print(preset.explanation)
