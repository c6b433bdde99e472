"""Training as people live through it: they leave, they meet, the machine fails."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from mnist_core.runs import manager, steering
from mnist_core.runs.run import Run
from tests.browser.chromium import ELSEWHERE
from tests.browser.conftest import FOR_OTHERS, serving
from tests.browser.hand import SEVEN, draw, expect_prompt
from tests.browser.waiting import LEARNING
from tests.conftest import LIGHT_FIT, lighten, until

pytestmark = pytest.mark.usefixtures("at_the_server")

TRY = re.compile("^Try it")
LONG = "/train?images=2000&epochs=100"


@pytest.fixture(scope="module")
def light(tmp_path_factory) -> dict[str, str]:
    """Variables for a server whose workers are what they are, but for the training."""
    return lighten(tmp_path_factory.mktemp("light"), LIGHT_FIT)


@pytest.fixture(scope="module")
def server_home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("trains")


@pytest.fixture(scope="module")
def server(server_home, light) -> Iterator[str]:
    """A server for this file's runs, which others can reach by another name."""
    with serving(server_home, *FOR_OTHERS, environment=light) as address:
        yield address


def start(page: Page) -> Run:
    """Start a training and wait until it has begun to learn."""
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text(LEARNING)).to_be_visible()
    return manager.active()


@contextmanager
def held(run: Run) -> Iterator[None]:
    """Have a run learn nothing for a while: what looks on needs the processor."""
    pid = run.read().pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # it was killed
            os.kill(pid, signal.SIGCONT)


def discard(page: Page) -> None:
    """End the run that goes on."""
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()


def test_of_two_who_press_start_one_waits_and_others_cannot_end_it(visit, server):
    people = [visit(server.replace("localhost", ELSEWHERE) + LONG) for _ in range(2)]
    buttons = [page.get_by_role("button", name="Start training") for page in people]
    for button in buttons:
        expect(button).to_be_visible()
    before = manager.list_runs()
    # At once, in the browser: half a second later the second sees that a run goes on.
    for button in [button.element_handle() for button in buttons]:
        button.evaluate("button => button.click()")
    pause = {"role": "button", "name": "Pause"}
    told = "number 1 in line"
    for page in people:
        expect(page.get_by_role(**pause).or_(page.get_by_text(told))).to_be_visible()
    people.sort(key=lambda page: page.get_by_text(told).count())
    starter, other = people
    expect(other.get_by_text(LEARNING)).to_be_visible()
    with held(manager.active()):
        starter.reload()  # as good as a tab that was closed
        expect(starter.get_by_role(**pause)).to_be_visible()
        expect(starter.get_by_text("One training waits")).to_be_visible()
        expect(other.get_by_role(**pause)).to_have_count(0)
        other.get_by_role("button", name="In line").click()
        other.get_by_role("button", name="Take out").click()
        expect(starter.get_by_text("Nobody waits in line")).to_be_visible()
        stop = visit("/train").get_by_role("button", name="Stop and keep")  # localhost
        expect(stop).to_be_visible()
    stop.click()
    for page in people:
        expect(page.get_by_text("Stopped before its end")).to_be_visible()
        expect(page.get_by_role("button", name=TRY)).to_be_visible()
    (run,) = set(manager.list_runs()) - set(before)
    assert run.read().status == "stopped"


def test_nothing_is_steered_but_by_hand(visit):
    page = visit(LONG)
    run = start(page)
    rate = page.get_by_role("slider", name="Learning rate")
    with held(run):
        for _ in range(4):
            page.get_by_text("Set up the next").click()
            expect(page.get_by_role("button", name="Get in line")).to_be_visible()
            page.get_by_text("This training").click()
            expect(rate).to_have_attribute("aria-valuetext", "0.008")
        page.get_by_role("link", name="Samples").click()
        expect(page.get_by_role("heading", name="Samples")).to_be_visible()
        page.get_by_role("link", name="Train").click()
        rate.press("ArrowRight")
        until(lambda: steering.asked(run.folder) == {"learning_rate": 0.01})
        back = page.get_by_role("button", name="Back to the recipe's schedule")
        back.click()
        expect(back).to_be_disabled()
        until(lambda: steering.asked(run.folder) == {"learning_rate": None})
        changed = {row.get("learning_rate") for row in steering.history(run.folder)}
        assert changed <= {0.01, None}
    discard(page)


def test_a_run_goes_on_when_everybody_has_left_even_the_server(
    visit, home, light, monkeypatch
):
    monkeypatch.setenv("MNIST_HOME", str(home))
    with ExitStack() as later, serving(home, environment=light) as address:
        left = visit(address + LONG)
        run = start(left)
        later.enter_context(held(run))
        left.goto("about:blank")
        let_go = later.pop_all()
    assert run.read().status == "running", "the worker outlives its server"
    port = urlsplit(address).port
    with let_go, serving(home, environment=light, port=port):
        one = visit(f"{address}/train")
        expect(one.get_by_text("Quick is being trained")).to_be_visible()
        assert manager.active() == run
        os.kill(run.read().pid, signal.SIGKILL)
        expect(one.get_by_text("Interrupted", exact=True)).to_be_visible()
        one.get_by_role("button", name="Resume").click()
        expect(one.get_by_text(LEARNING)).to_be_visible()
        one.get_by_role("button", name="Pause").click()
        other = visit(f"{address}/train")
        paused = [page.get_by_text(re.compile("^Paused")) for page in (one, other)]
        for place in paused:
            expect(place).to_be_visible()
        assert len({place.inner_text() for place in paused}) == 1, "all see the same"
        discard(other)
        expect(one.get_by_role("button", name="Start training")).to_be_visible()
        assert run not in manager.list_runs()


def test_phones_find_the_server_and_everything_is_archived(visit, server):
    page = visit("/")
    draw(page, SEVEN)
    expect(page.get_by_text("A 7, ")).to_be_visible()
    page.get_by_role("button", name="On your phone").click()
    code = page.get_by_role("img", name="QR code: http://")
    expect(code.or_(page.get_by_text("This computer is in no network"))).to_be_visible()
    page.get_by_role("button", name="Close").click()
    visitor = visit(server.replace("localhost", ELSEWHERE))
    expect(visitor.get_by_role("button", name="On your phone")).to_be_visible()
    archive = "Archive and start fresh"
    expect(visitor.get_by_role("button", name=archive)).to_have_count(0)
    page.get_by_role("button", name=archive).click()
    page.get_by_role("button", name="Put all of it aside").click()
    expect(page.get_by_text("All of it was put aside")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect_prompt(page)
    assert manager.list_runs() == []
