"""The browser reads while the pen moves, and the server says the same afterwards."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.hand import (
    FOUR,
    ONE,
    SAID,
    SEVEN,
    SLASHED_ZERO,
    STAR,
    canvas,
    clear,
    draw,
)
from tests.browser.server import SECONDS
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.usefixtures("at_the_server")
NUMBER = [*SEVEN, *([(x + 220, y) for x, y in stroke] for stroke in ONE)]
FEW = {"1": ONE, "0": SLASHED_ZERO, "star": STAR}
MANY = {**FEW, "7": SEVEN, "4": FOUR, "number": NUMBER}


@pytest.fixture
def read_here(visit):
    """Opens the Draw page, and waits until its browser can read."""

    def open_page(*, window: dict = DESKTOP, scale: int = 1) -> Page:
        page = visit("/_stcore/health", **window)
        _sharpen(page, scale)
        with page.expect_response("**/packed/**") as packed:
            page.goto(page.url.removesuffix("_stcore/health"))
        packed.value.finished()
        canvas(page)
        return page

    return open_page


def _sharpen(page: Page, scale: int) -> None:
    """Show a page with so many of the screen's pixels for one of its own."""
    is_phone = page.viewport_size == PHONE["viewport"]
    screen = {**page.viewport_size, "deviceScaleFactor": scale, "mobile": is_phone}
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setDeviceMetricsOverride", screen)


def test_it_reads_until_the_pen_is_lifted_and_then_the_server_has_the_word(read_here):
    page = read_here()
    box = canvas(page)
    page.mouse.move(box["x"] + 70, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 60, steps=10)
    first = page.locator(".answer-rings .live").inner_text()
    page.mouse.move(box["x"] + 130, box["y"] + 280, steps=10)
    expect(page.locator(".answer-rings .digit")).to_have_text("7")
    expect(page.locator(".answer-rings .live")).to_contain_text("A 7, ")
    assert page.locator(".answer-rings .live").inner_text() != first
    expect(page.locator(".probability-bars .best .digit")).to_have_text("7")
    # A busy browser comes to its next frame when the server has answered.
    page.evaluate("""() => {
        const [late, atNextFrame] = [[], window.requestAnimationFrame];
        window.requestAnimationFrame = (paint) => late.push(paint);
        window.goOn = () => {
            window.requestAnimationFrame = atNextFrame;
            late.forEach((paint) => paint(performance.now()));
        };
    }""")
    page.mouse.up()
    expect(page.locator(SAID)).to_contain_text("A 7, ")
    page.evaluate("goOn()")
    assert page.locator(SAID).count() == 1


def test_strokes_that_change_nothing_any_more_are_answered_all_the_same(read_here):
    page = read_here(window=PHONE)
    draw(page, SEVEN)
    for _ in range(10):
        expect(page.locator(SAID)).to_contain_text("A 7, ")
        draw(page, [[(120, 60), (150, 60)]])
    expect(page.locator(SAID)).to_contain_text("A 7, ")


@pytest.mark.parametrize(
    ("window", "scale", "drawings"),
    [(DESKTOP, 1, MANY), (DESKTOP, 2, FEW), (PHONE, 3, FEW)],
    ids=["1x", "2x", "3x"],
)
def test_the_server_says_what_stands_there_already(read_here, window, scale, drawings):
    page = read_here(window=window, scale=scale)
    assert page.evaluate("devicePixelRatio") == scale
    # What the browser said last, when the server's answer takes its place.
    page.evaluate("""() => document.addEventListener(
        "live-reading", ({ detail }) => { window.said = detail.first.line; })""")
    answer = page.locator(f"{SAID} .line").first
    for name, strokes in drawings.items():
        draw(page, strokes)
        expect(answer).not_to_contain_text("Draw a digit")
        # Of several strokes it may have answered the first ones by now.
        wait_until(
            lambda: answer.inner_text() == page.evaluate("window.said"),
            seconds=SECONDS,
            problem=f"of {name}, the server says something else",
        )
        clear(page)


def test_without_the_packed_model_the_server_answers(visit):
    page = visit("/_stcore/health", cold=True)
    page.route("**/packed/**", lambda route: route.abort())
    page.goto(page.url.removesuffix("_stcore/health"))
    draw(page, SEVEN)
    expect(page.locator(".answer-rings .said")).to_contain_text("A 7, ")


def test_the_canvas_has_no_tools_but_those_of_the_page(visit):
    page = visit("/")
    for strokes in (SEVEN, ONE):
        canvas(page)
        page.locator("canvas.upper-canvas").hover()
        for name in ("Edit", "Redo", "Reset canvas & history"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)
        expect(page.get_by_role("button", name="Undo")).to_have_count(1)
        draw(page, strokes)
        expect(page.locator(SAID)).to_contain_text("sure")
        clear(page)
