"""Say when the turn of each run in line comes, by how long others took.

from mnist_core.runs import forecast, manager
forecast.turns(manager.read_runs())[run].seconds    # None where nobody knows
"""

import heapq
import math
import time
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from mnist_core.recipes import Recipe
from mnist_core.runs import queue
from mnist_core.runs.queue import States
from mnist_core.runs.run import Run, RunState


@dataclass(frozen=True)
class Turn:
    """When it is a run's turn: `place` 1 is the next one."""

    place: int
    seconds: float | None  # until then, about; None where nobody knows


def turns(states: States) -> dict[Run, Turn]:
    """Return the turn of each run that waits, in their order."""
    now = time.time()
    left = {
        run: _seconds_left(run, state, now)
        for run, state in states.items()
        if state.is_active
    }
    pace = _pace(states, left, now)

    def duration(recipe: Recipe) -> float:
        return pace.get(recipe.network, math.inf) * recipe.examples * recipe.epochs

    for run, seconds in left.items():
        state = states[run]
        if seconds is None and state.status == "running":
            begun = state.begun or now
            left[run] = max(duration(state.recipe) - (now - begun), 0)
    # When each slot is free: one that nobody knows of, never.
    free = [math.inf if each is None else each for each in left.values()]
    free += [0.0] * max(queue.slots() - len(free), 0)
    heapq.heapify(free)
    found = {}
    for place, run in enumerate(queue.in_turn(states), start=1):
        seconds = free[0]
        found[run] = Turn(place, None if math.isinf(seconds) else seconds)
        heapq.heapreplace(free, seconds + duration(states[run].recipe))
    return found


def _seconds_left(run: Run, state: RunState, now: float) -> float | None:
    """Return how long a run that goes on still takes, as far as its metrics say."""
    if state.status != "running":
        return None
    return run.metrics().progress(state.recipe).seconds_left


def _pace(
    states: States, left: dict[Run, float | None], now: float
) -> dict[str, float]:
    """Return the seconds that a network takes for an image, from start to end."""
    seen: dict[str, list[float]] = defaultdict(list)
    for run, state in states.items():
        if state.begun is None:
            continue
        rest = left.get(run)
        if rest is not None:
            seconds = now - state.begun + rest
        elif state.status == "finished" and state.ended:
            seconds = state.ended - state.begun
        else:
            continue
        images = state.recipe.examples * state.recipe.epochs
        seen[state.recipe.network].append(seconds / images)
    return {network: median(paces) for network, paces in seen.items()}
