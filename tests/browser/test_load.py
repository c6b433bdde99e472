"""A room full of phones, as `make load` has it, for a moment."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

from reliability.visitors import Visitor, draw
from tests import raw_session

SESSIONS = 6


def test_who_draws_gets_the_answer_to_that_drawing(server):
    drawings = [
        [draw(number, strokes=stroke, seed=10 * number + stroke) for stroke in (1, 2)]
        for number in range(SESSIONS)
    ]
    with ExitStack() as lines, ThreadPoolExecutor(SESSIONS) as pool:
        sessions = [lines.enter_context(raw_session.connect(server)) for _ in drawings]
        visitors = [Visitor(session) for session in sessions]
        for visitor in visitors:
            visitor.open()
        list(pool.map(lambda one, all_of: [*map(one.draw, all_of)], visitors, drawings))
        assert [visitor.faults for visitor in visitors] == [[]] * SESSIONS
        # It would be noticed: this visitor expects the answer to another drawing.
        visitors[0].draw(replace(drawings[0][0], id=drawings[1][0].id))
        assert visitors[0].faults
