"""Measure the Draw page while the pen moves: its answer, its picture, its server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.answers import store_untrained
from benchmarks.watching import processor_seconds
from mnist_core import data, recipes
from mnist_core.runs import manager
from tests.browser import chromium, hand
from tests.browser.server import start
from tests.browser.waiting import wait_until

RUNS = 5  # of each case; all of them are printed
LIMIT = 180  # seconds until a run trains
IDLE = 10  # seconds
STROKES = 20  # to divide the server's seconds by
VISITORS = 1, 12

# Notes how long after the page heard of a movement of the pen what was read of it has
# been painted; a browser hands movements on once a frame, and the first one counts.
# And how often the picture of the network was, for how long the pen was down, and what
# took more than 50 ms.
NOTE = """() => {
    window.noted = { waits: [], pictures: [], drawn: [], long: [] };
    let [moved, down] = [null, null];
    addEventListener("pointerdown", () => { down = performance.now(); }, true);
    addEventListener("pointerup", () => {
        noted.drawn.push(performance.now() - down);
        down = null;
    }, true);
    addEventListener("pointermove", (event) => {
        if (event.buttons) moved ??= performance.now();
    }, true);
    document.addEventListener("live-reading", () => {
        const since = moved;
        moved = null;
        if (since === null) return;
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => noted.waits.push(performance.now() - since);
        port2.postMessage(null); // it was read in a frame's turn: this comes after
    });
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
        const isPicture = this.canvas.getAttribute?.("role") === "img";
        if (isPicture && down) noted.pictures.push(performance.now());
        return clear.apply(this, area);
    };
    new PerformanceObserver((list) => {
        noted.long.push(...list.getEntries().map((each) => each.duration));
    }).observe({ type: "longtask" });
}"""
TAKE = """() => {
    const taken = structuredClone(noted);
    for (const list of Object.values(noted)) list.length = 0;
    return taken;
}"""
FOUR_SEVENS = [
    [(x // 2 + 105 * n, y // 2 + 60) for x, y in stroke]
    for n in range(4)
    for stroke in hand.SEVEN
]


def moved() -> Iterator[tuple[str, str]]:
    """Draw in a real browser, which reads while the pen moves."""
    path = chromium.find()
    if not path or not Path("/proc").exists():
        yield "pen moved to answer painted", "needs Linux and a Chromium"
        return
    second = store_untrained("quick", data.load_synthetic()).name
    with start() as (address, server), _browser(path) as browser:
        page = _open(browser, address)
        for what, strokes in ("a 7", hand.SEVEN), ("four digits", FOUR_SEVENS):
            yield from _measure(page, what, strokes)
        with _slowed_down(page):
            for what, strokes in ("a 7", hand.SEVEN), ("four digits", FOUR_SEVENS):
                yield from _measure(page, f"{what}, slowed down four times", strokes)
        with _training():
            yield from _measure(page, "a 7 while a run trains", hand.SEVEN)
        _compare(page, second)
        yield from _measure(page, "a 7 and two models", hand.SEVEN)
        page.close()
        for count in VISITORS:
            yield from _strokes(browser, address, server, count)


def _measure(
    page: Page, what: str, strokes: list[hand.Stroke]
) -> Iterator[tuple[str, str]]:
    waits, pictures, longest = [], [], 0.0
    page.evaluate(TAKE)
    for _ in range(RUNS):
        hand.draw(page, strokes)
        page.locator(hand.SAID).filter(has_not_text=hand.PROMPT).first.wait_for()
        noted = page.evaluate(TAKE)
        half, most = np.percentile(noted["waits"], (50, 95))
        waits.append(f"{half:.0f}/{most:.0f}")
        rate = 1000 * len(noted["pictures"]) / sum(noted["drawn"])
        pictures.append(f"{rate:.0f}")
        longest = max([longest, *noted["long"]])
        _clear(page)
    page.evaluate(TAKE)
    yield f"pen moved to bars painted, {what}: p50/p95 of each run", _ms(waits)
    yield f"pictures of the network a second, {what}", ", ".join(pictures)
    yield f"longest task of the page, {what}", f"{longest:.0f} ms (0: below 50)"


def _ms(waits: list[str]) -> str:
    return f"{', '.join(waits)} ms"


def _clear(page: Page) -> None:
    page.get_by_test_id("stButton").filter(has_text="Clear").click()
    page.locator(hand.SAID).filter(has_text=hand.PROMPT).first.wait_for()


@contextmanager
def _browser(path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield browser
        browser.close()


def _open(browser: Browser, address: str) -> Page:
    """Open the Draw page, and wait until it reads by itself and the server does."""
    page = browser.new_page()
    page.set_default_timeout(90_000)
    with page.expect_response("**/packed/**"):
        page.goto(address)
    page.locator(hand.SAID).filter(has_text=hand.PROMPT).first.wait_for()
    hand.draw(page, hand.ONE)
    page.locator(hand.SAID).filter(has_not_text=hand.PROMPT).first.wait_for()
    _clear(page)
    page.evaluate(NOTE)
    return page


@contextmanager
def _slowed_down(page: Page) -> Iterator[None]:
    """Slow the page's processor down four times, as a phone's is."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    yield
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})


@contextmanager
def _training() -> Iterator[None]:
    recipe = recipes.get("robust", data="synthetic", strokes="", images=10_000)
    run = manager.start(recipe)
    wait_until(
        lambda: run.metrics().batches, seconds=LIMIT, problem="the run does not train"
    )
    yield
    run.request("discard")
    run.wait()


def _compare(page: Page, second: str) -> None:
    page.reload()
    page.get_by_role("combobox", name="Compare with").click()
    with page.expect_response("**/packed/**"):
        page.get_by_role("option", name=second).click()
    page.locator(hand.SAID).filter(has_text=hand.PROMPT).first.wait_for()
    page.evaluate(NOTE)


def _strokes(
    browser: Browser, address: str, server: int, count: int
) -> Iterator[tuple[str, str]]:
    """Draw on so many pages in turn; what the server takes for a stroke."""
    pages = [_open(browser, address) for _ in range(count)]
    before = processor_seconds(server)
    pages[0].wait_for_timeout(1000 * IDLE)
    idle = (processor_seconds(server) - before) / IDLE
    before = processor_seconds(server)
    for n in range(STROKES):
        page = pages[n % count]
        hand.draw(page, [[(60, 40 + 2 * n), (90, 200)]])
        page.locator(hand.SAID).filter(has_not_text=hand.PROMPT).first.wait_for()
        page.wait_for_load_state("networkidle")
    spent = processor_seconds(server) - before
    for page in pages:
        page.close()
    name = f"processor seconds of the server for a stroke, {count} visitors"
    yield name, f"{spent / STROKES:.3f} s"
    yield f"the same for a second without a stroke, {count} visitors", f"{idle:.3f} s"
