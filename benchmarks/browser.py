"""Measure how long a person waits for the server's answer."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium, hand
from tests.browser.server import start

DRAWINGS = 15
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
    """Draw a seven again and again in a real browser, and wait for the server."""
    with _page() as page:
        if page is None:
            yield "pen up to the server's answer painted", "no Chromium to be had"
            return
        waits, lost = _draw_again_and_again(page)
    what = "pen up to the server's answer painted"
    yield f"{what}: median", f"{statistics.median(waits):.0f} ms"
    yield f"{what}: slowest", f"{max(waits):.0f} ms"
    if lost:
        yield f"{what}: strokes without an answer", str(lost)


@contextmanager
def _page() -> Iterator[Page | None]:
    """Open the Draw page where a browser can be had; wait until it can be drawn on."""
    path = chromium.find()
    if not path:
        yield None
        return
    with start() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        page = browser.new_page()
        page.set_default_timeout(90_000)
        with page.expect_response("**/packed/**"):
            page.goto(address)
        _wait_for_prompt(page)
        yield page
        browser.close()


def _wait_for_prompt(page: Page) -> None:
    page.locator(hand.SAID).filter(has_text=hand.PROMPT).wait_for()


def _draw_again_and_again(page: Page) -> tuple[list[float], int]:
    """Return the waits in milliseconds, and how many strokes got no answer.

    The first answer is left out, for which the network is loaded. A stroke that comes
    before the canvas listens is lost, and drawn again.

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
        _wait_for_prompt(page)
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
    lines = page.locator(".answer-rings .said").first
    answered: float | None = lines.evaluate(WAIT_FOR_ANSWER, LIMIT)
    return None if answered is None else answered - lifted
