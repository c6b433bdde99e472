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

Pace = dict[str, float]
"""Seconds that a network takes for an image, loading and testing included."""


@dataclass(frozen=True)
class Turn:
    """When it is a run's turn: `place` 1 is the next one."""

    place: int
    seconds: float | None  # until then, about; None where nobody knows


def turns(states: States) -> dict[Run, Turn]:
    """Return the turn of each run that waits, in their order."""
    pace, free = _pace(states), []
    for run, state in states.items():
        if state.is_active:
            free.append(_seconds_left(run, state, pace))
    free += [0.0] * max(queue.slots() - len(free), 0)
    heapq.heapify(free)  # when each slot is free, in seconds; infinity is unknown
    found = {}
    for place, run in enumerate(queue.in_turn(states), start=1):
        seconds = free[0]
        found[run] = Turn(place, None if math.isinf(seconds) else seconds)
        heapq.heapreplace(free, seconds + _duration(states[run].recipe, pace))
    return found


def _duration(recipe: Recipe, pace: Pace) -> float:
    return pace.get(recipe.network, math.inf) * recipe.examples * recipe.epochs


def _seconds_left(run: Run, state: RunState, pace: Pace) -> float:
    """Return how long a run that goes on still takes."""
    if state.status == "paused":
        return math.inf
    left = run.metrics().progress(state.recipe).seconds_left
    if left is None:  # it has trained too little to say so
        past = time.time() - (state.begun or 0.0)
        return max(_duration(state.recipe, pace) - past, 0.0)
    return left


def _pace(states: States) -> Pace:
    """Return the pace of each network: the median over the runs that finished."""
    seen: dict[str, list[float]] = defaultdict(list)
    for run, state in states.items():
        seconds = _seconds_in_all(run, state)
        if seconds is not None:
            images = state.recipe.examples * state.recipe.epochs
            seen[state.recipe.network].append(seconds / images)
    return {network: median(paces) for network, paces in seen.items()}


def _seconds_in_all(run: Run, state: RunState) -> float | None:
    """Return how long a run took that finished, or takes that goes on."""
    if state.begun is None:
        return None
    if state.status == "finished" and state.ended:
        return state.ended - state.begun
    if state.status != "running":
        return None
    left = run.metrics().progress(state.recipe).seconds_left
    return None if left is None else time.time() - state.begun + left
