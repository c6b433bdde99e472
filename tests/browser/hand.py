"""A hand that draws on the canvas, with the mouse or a finger.

Strokes are lists of points in pixels of a canvas 280 high; on a higher one they are
drawn larger.
"""

from playwright.sync_api import Page, expect

Stroke = list[tuple[int, int]]

SEVEN: list[Stroke] = [[(70, 60), (205, 60), (120, 230)]]
ONE: list[Stroke] = [[(150, 40), (140, 235)]]
FOUR: list[Stroke] = [[(90, 50), (75, 150), (200, 150)], [(170, 50), (165, 235)]]
TWO: list[Stroke] = [
    [(330, 90), (350, 60), (400, 55), (430, 90), (420, 130), (330, 220), (440, 220)]
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


def canvas(page: Page) -> dict[str, float]:
    """Where the canvas is, once it can be drawn on."""
    surface = page.locator("canvas.upper-canvas")
    expect(surface).to_have_count(1)  # a cleared canvas is a new one
    expect(surface).to_be_visible()
    box = surface.bounding_box()
    if box["y"] + box["height"] > page.viewport_size["height"]:
        surface.scroll_into_view_if_needed()
        box = surface.bounding_box()
    return box


def draw(page: Page, strokes: list[Stroke]) -> None:
    """Draw with the mouse."""
    box = canvas(page)
    for first, *others in strokes:
        page.mouse.move(*_place(box, first))
        page.mouse.down()
        for point in others:
            page.mouse.move(*_place(box, point), steps=12)
        page.mouse.up()


def touch(page: Page, strokes: list[Stroke]) -> None:
    """Draw with a finger."""
    box = canvas(page)
    session = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    for first, *others in strokes:
        last = _place(box, first)
        send("touchStart", last)
        for point in others:
            end = _place(box, point)
            pairs = list(zip(last, end, strict=True))
            for part in range(1, 11):
                send("touchMove", tuple(a + (b - a) * part / 10 for a, b in pairs))
            last = end
        send("touchEnd")


def _place(box: dict[str, float], point: tuple[int, int]) -> tuple[float, float]:
    scale = box["height"] / 280
    return box["x"] + point[0] * scale, box["y"] + point[1] * scale
