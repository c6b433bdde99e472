"""The queue: which runs wait for their turn, and in which order they get it.

A run that waits is a run like any other, with a ticket in its folder. The order is
worked out from the tickets whenever somebody asks, and stored nowhere: so it outlives
the server, the browser and every worker.

    from mnist_core.runs import manager, queue
    run = manager.start(recipe, wait=True)
    queue.in_turn(manager.read_runs()).index(run)    # so many begin before it
    queue.move_back(run)
"""

import os
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Final, TypedDict

from msgspec import Meta

from mnist_core.errors import QueueFull, RunActive, RunNotWaiting
from mnist_core.runs.run import TICKET, Run, RunState, Ticket
from mnist_core.storage import processes
from mnist_core.storage.paths import (
    data_dir,
    remove_folder,
    wrap_os_errors,
    write_json,
)
from mnist_core.storage.reading import read_json

MOST: Final = 10  # runs of one visitor in line
TRIES: Final = 300  # tenths of a second, to get the lock: it is held briefly

CLUSTER: Final = "MNIST_RAY"
"""Names the cluster that trains, where this machine is not to."""

SLOTS: Final = ".slots.json"  # of the cluster


class ClusterSlots(TypedDict):
    """What a worker noted of the cluster."""

    slots: Annotated[int, Meta(ge=0, le=10_000)]


States = Mapping[Run, RunState]
"""Runs, each as it was read."""


@contextmanager
def exclusive() -> Iterator[None]:
    """Hold the queue's lock: nobody else can start a run or change the line meanwhile.

    Raises:
        RunActive: somebody holds it for too long.
        HomeUnwritable: there can be no such file.
    """
    folder = data_dir() / "runs"
    with wrap_os_errors():
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            if not any(processes.try_lock(lock) for _ in range(TRIES)):
                raise RunActive(None)
            yield


def slots() -> int:
    """Return how many runs can go on at a time: MNIST_RUNS, or one.

    Where a cluster trains, it is as many as that had room for when it was asked last.
    """
    named = os.environ.get("MNIST_RUNS", "")
    if named.isdecimal():
        return max(int(named), 1)
    return max(cluster_slots(), 1) if os.environ.get(CLUSTER) else 1


def cluster_slots() -> int:
    """Return what was noted last of the cluster: for how many runs it has room."""
    try:
        return read_json(data_dir() / "runs" / SLOTS, ClusterSlots)["slots"]
    except (OSError, ValueError):
        return 0


def note_cluster_slots(count: int) -> None:
    """Note for how many runs the cluster has room."""
    write_json(data_dir() / "runs" / SLOTS, ClusterSlots(slots=count))


def free_slots(states: States) -> int:
    """Return how many more runs could go on."""
    return slots() - sum(state.is_active for state in states.values())


def is_held(states: States) -> bool:
    """Tell whether nobody's turn comes: paused runs have all the room there is."""
    on = [state.status for state in states.values() if state.is_active]
    return len(on) >= slots() and set(on) == {"paused"}


def in_turn(states: States) -> list[Run]:
    """Return the runs that wait, the next one first.

    Those who started them take turns, however many each has in line. First comes whose
    last run began longest ago; who moved a run back counts as having had a turn then.
    """
    lines = _lines(states)
    begun: dict[str | None, float] = defaultdict(float)
    for state in states.values():
        begun[state.starter] = max(begun[state.starter], state.begun or 0.0)

    def turn(starter: str | None) -> tuple[float, float]:
        _, ticket = lines[starter][0]
        moved = ticket["since"] if ticket["moved"] else 0.0
        return max(begun[starter], moved), ticket["since"]

    order, starters = [], deque(sorted(lines, key=turn))
    while starters:
        starter = starters.popleft()
        order.append(lines[starter].popleft()[0])
        if lines[starter]:
            starters.append(starter)
    return order


def check_turn(states: States, starter: str | None, *, wait: bool) -> None:
    """See that one more run can begin, or be put in line where it may wait.

    The command line's may be any number, and so may those of a sweep.

    Raises:
        RunActive: it may not wait, and would have to.
        QueueFull: a visitor has as many in line as one can have.
    """
    waiting = [state for state in states.values() if state.ticket]
    if wait:
        single = [each for each in waiting if not each.sweep]
        if starter and sum(each.starter == starter for each in single) >= MOST:
            raise QueueFull(MOST)
    elif free_slots(states) <= len(waiting):
        running = (run.id for run, state in states.items() if state.is_active)
        raise RunActive(next(running, None))


def join(run: Run) -> None:
    """Put a run in line, behind the others of whoever started it."""
    write_json(run.folder / TICKET, Ticket(since=time.time(), moved=False))


def leave(run: Run) -> None:
    """Take the ticket from a run whose worker has begun."""
    (run.folder / TICKET).unlink(missing_ok=True)


def move_back(run: Run) -> None:
    """Let all who wait now go first.

    Raises:
        RunNotWaiting: it is not in line any more.
        HomeUnwritable: its folder cannot be written to.
    """
    with _waiting(run):
        write_json(run.folder / TICKET, Ticket(since=time.time(), moved=True))


def take_out(run: Run) -> None:
    """Take a run out of the line: it is what it was before, or gone if it never began.

    Raises:
        RunNotWaiting: it is not in line any more.
        HomeUnwritable: its folder cannot be written to.
    """
    with _waiting(run) as state:
        if state.begun is None:
            remove_folder(run.folder)
        else:
            leave(run)


@contextmanager
def _waiting(run: Run) -> Iterator[RunState]:
    """Hold the queue's lock, and give what a run says that waits."""
    with exclusive():
        state = run.read()
        if not state.ticket:
            raise RunNotWaiting(run.id)
        yield state


def _lines(states: States) -> dict[str | None, deque[tuple[Run, Ticket]]]:
    """Return what waits of each starter, in the order in which it was put in line.

    A run of its own goes before those of a sweep: these may be a hundred.
    """
    waiting = [(run, state.ticket) for run, state in states.items() if state.ticket]

    def order(waits: tuple[Run, Ticket]) -> tuple[bool, float, int]:
        run, ticket = waits
        state = states[run]
        return state.sweep is not None, ticket["since"], state.number

    lines: dict[str | None, deque[tuple[Run, Ticket]]] = defaultdict(deque)
    for run, ticket in sorted(waiting, key=order):
        lines[states[run].starter].append((run, ticket))
    return lines
