"""For everyone: with a screen reader, by keyboard alone, without motion."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP
from tests.browser.hand import SEVEN, draw, expect_prompt

pytestmark = pytest.mark.usefixtures("at_the_server")


STILL = "() => document.getAnimations().every((each) => each.playState !== 'running')"
OTHER = {"light": "dark", "dark": "light"}


CONTRAST = {"runOnly": ["color-contrast"]}


def violations(page: Page, **options) -> list[str]:
    """What axe-core finds that is serious or critical."""
    # What is still to come from the server is greyed meanwhile.
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    page.wait_for_function(STILL)  # colours glide from one theme to the other
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def assert_accessible(page: Page, theme: str) -> None:
    """Look at a page in this theme, which it has from the start, and in the other."""
    page.emulate_media(color_scheme=theme)
    assert violations(page) == []
    page.emulate_media(color_scheme=OTHER[theme])
    assert violations(page, **CONTRAST) == []


@pytest.mark.parametrize(
    ("path", "theme"), [("/", "light"), ("/?present=true", "dark")]
)
def test_axe_finds_nothing_serious_on_any_page(visit, path, theme):
    page = visit(path, **DESKTOP, color_scheme=theme)
    expect_prompt(page)
    assert_accessible(page, theme)
    draw(page, SEVEN)
    expect(page.get_by_role("status").filter(has_text="sure")).to_be_visible()
    assert_accessible(page, theme)
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_role("button", name="Start training")).to_be_visible()
    expect(page.get_by_text("Loss", exact=True).first).to_be_visible()
    assert_accessible(page, theme)
    page.get_by_role("link", name="Samples").click()
    expect(page.get_by_text("Digit: ").first).to_be_visible()
    assert_accessible(page, theme)


def test_the_answer_is_announced_and_the_canvas_cleared_by_keyboard(visit):
    page = visit("/")
    draw(page, SEVEN)
    answer = page.get_by_role("status").filter(has_text="A 7")
    expect(answer).to_be_visible()
    bars = page.get_by_role("img", name=re.compile(r"How likely each digit is\. 7: \d"))
    expect(bars).to_be_visible()
    page.keyboard.press("Delete")
    expect_prompt(page)
    page.keyboard.press("Control+z")
    expect(answer).to_be_visible()


def test_a_digit_is_picked_by_keyboard_alone(visit):
    page = visit("/")
    page.get_by_role("radio", name="Canvas").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    first = page.locator(".image-grid button").first
    expect(first).to_be_visible()
    first.press("Enter")
    expect(page.get_by_role("status").filter(has_text="sure")).to_be_visible()


def test_nothing_glides_where_reduced_motion_is_asked_for(visit):
    page = visit("/")
    bar = page.locator(".bar").first
    expect(bar).to_be_attached()
    assert bar.evaluate("bar => getComputedStyle(bar).transitionDuration") == "0s"
    arc = page.locator(".arc").first
    assert arc.evaluate("arc => getComputedStyle(arc).transitionDuration") == "0s"
