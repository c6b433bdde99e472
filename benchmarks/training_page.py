"""Measure the Train page: how soon it shows something, and how quickly it moves."""

import re
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from mnist_core.runs import manager
from tests.browser import chromium
from tests.browser.server import start
from tests.browser.waiting import LEARNING, wait_until

Lines = Iterator[tuple[str, ...]]
STARTS = 5
FRAMES = 200
TURNS = 10  # to each of the three pages
LIMIT = 90_000  # milliseconds that anything on the page may take
RUN_LIMIT = 900  # seconds that a training may
LONG = "/train?images=60000&batch_size=32&epochs=20"

# Goes through a run from its start to its end; resolves with the milliseconds of the
# page's main thread that each frame took: script, layout and paint.
REPLAY = """async (slider, frames) => {
    const waits = [];
    for (let n = 1; n <= frames; n++) {
        waits.push(await new Promise((done) => {
            const { port1, port2 } = new MessageChannel();
            let begun;
            port1.onmessage = () => done(performance.now() - begun);
            requestAnimationFrame(() => {
                begun = performance.now();
                port2.postMessage(null); // comes after the frame is painted
            });
            slider.value = (slider.max * n) / frames;
            slider.dispatchEvent(new Event("input"));
        }));
    }
    return waits;
}"""


def train_page() -> Lines:
    """Start trainings on the page; replay one; change pages while one goes on."""
    path = chromium.find()
    if not path or not Path("/proc").exists():
        yield "Start pressed to first point painted", "needs Linux and a Chromium"
        return
    with start() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield from _first_points(browser, address)
        yield from _replay(browser, address)
        yield from _page_changes(browser, address)


def _first_points(browser: Browser, address: str) -> Lines:
    page = _open(browser, f"{address}/train")
    seconds = [_start(page) for _ in range(STARTS)]
    each = ", ".join(f"{wait:.1f}" for wait in seconds)
    median = f"{statistics.median(seconds):.1f} s ({each})"
    yield "Start pressed to first point painted", median, "at most 8 s"
    page.close()


def _start(page: Page) -> float:
    """Start a training; return the seconds until its charts show something."""
    expect(page.get_by_text(LEARNING)).to_have_count(0)  # of the run before
    begun = time.perf_counter()
    page.get_by_role("button", name="Start training").click()
    page.get_by_text(LEARNING).wait_for()
    expect(page.locator(".chart.accuracy .shown path").first).to_have_attribute(
        "d", re.compile("L"), timeout=LIMIT
    )
    waited = time.perf_counter() - begun
    if run := manager.active():
        run.request("discard")
        run.wait()
    expect(page.get_by_role("button", name="Start training")).to_be_enabled(
        timeout=LIMIT
    )
    return waited


def _replay(browser: Browser, address: str) -> Lines:
    page = _open(browser, f"{address}/train")
    page.get_by_role("button", name="Start training").click()
    wait_until(_has_finished, seconds=RUN_LIMIT, problem="it has not finished")
    slider = page.get_by_role("slider", name="Go through the training")
    expect(slider).to_be_visible(timeout=LIMIT)
    half, most = np.percentile(slider.evaluate(REPLAY, FRAMES), (50, 95))
    what = "a frame of the replay, on the main thread: p50, p95"
    yield what, f"{half:.1f}, {most:.1f} ms", "at most 16 ms"
    page.close()


def _has_finished() -> bool:
    return any(state.status == "finished" for state in manager.read_runs().values())


def _page_changes(browser: Browser, address: str) -> Lines:
    page = _open(browser, address + LONG)
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text(LEARNING)).to_be_visible(timeout=LIMIT)
    places = {
        "Samples": page.locator(".image-grid").first,
        "Draw": page.locator("canvas.upper-canvas"),
        "Train": page.get_by_text(LEARNING),
    }
    for name, place in places.items():  # the first time it loads more
        _change(page, name, place)
    waits = [_change(page, *each) for _ in range(TURNS) for each in places.items()]
    half, most = 1000 * np.percentile(waits, (50, 95))
    what = "from page to page while a run trains: p50, p95"
    yield what, f"{half:.0f}, {most:.0f} ms", "p95 at most 500 ms"
    if run := manager.active():
        run.request("discard")
        run.wait()


def _change(page: Page, name: str, place: Locator) -> float:
    """Go to a page by its link; return the seconds until it is there."""
    begun = time.perf_counter()
    page.get_by_role("link", name=name).first.click()
    place.wait_for(timeout=LIMIT)
    return time.perf_counter() - begun


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(LIMIT)
    page.goto(address)
    expect(page.get_by_role("button", name="Start training")).to_be_enabled(
        timeout=LIMIT
    )
    return page
