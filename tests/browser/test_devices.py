"""Phones and tablets: drawn on with a finger, read at a glance."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, SMALL_PHONE, TABLET
from tests.browser.hand import SEVEN, canvas, clear, touch
from tests.browser.server import SECONDS
from tests.browser.test_journeys import expect_answer
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.usefixtures("at_the_server")


def fits(page: Page) -> bool:
    """Whether nothing scrolls sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    return width <= page.viewport_size["width"]


@pytest.mark.parametrize(
    "window", [SMALL_PHONE, PHONE, TABLET], ids=["360x640", "390x844", "820x1180"]
)
def test_a_finger_draws_and_the_answer_is_seen_with_the_canvas(visit, window):
    page = visit("/", **window)
    touch(page, SEVEN)
    expect_answer(page, 7)
    page.evaluate("scrollTo(0, 0)")
    bottom = canvas(page)["y"] + canvas(page)["height"]
    undo = page.get_by_test_id("stButton").filter(has_text="Undo").bounding_box()
    assert page.locator(".answer-rings").bounding_box()["y"] >= 0
    assert max(bottom, undo["y"] + undo["height"]) <= window["viewport"]["height"]
    assert fits(page)
    choices = page.get_by_test_id("stButtonGroup").locator("button:visible")
    buttons = [*choices.all(), page.get_by_role("button", name="Undo")]
    assert min(button.bounding_box()["height"] for button in buttons) >= 40


def test_no_page_scrolls_sideways(visit):
    page = visit("/", **TABLET)
    page.get_by_role("link", name="Train").tap()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    expect_to_fit_everywhere(page)
    page.set_viewport_size(SMALL_PHONE["viewport"])
    page.get_by_test_id("stMain").get_by_role("link", name="Samples").tap()
    expect(page.get_by_text("Digit: ").first).to_be_visible()
    expect_to_fit_everywhere(page)


def expect_to_fit_everywhere(page: Page) -> None:
    """Wait until the page fits into a window, for each in turn, the tablet's last."""
    for window in (SMALL_PHONE, PHONE, TABLET):
        page.set_viewport_size(window["viewport"])
        problem = f"it scrolls sideways in {window['viewport']}"
        wait_until(lambda: fits(page), seconds=SECONDS, problem=problem)


def test_a_phone_that_was_away_comes_back_to_its_drawing(visit):
    page = visit("/", **PHONE)
    touch(page, SEVEN)
    expect_answer(page, 7)
    page.reload()  # its browser was thrown out of memory
    expect_answer(page, 7)
    page.context.set_offline(True)
    page.context.set_offline(False)
    expect_answer(page, 7)
    clear(page)
