"""Fill the room: sessions that draw, all at once, and sessions that do nothing.

make load                          a minute of 30 that draw, a minute of 100 idle
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Final

from reliability.report import Report
from reliability.served import Served, errors, serve
from reliability.visitors import Drawing, Visitor, draw
from tests import raw_session

SESSIONS, IDLE = 30, 100
SECONDS_PER_STROKE: Final = 2
MOST_OF_A_CORE: Final = 0.1  # that those who do nothing may cost
COLUMNS: Final = ("what", "figure")


def load(report: Report, *, minutes: float) -> bool:
    """Have them draw, and then others do nothing; return whether all went well."""
    table = report.table(*COLUMNS)
    strokes = round(60 * minutes / SECONDS_PER_STROKE)
    drawings = [invent(number, strokes) for number in range(SESSIONS)]
    with serve() as server:
        report.say(f"{SESSIONS} sessions draw ...")
        visitors = _draw_all(server, drawings)
        seconds = sorted(second for each in visitors for second in each.seconds)
        faults = [fault for each in visitors for fault in each.faults]
        table.add_row("strokes answered", f"{len(seconds)} of {SESSIONS * strokes}")
        table.add_row("answers mixed up, exceptions", str(len(faults)))
        table.add_row("an answer, median", f"{statistics.median(seconds):.2f} s")
        table.add_row("slowest of 20", f"{seconds[len(seconds) * 19 // 20]:.2f} s")
        report.say(f"{IDLE} sessions do nothing ...")
        cores = _cost_of_idling(server, seconds=60 * minutes)
        table.add_row(f"{IDLE} idle sessions", f"{cores:.3f} of a core")
        logged = errors()
        table.add_row("errors in the log", str(len(logged)))
    report.show(table)
    for fault in (*faults[:10], *logged[:10]):
        report.say(fault)
    return not faults and not logged and cores <= MOST_OF_A_CORE


def invent(number: int, strokes: int) -> list[Drawing]:
    """Return what a session draws, stroke by stroke: no two are the same."""
    return [
        draw(number % 10, strokes=1 + stroke, seed=1000 * number + stroke)
        for stroke in range(strokes)
    ]


def _draw_all(server: Served, drawings: list[list[Drawing]]) -> list[Visitor]:
    """Open a session for each list of drawings, and have all of them draw at once."""
    with ExitStack() as lines, ThreadPoolExecutor(len(drawings)) as pool:
        visitors = [enter(server, lines) for _ in drawings]
        wake(visitors[0])
        list(pool.map(_draw, visitors, drawings))
        return visitors


def enter(server: Served, lines: ExitStack) -> Visitor:
    """Open the Draw page, as somebody who comes does."""
    session = lines.enter_context(raw_session.connect(server.address))
    visitor = Visitor(session)
    visitor.open()
    return visitor


def wake(visitor: Visitor) -> None:
    """Have a visitor draw something, for which the server loads the network."""
    visitor.draw(draw(7, strokes=1, seed=10**6))
    visitor.open()
    visitor.seconds.clear()


def _draw(visitor: Visitor, drawings: list[Drawing]) -> None:
    """Draw a stroke every two seconds, or where the answer took longer, after it."""
    for drawing in drawings:
        began = time.monotonic()
        visitor.draw(drawing)
        time.sleep(max(began + SECONDS_PER_STROKE - time.monotonic(), 0))


def _cost_of_idling(server: Served, *, seconds: float) -> float:
    """Return how many cores the server takes while so many sessions do nothing."""
    with ExitStack() as lines:
        for _ in range(IDLE):
            enter(server, lines)
        time.sleep(5)  # until what they asked for is done
        before, began = server.processor_seconds, time.monotonic()
        time.sleep(seconds)
        return (server.processor_seconds - before) / (time.monotonic() - began)
