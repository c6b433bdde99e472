"""Live through a long day: browsers and sessions draw, train, leave, sleep, come back.

    make soak                          an hour
    make soak MINUTES=15 BROWSERS=4

What the server takes is looked at all the time. In the first minutes it loads and keeps
what it needs; from then on, it must stay as it is.
"""

import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from mnist_core.errors import MnistError
from mnist_core.models import registry
from mnist_core.runs import manager
from pages.components.shell.visitor_state import MAX_STATES
from reliability import visitors
from reliability.report import Report
from reliability.served import Served, errors, files, serve, visitors_kept
from reliability.visitors import Visitor
from tests import raw_session
from tests.browser import chromium, hand

SESSIONS: Final = 30
SETTLES_WITHIN: Final = 10  # minutes
MOST_GROWTH: Final = 0.05  # of the memory, from then on
SECONDS_PER_LOOK: Final = 10
PATIENCE: Final = 120_000  # milliseconds, on a busy machine
CANVAS: Final = "canvas.upper-canvas >> visible=true"
TRAINING: Final = "/train?images=1000&batch_size=50&epochs=1"
COLUMNS: Final = ("what", "after the first minutes", "at the end", "most")
ROWS: Final = ("memory, MB", "descriptors", "files", "visitors' files")
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}


Look = tuple[float, float, int, int, int]
"""The minute, and what of `ROWS` the server takes then."""


@dataclass
class Day:
    """What happened in a day, and what was seen of the server."""

    end: float
    began: float = field(default_factory=time.monotonic)
    done: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    def note(self, fault: str) -> None:
        """Keep a fault, and tell of it at once: an hour is long."""
        self.faults.append(fault)
        print(f"minute {(time.monotonic() - self.began) / 60:.0f}: {fault}", flush=True)

    @property
    def is_over(self) -> bool:
        """Tell whether it is time to go."""
        return time.monotonic() > self.end


def soak(report: Report, *, minutes: float, browsers: int) -> bool:
    """Live through so many minutes; return whether all stayed well."""
    with serve() as server:
        day = Day(time.monotonic() + 60 * minutes)
        workers = [
            threading.Thread(target=_visit, args=(server, day, number))
            for number in range(SESSIONS)
        ]
        workers.append(threading.Thread(target=_look_on, args=(server, day)))
        for worker in workers:
            worker.start()
        try:
            _browse(server, day, browsers)
        finally:  # nobody may be left when the server ends
            day.end = min(day.end, time.monotonic())
            for worker in workers:
                worker.join()
        day.faults += errors()
    return _tell(report, day)


def _visit(server: Served, day: Day, number: int) -> None:
    """Draw, look at other pages, fall asleep and come back, without a browser."""
    rng = random.Random(number)
    while not day.is_over:
        try:
            _stay(server, day, rng)
        except Exception as error:  # it is told of, and the day goes on
            day.note(f"session {number}: {error!r}")


def _stay(server: Served, day: Day, rng: random.Random) -> None:
    """Open a session and close it after a while, as a phone that falls asleep does."""
    with raw_session.connect(server.address) as session:
        visitor = Visitor(session)
        visitor.open()
        for stroke in range(rng.randint(1, 8)):
            seed = rng.randrange(10**9)
            visitor.draw(
                visitors.draw(rng.randrange(10), strokes=stroke + 1, seed=seed)
            )
            day.done["strokes of sessions"] += 1
            time.sleep(rng.uniform(1, 10))
        visitor.open(rng.choice(["train", "samples"]))
        day.done["pages of sessions"] += 1
        time.sleep(rng.uniform(1, 10))
    for fault in visitor.faults:
        day.note(fault)
    day.done["sessions closed"] += 1
    time.sleep(rng.uniform(0, 20))


def _browse(server: Served, day: Day, count: int) -> None:
    """Do what people do, in one browser window after the other."""
    rng = random.Random(1)
    path = chromium.find()
    with sync_playwright() as playwright, ExitStack() as opened:
        launch = playwright.chromium.launch
        browser = launch(executable_path=path, args=chromium.FLAGS)
        opened.callback(browser.close)
        pages = [_open(browser, server, day, number) for number in range(count)]
        while not day.is_over:
            action, page = rng.choice(ACTIONS), rng.choice(pages)
            try:
                action(page, server)
                day.done[action.__name__.strip("_").replace("_", " ")] += 1
                if page.get_by_test_id("stException").count():
                    day.note(f"an exception on {page.url}")
            except (Error, AssertionError) as error:
                day.note(f"{action.__name__}: {error}")
                page.context.set_offline(False)
            _clear_up()


