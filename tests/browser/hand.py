"""Draw on the canvas as a hand does, with the mouse or a finger.

Strokes are lists of points in pixels of a canvas 280 high; on a higher one they are
drawn larger.
"""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.server import SECONDS
from tests.browser.waiting import wait_until

Stroke = list[tuple[int, int]]

SEVEN: list[Stroke] = [[(70, 60), (205, 60), (120, 230)]]
ONE: list[Stroke] = [[(150, 40), (140, 235)]]
FOUR: list[Stroke] = [[(90, 50), (75, 150), (200, 150)], [(170, 50), (165, 235)]]
TWO: list[Stroke] = [
    [(280, 90), (300, 60), (350, 55), (380, 90), (370, 130), (280, 220), (390, 220)]
]
CROSSED_SEVEN: list[Stroke] = [*SEVEN, [(100, 145), (200, 145)]]
SLASHED_ZERO: list[Stroke] = [
    [(140, 50), (85, 90), (80, 180), (130, 230), (195, 190), (200, 100), (140, 50)],
    [(205, 60), (85, 225)],
]
ONE_OR_SEVEN: list[Stroke] = [[(100, 80), (150, 60), (140, 230)]]
STAR: list[Stroke] = [
    [(140, 40), (180, 230), (60, 110), (220, 110), (100, 230), (140, 40)]
]

MOVES = 3  # from one point to the next; at each the page reads and paints

SURFACE = "canvas.upper-canvas"
"""What is drawn on, on the Draw page."""

SAID = ".answer-rings:not(.is-live) .said"
"""What the server says; while the pen moves, the browser speaks for itself."""


PROMPT = "Draw a digit from 0 to 9"


def expect_prompt(page: Page) -> None:
    """Wait until the server says that nothing is drawn."""
    expect(page.locator(SAID)).to_contain_text(PROMPT)


def clear(page: Page) -> None:
    """Press Clear, and wait for the new canvas: strokes on the old one go with it."""
    canvas(page)  # after an undo, two are there for a moment
    old = page.locator("canvas.upper-canvas").element_handle()
    page.get_by_role("button", name="Clear").click()
    expect_prompt(page)
    problem = "the canvas is the old one"
    wait_until(
        lambda: not old.evaluate("canvas => canvas.isConnected"),
        seconds=SECONDS,
        problem=problem,
    )


def canvas(page: Page, surface: str = SURFACE) -> FloatRect:
    """Return where the canvas is, once it is there and in view."""
    found = page.locator(f"{surface} >> visible=true")
    expect(found).to_have_count(1)  # a cleared canvas is a new one
    box, window = found.bounding_box(), page.viewport_size
    assert box and window
    if box["y"] + box["height"] > window["height"]:
        found.scroll_into_view_if_needed()
        box = found.bounding_box()
        assert box
    return box


def draw(page: Page, strokes: list[Stroke], *, surface: str = SURFACE) -> None:
    """Draw with the mouse."""
    box = canvas(page, surface)
    for first, *others in strokes:
        page.mouse.move(*_on_page(box, first))
        page.mouse.down()
        for point in others:
            page.mouse.move(*_on_page(box, point), steps=MOVES)
        page.mouse.up()


def touch(page: Page, strokes: list[Stroke], *, surface: str = SURFACE) -> None:
    """Draw with a finger."""
    box, send = canvas(page, surface), fingers(page)
    for first, *others in strokes:
        last = _on_page(box, first)
        send("touchStart", _0=last)
        for point in others:
            end = _on_page(box, point)
            for x, y in np.linspace(last, end, MOVES + 1)[1:].tolist():
                send("touchMove", _0=(x, y))
            last = end
        send("touchEnd")


def fingers(page: Page) -> Callable[..., None]:
    """Return what sends a kind of touch, and where each finger is: _0=(x, y)."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, **places: tuple[float, float]) -> None:
        points = [
            {"x": x, "y": y, "id": int(name[1:])} for name, (x, y) in places.items()
        ]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return send


def _on_page(box: FloatRect, point: tuple[int, int]) -> tuple[float, float]:
    """Return where a point of the canvas is on the page."""
    scale = box["height"] / 280
    return box["x"] + point[0] * scale, box["y"] + point[1] * scale
