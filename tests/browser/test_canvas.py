"""The canvas: the same one as long as the visitor is there, with all of the ink."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.hand import FOUR, SEVEN, TWO, canvas, draw, touch
from tests.browser.test_journeys import expect_answer

pytestmark = pytest.mark.usefixtures("at_the_server")
WINDOWS = (1280, 800), (1100, 800), (1000, 800), (820, 1180), (390, 844), (844, 390)
SCREENS = (1280, 800), (1920, 1080), (2560, 1440), (640, 400), (844, 390), (390, 844)

COUNT_INK = """() => {
    const host = [...document.querySelectorAll(".st-key-paper *")].find(
        (each) => each.shadowRoot?.querySelector("canvas.dc-canvas"));
    const canvas = host.shadowRoot.querySelector("canvas.dc-canvas.lower-canvas");
    const { data } = canvas.getContext("2d").getImageData(
        0, 0, canvas.width, canvas.height);
    return data.filter((level, at) => at % 4 === 0 && level > 128).length;
}"""


def settle(page: Page) -> None:
    """Wait until nothing runs for the page."""
    expect(page.locator("[data-test-script-state=running]")).to_have_count(0)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(
    "window", [DESKTOP, PHONE, TABLET], ids=["wide", "phone", "pad"]
)
def test_the_canvas_that_is_seen_first_is_the_one_that_stays(visit, window):
    page = visit("/", **window)
    first = page.locator("canvas.upper-canvas").element_handle()
    settle(page)
    assert first.evaluate("element => element.isConnected")


def test_a_stroke_at_once_is_read(visit):
    page = visit("/", **TABLET)
    touch(page, SEVEN)
    expect_answer(page, 7)


def test_no_window_loses_ink(visit):
    page = visit("/")
    draw(page, FOUR + TWO)
    expect_answer(page, 42)
    ink = page.evaluate(COUNT_INK)
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        assert page.evaluate(COUNT_INK) == ink
        box = page.locator("canvas.upper-canvas").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    page.emulate_media(color_scheme="dark")
    settle(page)
    assert page.evaluate(COUNT_INK) == ink
    expect_answer(page, 42)


@pytest.mark.parametrize("address", ["/", "/?present=true"], ids=["", "present"])
def test_canvas_and_answer_are_in_sight_together(visit, address):
    page = visit(address)
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        assert canvas(page)["y"] >= 0
        undo = page.get_by_test_id("stButton").filter(has_text="Undo")
        rings, said = (page.locator(f".answer-rings .{n}") for n in ("rings", "said"))
        for seen in (undo, rings, said):
            box = seen.bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height, (width, height)
        assert page.evaluate("scrollY") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
