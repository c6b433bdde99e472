"""How long a person waits: from the pen's lift to the answer on the screen."""

import statistics
from collections.abc import Iterator

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.server import start

DRAWINGS = 15
MARK_WHEN_ANSWERED = """lines => new Promise(done => {
    const look = () => lines.innerText.includes('sure')
        ? requestAnimationFrame(() => done(performance.now()))
        : requestAnimationFrame(look);
    look();
})"""


def painted() -> Iterator[tuple[str, str]]:
    """Draw a seven again and again in a real browser."""
    path = chromium.find()
    if not path:
        yield "pen up to answer painted", "no Chromium to be had"
        return
    with start() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        page = browser.new_page()
        page.set_default_timeout(90_000)
        page.goto(address)
        waits = [_wait_for_answer(page) for _ in range(DRAWINGS + 1)][1:]
    yield "pen up to answer painted: median", f"{statistics.median(waits):.0f} ms"
    yield "pen up to answer painted: slowest", f"{max(waits):.0f} ms"


def _wait_for_answer(page: Page) -> float:
    """Milliseconds from the pen's lift until the answer is on the screen."""
    canvas = page.locator("canvas.upper-canvas")
    expect(canvas).to_have_count(1)  # a cleared canvas is a new one
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 70, box["y"] + 60)
    page.mouse.down()
    for x, y in ((205, 60), (120, 230)):
        page.mouse.move(box["x"] + x, box["y"] + y, steps=10)
    lifted = page.evaluate("performance.now()")
    page.mouse.up()
    waited = page.locator(".answer-rings .lines").evaluate(MARK_WHEN_ANSWERED) - lifted
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("Draw a digit from 0 to 9").wait_for()
    return waited