def _open(browser: Browser, server: Served, day: Day, number: int) -> Page:
    """Open a window; every other one is a phone's."""
    context = browser.new_context(
        reduced_motion="reduce", **(PHONE if number % 2 else {})
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: day.note(f"in the page: {error}"))
    page.goto(server.address)
    return page


def _draw(page: Page, server: Served) -> None:
    if urlsplit(page.url).path != "/" or page.locator(CANVAS).count() != 1:
        page.goto(server.address)  # the Train page has a canvas, too, for its probes
    expect(page.locator(CANVAS)).to_have_count(1, timeout=PATIENCE)
    hand.draw(page, hand.SEVEN)
    expect(page.locator(hand.SAID)).to_contain_text("sure", timeout=PATIENCE)


def _train(page: Page, server: Served) -> None:
    """Start a training where none goes on, or else watch the one that does."""
    page.goto(server.address + TRAINING)
    start = page.get_by_role("button", name="Start training")
    going = page.get_by_role("button", name="Discard").or_(page.get_by_text("started"))
    expect(start.or_(going).first).to_be_visible(timeout=PATIENCE)
    if start.count():
        start.click()
    page.wait_for_timeout(3000)


def _change_page(page: Page, server: Served) -> None:
    page.goto(f"{server.address}/samples")
    expect(page.get_by_text("Where it fails").first).to_be_visible(timeout=PATIENCE)


def _reload(page: Page, _server: Served) -> None:
    page.reload()
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible(timeout=PATIENCE)


def _sleep(page: Page, _server: Served) -> None:
    """Lose the line for some seconds, as a phone in a pocket does."""
    page.context.set_offline(True)
    page.wait_for_timeout(4000)
    page.context.set_offline(False)
    page.wait_for_timeout(2000)


ACTIONS: Final[list[Callable[[Page, Served], None]]] = [
    *(_draw, _draw, _draw, _train, _change_page, _reload, _sleep),
]


def _clear_up() -> None:
    """Delete the runs that have ended and their models: then files can be counted."""
    for run, state in manager.read_runs().items():
        if not state.is_active:
            with suppress(MnistError):
                manager.delete(run)
    for stored in registry.models():
        if not stored.is_bundled and not manager.is_any_active():
            with suppress(MnistError):
                registry.delete(stored.name)


def _look_on(server: Served, day: Day) -> None:
    """Look at memory, descriptors and files, until the day is over."""
    while not day.is_over:
        time.sleep(SECONDS_PER_LOOK)
        at = (time.monotonic() - day.began) / 60
        if not manager.is_any_active():  # a training writes files
            taken = server.megabytes, server.descriptors, files(), visitors_kept()
            day.looks.append((at, *taken))


def _tell(report: Report, day: Day) -> bool:
    """Report what was done and what the server took; return whether it stayed so."""
    total = day.looks[-1][0]
    settled = [look for look in day.looks if look[0] >= min(SETTLES_WITHIN, total / 2)]
    growth = _compare(report, settled)
    report.say(
        ", ".join(f"{what}: {count}" for what, count in sorted(day.done.items()))
    )
    report.say(f"from minute {settled[0][0]:.0f} on, memory grew by {growth[0]:.1%}")
    report.say(f"{len(day.faults)} errors")
    for fault in day.faults[:20]:
        report.say(fault)
    stayed = max(growth) <= MOST_GROWTH and visitors_kept() <= MAX_STATES
    return not day.faults and stayed


def _compare(report: Report, looks: list[Look]) -> list[float]:
    """Show medians of the first and the last quarter; return by what shares they grew.

    Visitors' files are not among them: each who comes has one, up to `MAX_STATES`.
    """
    quarter = len(looks) // 4 + 1
    table, growth = report.table(*COLUMNS), []
    for column, name in enumerate(ROWS, start=1):
        values = [look[column] for look in looks]
        first, last = map(statistics.median, (values[:quarter], values[-quarter:]))
        growth.append(last / first - 1 if first else last)
        table.add_row(name, f"{first:.0f}", f"{last:.0f}", f"{max(values):.0f}")
    report.show(table)
    return growth[:-1]
