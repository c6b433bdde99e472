"""Training as people live through it: they leave, they meet, the machine fails."""

import os
import re
import signal
import socket

import pytest
from playwright.sync_api import Browser, Page, expect

from mnist_core import runs
from tests.browser.conftest import DESKTOP, PATIENCE, serving
from tests.browser.test_journeys import SEVEN

pytestmark = pytest.mark.usefixtures("at_the_server")

LEARNING = re.compile(r"epoch \d+\.\d of")
LONG = "/train?recipe=classic&epochs=100"


def come(browser: Browser, address: str) -> Page:
    """Somebody with a browser of their own."""
    page = browser.new_context(**DESKTOP).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address + LONG)
    return page


def start(page: Page) -> runs.Run:
    """Start a training and wait until it has begun to learn."""
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text(LEARNING)).to_be_visible()
    return runs.active()


def discard(page: Page) -> None:
    """End the run that goes on."""
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()


def test_a_run_goes_on_when_everybody_has_left(visit):
    page = visit(LONG)
    run = start(page)
    page.get_by_role("link", name="Samples").click()
    expect(page.get_by_text("Digit: ").first).to_be_visible()
    page.get_by_role("link", name="Train").click()
    expect(
        page.get_by_text("**Classic** is being trained".replace("*", ""))
    ).to_be_visible()
    page.goto("about:blank")
    others = [visit("/train"), visit("/train")]
    for other in others:
        expect(other.get_by_text("Classic is being trained")).to_be_visible()
    assert runs.active() == run
    others[0].get_by_role("button", name="Pause").click()
    for other in others:
        expect(other.get_by_text(re.compile("^Paused"))).to_be_visible()
    places = {other.get_by_text(re.compile("^Paused")).inner_text() for other in others}
    assert len(places) == 1, "everybody sees the same"
    discard(others[1])
    expect(others[0].get_by_role("button", name="Start training")).to_be_visible()
    assert runs.runs() == []


def test_of_two_who_press_start_one_wins_and_both_watch_until_it_is_stopped(visit):
    people = [visit(LONG), visit(LONG)]
    buttons = [page.get_by_role("button", name="Start training") for page in people]
    for button in buttons:
        expect(button).to_be_visible()
    for button in buttons:
        button.click()
    for page in people:
        expect(page.get_by_text("Classic is being trained")).to_be_visible()
    (run,) = runs.runs()
    expect(people[0].get_by_text(LEARNING)).to_be_visible()
    people[0].get_by_role("button", name="Stop and keep").click()
    for page in people:
        expect(page.get_by_text("Stopped before its end")).to_be_visible()
        expect(page.get_by_role("button", name="Use this model")).to_be_visible()
    assert run.status == "stopped"


def test_a_drawn_digit_is_watched_and_the_time_machine_goes_back(visit):
    page = visit("/train?images=1000")
    page.get_by_text("Watch it learn your digits").scroll_into_view_if_needed()
    surface = page.locator("canvas.upper-canvas")
    expect(surface).to_have_count(1)
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    for (x, y), *others in SEVEN:
        page.mouse.move(box["x"] + x * 0.7, box["y"] + y * 0.7)
        page.mouse.down()
        for x_to, y_to in others:
            page.mouse.move(box["x"] + x_to * 0.7, box["y"] + y_to * 0.7, steps=12)
        page.mouse.up()
    page.get_by_role("button", name="Add this digit").click()
    expect(page.get_by_role("button", name="Remove", exact=True)).to_have_count(3)
    page.get_by_role("button", name="Start training").click()
    cards = page.get_by_role("img", name=re.compile("^Your digit"))
    expect(cards).to_have_count(3)
    expect(page.get_by_role("button", name="Use this model")).to_be_visible()
    at_the_end = cards.nth(2).get_attribute("aria-label")
    assert "after 2.0 epochs" in at_the_end
    page.get_by_role("slider", name="Go back").press("Home")
    expect(cards.nth(2)).not_to_have_attribute("aria-label", at_the_end)
    expect(
        page.get_by_test_id("stMetric").filter(has_text="Learning rate")
    ).to_be_visible()


def test_a_server_that_is_started_again_finds_the_run(browser, home, monkeypatch):
    monkeypatch.setenv("MNIST_HOME", str(home))
    with serving(home) as address:
        run = start(come(browser, address))
    assert run.status == "running", "the worker outlives its server"
    with serving(home) as address:
        page = come(browser, address)
        expect(page.get_by_text("Classic is being trained")).to_be_visible()
        os.kill(run.state["pid"], signal.SIGKILL)
        expect(page.get_by_text("Interrupted", exact=True)).to_be_visible()
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_text(LEARNING)).to_be_visible()
        discard(page)


def test_visitors_from_elsewhere_watch_only(browser, home, monkeypatch):
    elsewhere = "127.0.0.2"  # this machine, by another address than its own visitors'
    try:
        with socket.socket() as probe:
            probe.bind((elsewhere, 0))
    except OSError:
        pytest.skip(f"{elsewhere} is no address of this machine")
    monkeypatch.setenv("MNIST_HOME", str(home))
    options = ["--server.address", "0.0.0.0", "--browser.serverAddress", elsewhere]
    with serving(home, *options) as address:
        outside = address.replace("localhost", elsewhere)
        starter, other, here = [come(browser, a) for a in (outside, outside, address)]
        start(starter)
        starter.reload()  # as good as a tab that was closed
        expect(starter.get_by_role("button", name="Pause")).to_be_visible()
        expect(other.get_by_text("Somebody else started this training")).to_be_visible()
        expect(other.get_by_role("button", name="Pause")).to_have_count(0)
        discard(here)
        expect(other.get_by_role("button", name="Start training")).to_be_visible()
    assert runs.runs() == []
