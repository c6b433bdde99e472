"""The commands on runs that wait for their turn."""

import argparse

from mnist_core.cli.run_rows import answer, to_row
from mnist_core.cli.runs import find
from mnist_core.runs import queue


def move_back(args: argparse.Namespace) -> int:
    """Let all runs that wait now go before this one."""
    run, _ = find(args.run)
    queue.move_back(run)
    return answer(to_row(run, run.read()), args.json)


def take_out(args: argparse.Namespace) -> int:
    """Take a run out of the line: one that never began is gone."""
    run, state = find(args.run)
    row = to_row(run, state)
    queue.take_out(run)
    left = run.read().status if run.folder.exists() else "discarded"
    return answer({**row, "status": left, "place": None}, args.json)
