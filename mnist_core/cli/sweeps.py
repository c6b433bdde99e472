"""The commands on sweeps; `mnist_core.cli.parser` reads their options."""

import argparse
import time

from rich.table import Table
from rich.text import Text

from mnist_core.cli.console import (
    ERR,
    OUT,
    ensure_mnist,
    percent,
    print_json,
    progress_bar,
)
from mnist_core.cli.interrupts import INTERRUPTED
from mnist_core.cli.runs import recipe_of
from mnist_core.errors import RecipeError
from mnist_core.runs import leaderboard, manager, sweeps
from mnist_core.runs.leaderboard import Row
from mnist_core.runs.sweeps import Sweep

SECONDS_PER_LOOK = 1.0


def sweep(args: argparse.Namespace) -> int:
    """Train by a recipe with several values, and say which are best.

    With the id of a sweep, go on with that one. A Ctrl-C leaves its runs in line.
    """
    chosen = sweeps.get(args.sweep) if args.sweep else _start(args)
    if args.stop:
        sweeps.stop(chosen)
    elif args.sweep and args.resume:
        sweeps.resume(chosen)
    if not args.csv:
        _print_id(chosen, as_json=args.json)
    try:
        _follow(chosen)
    except KeyboardInterrupt:
        ERR.print(f"{chosen.id} goes on.", markup=False, highlight=False)
        return INTERRUPTED
    if args.csv:
        print(leaderboard.to_csv(chosen, manager.read_runs()), end="")
    else:
        _print_rows(chosen, as_json=args.json)
    return 0


def list_sweeps(args: argparse.Namespace) -> int:
    """List the sweeps, the newest first."""
    states = manager.read_runs()
    found = sweeps.list_sweeps()
    for each in found:
        ended, count = each.count_ended(states), each.count
        fields = ", ".join(each.vary)
        if args.json:
            known = {"recipe": each.recipe.name, "vary": dict(each.vary)}
            runs = {"runs": count, "ended": ended}
            print_json({"sweep": each.id, **known, **runs})
        else:
            print(f"{each.id}: {ended} of {count} trainings have ended; {fields}")
    if not found and not args.json:
        print("There are no sweeps yet.")
    return 0


def _start(args: argparse.Namespace) -> Sweep:
    vary: dict[str, list[sweeps.Value]] = {}
    for text in args.vary:
        field, _, values = text.partition("=")
        field = field.strip().replace("-", "_")
        if field in vary:
            raise RecipeError(field, "is given twice")
        vary[field] = sweeps.parse_values(field, values)
    recipe = recipe_of(args)
    ensure_mnist(recipe.data)
    return sweeps.start(
        recipe, vary, seeds=args.seeds, halving=args.halving, drawings=args.strokes
    )


def _print_id(chosen: Sweep, *, as_json: bool) -> None:
    if as_json:
        print_json({"sweep": chosen.id}, flush=True)
    else:
        print(chosen.id, flush=True)


def _follow(chosen: Sweep) -> None:
    """Show how far a sweep is until none of its runs waits or goes on."""
    count = chosen.count
    with progress_bar() as shown:
        task = shown.add_task(chosen.id, total=count)
        while True:
            manager.start_next()
            states = manager.read_runs()
            ended = chosen.count_ended(states)
            best = leaderboard.rows(chosen, states)[0]
            line = f"{chosen.id}: {ended} of {count} trainings"
            if best.mean is not None:
                line += f", best {describe(chosen, best)}: {percent(best.mean)}"
            shown.update(task, completed=ended, description=line)
            if ended == len(chosen.runs(states)):
                return
            time.sleep(SECONDS_PER_LOOK)


def describe(chosen: Sweep, row: Row) -> str:
    """Return the values of a row as options: "learning_rate=0.003 batch_size=64"."""
    pairs = zip(chosen.vary, row.settings, strict=True)
    return " ".join(f"{field}={value}" for field, value in pairs)


def _print_rows(chosen: Sweep, *, as_json: bool) -> None:
    rows = leaderboard.rows(chosen, manager.read_runs())
    if not as_json:
        OUT.print(_to_table(chosen, rows))
        return
    for row in rows:
        values = dict(zip(chosen.vary, row.settings, strict=True))
        known = {"mean": row.mean, "spread": row.spread, "halved": row.halved}
        runs = [run.id for run in row.runs]
        print_json({**values, **known, "accuracies": row.accuracies, "runs": runs})


def _to_table(chosen: Sweep, rows: list[Row]) -> Table:
    table = Table(*chosen.vary, "test accuracy", "spread", "runs", "ended early")
    for row in rows:
        early = ", ".join(f"after epoch {epoch}" for epoch in row.halved)
        ended = f"{len(row.accuracies)} of {chosen.seeds}"
        scores = percent(row.mean), percent(row.spread)
        cells = [*map(str, row.settings), *scores, ended, early]
        table.add_row(*map(Text, cells))
    return table
