"""Measure how long a person waits: from the pen's lift to the answer on the screen."""

import statistics
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium, hand
from tests.browser.server import start

DRAWINGS = 15
PROMPT = "Draw a digit from 0 to 9"
LIMIT = 30_000  # milliseconds that an answer may take
LOST_AT_MOST = 5  # strokes without an answer
# Answers with the time when the answer was painted, or null where none comes in time.
WAIT_FOR_ANSWER = """(lines, limit) => new Promise(done => {
    let over = false;
    setTimeout(() => { over = true; done(null); }, limit);
    const look = () => {
        if (over) return;
        const sure = lines.innerText.includes('sure');
        requestAnimationFrame(sure ? () => done(performance.now()) : look);
    };
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
        page.get_by_text(PROMPT).wait_for()
        waits, lost = _draw_again_and_again(page)
        browser.close()
    yield "pen up to answer painted: median", f"{statistics.median(waits):.0f} ms"
    yield "pen up to answer painted: slowest", f"{max(waits):.0f} ms"
    if lost:
        yield "pen up to answer painted: strokes without an answer", str(lost)


def _draw_again_and_again(page: Page) -> tuple[list[float], int]:
    """Return the waits in milliseconds, and how many strokes got no answer.

    The first answer is left out, because TensorFlow may still be loading. A stroke that
    comes before the canvas listens is lost, and drawn again.

    Raises:
        TimeoutError: too many strokes got no answer.
    """
    waits: list[float] = []
    lost = 0
    while len(waits) <= DRAWINGS:
        if (wait := _draw_and_wait(page)) is None:
            lost += 1
            if lost > LOST_AT_MOST:
                raise TimeoutError(f"{lost} strokes got no answer")
            continue
        waits.append(wait)
        page.get_by_role("button", name="Clear").click()
        page.get_by_text(PROMPT).wait_for()
    return waits[1:], lost


def _draw_and_wait(page: Page) -> float | None:
    """Return the milliseconds from the pen's lift until the answer is on the screen."""
    box = hand.canvas(page)
    page.mouse.move(box["x"] + 70, box["y"] + 60)
    page.mouse.down()
    for x, y in ((205, 60), (120, 230)):
        page.mouse.move(box["x"] + x, box["y"] + y, steps=10)
    lifted: float = page.evaluate("performance.now()")
    page.mouse.up()
    lines = page.locator(".answer-rings .lines").first
    answered: float | None = lines.evaluate(WAIT_FOR_ANSWER, LIMIT)
    return None if answered is None else answered - lifted
