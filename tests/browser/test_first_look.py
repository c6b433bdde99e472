"""What is seen of a page before it is there, and how it takes its place."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.hand import canvas, expect_prompt

SCRIPT = "**/static/js/index.*.js"  # of Streamlit, without which nothing comes
SHAPE = "#first-look .canvas"
MOST = 0.05  # of the window, as browsers measure how much what is shown moves
NOTE = """new PerformanceObserver((list) => {
    const moved = list.getEntries().map((each) => each.value);
    window.moved = moved.reduce((all, one) => all + one, window.moved ?? 0);
}).observe({ type: "layout-shift", buffered: true })"""


@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_canvas_has_its_place_from_the_first_moment(visit, window):
    page = visit("/_stcore/health", **window)
    page.route(SCRIPT, lambda _: None)
    with page.expect_request(SCRIPT):
        page.goto(page.url.removesuffix("_stcore/health"), wait_until="commit")
    expect(page).to_have_title("MNIST Studio")
    place = page.locator(SHAPE).bounding_box()
    page.evaluate(NOTE)
    page.unroute(SCRIPT)  # and what was held goes on
    expect_prompt(page)
    expect(page.locator(SHAPE)).to_have_count(0)
    there = canvas(page)
    assert place == pytest.approx(there, abs=3)
    assert (page.evaluate("window.moved") or 0) < MOST
