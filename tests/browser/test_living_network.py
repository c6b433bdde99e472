"""The network as one picture, alive under the pen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import SEVEN, canvas, draw
from tests.browser.test_journeys import expect_answer

pytestmark = pytest.mark.usefixtures("at_the_server")

PICTURE = ".living-network canvas"
SAYS = ".living-network .says"


def alternative(page: Page) -> str:
    return page.locator(PICTURE).get_attribute("aria-label")


def test_it_is_alive_while_the_pen_moves(visit):
    page = visit("/")
    expect(page.locator(PICTURE)).to_have_attribute("aria-label", re.compile("at rest"))
    box = canvas(page)
    page.emulate_media(reduced_motion="no-preference")
    seen = set()
    page.mouse.move(box["x"] + 70, box["y"] + 60)
    page.mouse.down()
    for y in (60, 120, 180, 240):
        page.mouse.move(box["x"] + 70 + y / 2, box["y"] + y, steps=5)
        seen.add(page.locator(PICTURE).evaluate("each => each.toDataURL()"))
    assert len(seen) > 2
    page.mouse.up()


def test_it_changes_once_a_stroke_where_less_should_move(visit):
    page = visit("/")  # this browser asks for reduced motion
    expect(page.locator(PICTURE)).to_have_attribute("aria-label", re.compile("at rest"))
    box = canvas(page)
    page.mouse.move(box["x"] + 70, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 200, steps=10)
    assert "at rest" in alternative(page)
    page.mouse.up()
    expect(page.locator(PICTURE)).to_have_attribute(
        "aria-label", re.compile(r"ten outputs on the right\. An? \d: ")
    )


def test_what_is_pointed_at_is_told_by_mouse_and_by_keyboard(visit):
    page = visit("/")
    draw(page, SEVEN)
    expect_answer(page, 7)
    says = page.locator(SAYS)
    expect(page.locator(PICTURE)).to_have_attribute("aria-label", re.compile("A 7: "))
    page.locator(PICTURE).focus()
    page.keyboard.press("ArrowRight")
    expect(says).to_contain_text("pixels. This is all the network sees.")
    page.keyboard.press("ArrowRight")
    expect(says).to_contain_text(re.compile("Map .* of layer 1 .* looks at 6 . 6"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(says).to_contain_text("A 9: ")
    box = page.locator(PICTURE).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 16, box["y"] + box["height"] * 0.45)
    expect(says).to_contain_text("This is all the network sees")


def test_it_shows_a_digit_that_was_not_drawn(visit):
    page = visit("/")
    page.get_by_role("radio", name="MNIST digit").click()
    page.get_by_role("button", name=re.compile("^An? [0-9]$")).first.click()
    expect(page.locator(PICTURE)).to_have_attribute(
        "aria-label", re.compile(r"An? \d: ")
    )
