"""Weigh the server: twenty who draw, a thousand answers.

make memory                        at most 350 MB, and no more in the second half
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Final

from reliability.load import enter, wake
from reliability.report import Report
from reliability.served import Served, serve
from reliability.visitors import Drawing, Visitor, draw

VISITORS: Final = 20
STROKES: Final = 4  # of each drawing: with more and more of them, it would grow itself
ROUNDS: Final = 4  # after each of them the server is weighed
MOST: Final = 350  # megabytes
GROWTH: Final = 1.03  # the most in the second half, of the most in the first


def memory(report: Report, *, answers: int) -> bool:
    """Weigh a server while it answers; return whether it is light and stays so."""
    table = report.table("when", "memory, MB")
    rounds = [_drawings(number, answers // VISITORS) for number in range(VISITORS)]
    with serve() as server, ExitStack() as lines:
        table.add_row("the server has started", f"{server.megabytes:.0f}")
        visitors = [enter(server, lines) for _ in range(VISITORS)]
        wake(visitors[0])
        weights = []
        for answered, weight in _weigh(server, visitors, rounds):
            report.say(f"{answered:,} answers: {weight:.0f} MB")
            table.add_row(f"{answered:,} answers", f"{weight:.0f}")
            weights.append(weight)
    faults = [fault for each in visitors for fault in each.faults]
    report.show(table)
    for fault in faults[:10]:
        report.say(fault)
    before, after = max(weights[: ROUNDS // 2]), max(weights[ROUNDS // 2 :])
    is_flat = after <= GROWTH * before  # it comes and goes by as much
    return not faults and is_flat and max(weights) <= MOST


def _drawings(number: int, count: int) -> list[Drawing]:
    """Return what a visitor draws."""
    seeds = range(1000 * number, 1000 * number + count)
    return [draw(seed % 10, strokes=STROKES, seed=seed) for seed in seeds]


def _weigh(
    server: Served, visitors: list[Visitor], drawings: list[list[Drawing]]
) -> Iterator[tuple[int, float]]:
    """Have all draw at the same time; yield how many answers there were, and memory."""
    part = len(drawings[0]) // ROUNDS
    with ThreadPoolExecutor(len(visitors)) as pool:
        for end in range(part, ROUNDS * part + 1, part):
            mine = [each[end - part : end] for each in drawings]
            list(pool.map(_draw, visitors, mine))
            yield end * len(visitors), server.megabytes


def _draw(visitor: Visitor, drawings: list[Drawing]) -> None:
    for drawing in drawings:
        visitor.draw(drawing)
