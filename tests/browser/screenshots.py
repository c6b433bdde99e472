"""Take a picture of every page and state, in both themes, on three screens.

    make screenshots
    python -m tests.browser.screenshots draw-explained samples     # these alone

They are written to screenshots/, and those that the README shows to docs/ as well.
MNIST has to be on this machine: in Keras's cache, or where MNIST_NPZ names it.
"""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
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
    Stroke,
    draw,
)
from tests.browser.server import CHECKOUT
from tests.browser.waiting import wait_until

OUT = CHECKOUT / "screenshots"
SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "projector": {"viewport": {"width": 1920, "height": 1080}},
    "phone": {**PHONE, "reduced_motion": "no-preference"},
}
IN_README = {
    "draw-number-desktop-light": "draw",
    "train-running-desktop-dark": "train",
    "samples-mistakes-desktop-light": "samples",
    "draw-answered-projector-dark": "present",
    "draw-answered-phone-light": "phone",
    "draw-explained-digits-desktop-light": "saw",
}
EXPLANATIONS = {
    "Feature maps": "A convolution slides",
    "What mattered": "A small square",
    "Similar digits": "% alike",
}
"""Each view of what the network saw, and words that it shows when it is there."""
SETTLED = 1200  # milliseconds until every animation has ended
TRAINING_LIMIT = 1_800  # seconds


@dataclass(frozen=True)
class State:
    """A page in a state: how that is reached, and on which screens it is shown."""

    name: str
    address: str
    reach: Callable[[Page], object]
    screens: tuple[str, ...] = ("desktop", "phone")


def main() -> int:
    """Take them all, and return the exit status."""
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
    """Yield all of them in the order of a visit; a network is trained on the way."""
    yield from _draw()
    yield State("train-first", "/train", _startable)
    yield from _samples()
    run = manager.start(recipes.get("quick", epochs=3), probes=_probes())
    wait_until(
        lambda: len(run.metrics().batches) >= 40 or not run.read().is_active,
        seconds=TRAINING_LIMIT,
        problem="the training has not begun",
    )
    run.request("pause")
    everywhere = tuple(SCREENS)
    yield State("train-running", "/train", _running, everywhere)
    manager.resume(run)
    wait_until(
        lambda: not run.read().is_active,
        seconds=TRAINING_LIMIT,
        problem="the training has not finished",
    )
    yield State("train-ended", "/train", _ended, everywhere)
    run.update(status="failed", reason="The disk is full. Free some space, and resume.")
    full = partial(_wait_for_text, text="The disk is full")
    yield State("train-failed", "/train", full)


def _probes() -> list[probes.Probe]:
    """Return a plain digit, and one that few can read."""
    dataset = data.find_mnist()
    return [
        probes.Probe(dataset.x_test[n] / np.float32(255), int(dataset.y_test[n]))
        for n in (0, 8)
    ]


def _draw() -> Iterator[State]:
    everywhere = tuple(SCREENS)
    prompt = partial(_wait_for_text, text="Draw a digit")
    yield State("draw-first", "/", prompt, everywhere)
    for name, strokes in (
        ("answered", CROSSED_SEVEN),
        ("unsure", ONE_OR_SEVEN),
        ("none", STAR),
    ):
        yield State(f"draw-{name}", "/", _drawing(strokes), everywhere)
    number = [
        *_moved(FOUR, -20),
        *_moved(SLASHED_ZERO, 115),
        *_moved(CROSSED_SEVEN, 255),
    ]
    yield State("draw-number", "/", _drawing(number), ("desktop",))
    for view in EXPLANATIONS:
        name = f"draw-explained-{view.split()[-1].lower()}"
        yield State(name, "/", _explained(view))


def _samples() -> Iterator[State]:
    yield State("samples-first", "/samples", partial(_wait_for_text, text="Digit: "))
    yield State("samples-mistakes", "/samples", _mistakes)


def _take(browser: Browser, server: str, state: State) -> None:
    for screen in state.screens:
        for theme in ("light", "dark"):
            window = {**SCREENS[screen], "color_scheme": theme}
            page = browser.new_context(**window).new_page()
            page.set_default_timeout(PATIENCE)
            present = "?present=true" if screen == "projector" else ""
            page.goto(server + state.address + present)
            state.reach(page)
            page.wait_for_timeout(SETTLED)
            path = OUT / f"{state.name}-{screen}-{theme}.png"
            page.screenshot(path=path)
            page.context.close()
            print(path.relative_to(CHECKOUT), flush=True)


def _wait_for_text(page: Page, *, text: str) -> None:
    page.get_by_text(text).first.wait_for()


def _startable(page: Page) -> None:
    page.get_by_role("button", name="Start training").wait_for()


def _running(page: Page) -> None:
    page.get_by_role("button", name="Resume").wait_for()


def _ended(page: Page) -> None:
    page.get_by_text("Finished").first.wait_for()


def _drawing(strokes: list[Stroke]) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        draw(page, strokes)
        answer = page.get_by_role("status")
        answer.filter(has_text=re.compile("sure|like a digit")).wait_for()

    return reach


def _explained(view: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        _drawing(FOUR)(page)
        page.get_by_role("radio", name=view).click()
        page.get_by_text(EXPLANATIONS[view]).first.wait_for()
        page.wait_for_timeout(SETTLED)  # what is below moves down
        _to_the_top(page, "What it noticed")

    return reach


def _mistakes(page: Page) -> None:
    page.get_by_text(re.compile(r"misreads \d")).wait_for()
    page.get_by_role("button", name="All mistakes").wait_for()
    page.wait_for_timeout(SETTLED)  # the images above it take their space
    _to_the_top(page, "Where it fails")


def _to_the_top(page: Page, heading: str) -> None:
    page.get_by_role("heading", name=heading).evaluate("""heading => {
        heading.style.scrollMarginTop = "5rem"; // below the bar with the pages
        heading.scrollIntoView();
    }""")


def _moved(strokes: list[Stroke], right: int) -> list[Stroke]:
    """Return strokes of 70 % of their size, moved so many pixels to the right."""
    return [
        [(round(0.7 * x) + right, round(0.7 * y) + 45) for x, y in stroke]
        for stroke in strokes
    ]


if __name__ == "__main__":
    sys.exit(main())
