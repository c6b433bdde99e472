"""Take a picture of every page and state, in both themes, on three screens.

    make screenshots
    python -m tests.browser.screenshots draw-saw samples     # these alone

They come into screenshots/; those that the README shows into docs/ as well. MNIST
has to be at hand: in Keras's cache, or where MNIST_NPZ names it.
"""

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from mnist_core import data, recipes
from mnist_core.runs import manager, probes
from tests.browser import chromium
from tests.browser.conftest import PATIENCE, PHONE, serving
from tests.browser.hand import (
    CROSSED_SEVEN,
    FOUR,
    ONE_OR_SEVEN,
    SLASHED_ZERO,
    STAR,
    draw,
)
from tests.browser.server import CHECKOUT

OUT = CHECKOUT / "screenshots"
SCREENS = {
    "desk": {"viewport": {"width": 1280, "height": 800}},
    "hall": {"viewport": {"width": 1920, "height": 1080}},
    "phone": {**PHONE, "reduced_motion": "no-preference"},
}
IN_README = {
    "draw-number-desk-light": "draw",
    "train-running-desk-dark": "train",
    "samples-fails-desk-light": "samples",
    "draw-answered-hall-dark": "present",
    "draw-answered-phone-light": "phone",
    "draw-saw-of-desk-light": "saw",
}
SAID = {
    "Feature maps": "A convolution slides",
    "What the answer rests on": "A small square",
    "It reminds me of": "% alike",
    "The way through": "From 28 by 28",
}
"""What each look inside says when it is there."""
SETTLED = 1200  # milliseconds: what glides has come to where it belongs


@dataclass(frozen=True)
class State:
    """A page in a state: how it is come to, and on which screens it is looked at."""

    name: str
    address: str
    reach: Callable[[Page], object]
    screens: tuple[str, ...] = ("desk", "phone")


def main() -> int:
    """Take them all; returns the exit status."""
    path = chromium.find()
    if not path:
        print("No Chromium to be had: see `python -m tests.browser.chromium`")
        return 1
    wanted = tuple(sys.argv[1:])
    if not wanted:
        shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        os.environ["MNIST_HOME"] = home
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        mnist = {name: os.environ.get(name, "") for name in ("MNIST_NPZ", "KERAS_HOME")}
        with serving(Path(home), environment=mnist) as server:
            for state in _states():
                if state.name.startswith(wanted or ""):
                    _take(browser, server, state)
    for name, place in IN_README.items():
        if (picture := OUT / f"{name}.png").exists():
            shutil.copy(picture, CHECKOUT / "docs" / f"{place}.png")
    return 0


def _states() -> Iterator[State]:
    """All of them, in the order of a visit; a run is made on the way."""
    yield from _draw()
    yield State("train-first", "/train", _startable)
    yield from _samples()
    run = manager.start(recipes.get("quick", epochs=3), watch=_watched())
    while len(run.metrics().batches) < 40 and run.is_active:
        time.sleep(0.2)
    run.request("pause")
    seen = ("desk", "hall", "phone")
    yield State("train-running", "/train", _running, seen)
    manager.resume(run)
    run.wait()
    yield State("train-ended", "/train", _ended, seen)
    run.update(status="failed", reason="The disk is full. Free some space, and resume.")
    yield State("train-failed", "/train", lambda page: _see(page, "The disk is full"))


def _watched() -> list[probes.Probe]:
    """A plain digit, and one that few can read."""
    dataset = data.find_mnist()
    return [
        probes.Probe(dataset.x_test[n] / np.float32(255), int(dataset.y_test[n]))
        for n in (0, 8)
    ]


def _draw() -> Iterator[State]:
    everywhere = ("desk", "hall", "phone")
    yield State("draw-first", "/", lambda page: _see(page, "Draw a digit"), everywhere)
    for name, strokes in (
        ("answered", CROSSED_SEVEN),
        ("unsure", ONE_OR_SEVEN),
        ("none", STAR),
    ):
        yield State(f"draw-{name}", "/", _drawing(strokes), everywhere)
    number = [
        *_moved(FOUR, -45),
        *_moved(SLASHED_ZERO, 105),
        *_moved(CROSSED_SEVEN, 275),
    ]
    yield State("draw-number", "/", _drawing(number), ("desk",))
    for view in SAID:
        name = f"draw-saw-{view.split()[-1].lower()}"
        yield State(name, "/", _saw(view))


def _samples() -> Iterator[State]:
    yield State("samples-first", "/samples", lambda page: _see(page, "Digit: "))
    yield State("samples-fails", "/samples", _fails)


def _take(browser: Browser, server: str, state: State) -> None:
    for screen in state.screens:
        for theme in ("light", "dark"):
            window = {**SCREENS[screen], "color_scheme": theme}
            page = browser.new_context(**window).new_page()
            page.set_default_timeout(PATIENCE)
            present = "?present=true" if screen == "hall" else ""
            page.goto(server + state.address + present)
            state.reach(page)
            page.wait_for_timeout(SETTLED)
            path = OUT / f"{state.name}-{screen}-{theme}.png"
            page.screenshot(path=path)
            page.context.close()
            print(path.relative_to(CHECKOUT), flush=True)


def _see(page: Page, text: str) -> None:
    page.get_by_text(text).first.wait_for()


def _startable(page: Page) -> None:
    page.get_by_role("button", name="Start training").wait_for()


def _running(page: Page) -> None:
    page.get_by_role("button", name="Resume").wait_for()


def _ended(page: Page) -> None:
    page.get_by_text("Go back through the training").wait_for()


def _drawing(strokes: list[list[tuple[int, int]]]) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        draw(page, strokes)
        answer = page.get_by_role("status")
        answer.filter(has_text=re.compile("sure|like a digit")).wait_for()

    return reach


def _saw(view: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        _drawing(FOUR)(page)
        page.get_by_role("radio", name=view).click()
        page.get_by_text(SAID[view]).first.wait_for()
        page.wait_for_timeout(SETTLED)  # what is below makes room
        _to_the_top(page, "What the network saw")

    return reach


def _fails(page: Page) -> None:
    page.get_by_text(re.compile(r"misreads \d")).wait_for()
    page.get_by_role("button", name="All mistakes").wait_for()
    page.wait_for_timeout(SETTLED)  # the walls of images above it make room
    _to_the_top(page, "Where it fails")


def _to_the_top(page: Page, heading: str) -> None:
    place = page.get_by_role("heading", name=heading)
    place.evaluate("""heading => {
        heading.style.scrollMarginTop = "5rem"; // below the bar with the pages
        heading.scrollIntoView();
    }""")


def _moved(strokes: list[list[tuple[int, int]]], right: int) -> list:
    return [[(x + right, y) for x, y in stroke] for stroke in strokes]


if __name__ == "__main__":
    sys.exit(main())
