"""What people come for, as they do it."""

import re
import zipfile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from mnist_core.runs import manager
from tests.browser.conftest import DESKTOP
from tests.browser.hand import FOUR, ONE, SAID, SEVEN, TWO, clear, draw
from tests.browser.test_run_view import figure
from tests.browser.waiting import LEARNING

pytestmark = pytest.mark.usefixtures("at_the_server")


def expect_answer(page: Page, number: int) -> None:
    expect(page.locator(SAID).filter(has_text="sure")).to_be_visible()
    expect(page.locator(".answer-rings .digit")).to_have_text(list(str(number)))


def test_train_watch_use_and_draw(visit):
    """The main job, from the first start to the right answer.

    It learns before one's eyes what a digit of one's own is, and can be wound back.
    """
    page = visit("/train?images=4000")
    picker = page.get_by_text("Watch it learn your digits", exact=True)
    picker.scroll_into_view_if_needed()
    draw(page, SEVEN)
    page.get_by_role("button", name="Add this digit").click()
    expect(page.get_by_role("button", name="Remove", exact=True)).to_have_count(3)
    page.get_by_role("button", name="Start training").click()
    cards = page.get_by_role("img", name=re.compile("^Your digit"))
    expect(cards).to_have_count(3)
    expect(page.get_by_text(LEARNING)).to_be_visible()
    accuracy = page.get_by_role("img", name=re.compile(r"^Accuracy .* training \d"))
    expect(accuracy).to_be_visible()

    page.get_by_role("link", name="Samples").click()  # leaving changes nothing
    expect(page.get_by_text("Digit: ").first).to_be_visible()
    page.get_by_role("link", name="It has finished learning").click()

    expect(page.get_by_text("Test loss")).to_be_visible()
    run = manager.list_runs()[0]
    assert run.read().status == "finished"
    assert len(run.metrics().batches) > 3, "the points arrived one after the other"
    at_the_end = cards.nth(2).get_attribute("aria-label")
    assert "after 2.0 epochs" in at_the_end
    page.get_by_role("slider", name="Go through").press("Home")
    expect(cards.nth(2)).not_to_have_attribute("aria-label", at_the_end)
    expect(figure(page, "Learning rate")).to_have_text("\u2013")
    page.get_by_role("button", name="Try it: draw a digit").click()
    expect(page.get_by_role("combobox", name="Model")).to_have_value("quick")
    draw(page, SEVEN)
    expect_answer(page, 7)


def test_drawings_are_read_and_outlive_a_page_change_and_an_undo(visit):
    page = visit("/")
    draw(page, SEVEN)
    expect_answer(page, 7)
    page.get_by_role("link", name="Samples").click()
    expect(page.get_by_text("Digit: ").first).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    expect_answer(page, 7)
    clear(page)
    page.get_by_test_id("stButton").filter(has_text="Undo").click()
    expect_answer(page, 7)
    for strokes, digit in ((ONE, 1), (FOUR, 4)):
        clear(page)
        draw(page, strokes)
        expect_answer(page, digit)


def test_a_number_is_read_corrected_and_downloaded(visit, tmp_path):
    page = visit("/")
    draw(page, FOUR + TWO)
    expect_answer(page, 42)
    expect(page.get_by_role("img", name="28 by 28 pixels, read as a")).to_have_count(2)
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("button", name="1 of 1 right")).to_be_visible()
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_label("Or the number").fill("47")
    page.get_by_label("Or the number").press("Enter")
    page.get_by_role("button", name="0 of 1 right").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the drawings").click()
    download.value.save_as(tmp_path / "drawings.zip")
    with zipfile.ZipFile(tmp_path / "drawings.zip") as archive:
        assert archive.namelist()[0] == "drawing-0001_is-47_read-42.png"


def test_a_picture_is_uploaded_with_the_keyboard(visit, tmp_path):
    page = visit("/")
    Image.fromarray(stroke()).save(tmp_path / "one.png")
    page.get_by_role("radio", name="Canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stFileUploader").locator("button").press("Enter")
    chooser.value.set_files(tmp_path / "one.png")
    expect_answer(page, 1)


def stroke() -> np.ndarray:
    """A one, dark on bright paper."""
    pixels = np.full((280, 280), 240, np.uint8)
    pixels[40:240, 130:152] = 30
    return pixels


def test_samples_are_filtered_and_one_is_drawn_on(visit):
    page = visit("/samples", **DESKTOP)
    expect(page.get_by_text("Digit: ").first).to_be_visible()
    page.get_by_role("combobox", name="Digit").click()
    page.get_by_role("option", name="3", exact=True).click()
    expect(page.get_by_text("images of a 3")).to_be_visible()
    captions = page.get_by_text(re.compile(r"^Digit: \d$"))
    expect(captions).to_have_text(["Digit: 3"] * 40)
    page.get_by_role("button", name="A made-up 3").first.press("Enter")
    expect(page.get_by_role("img", name="A made-up 3, enlarged")).to_be_visible()
    page.get_by_role("button", name="Draw on top of it").first.click()
    expect_answer(page, 3)
    draw(page, [[(300, 250), (420, 250)]])
    expect(page.get_by_role("button", name="Undo").first).to_be_enabled()


def test_what_it_confuses_is_found_and_opened_up(visit):
    """Made-up digits are new to the model that ships: it misreads some."""
    page = visit("/samples", **DESKTOP)
    page.get_by_role("link", name=re.compile("Where it fails")).click()
    expect(page.get_by_text(re.compile("misreads .* most often"))).to_be_visible()
    page.get_by_role("button", name=re.compile(r"read as an? \d: [1-9]")).first.click()
    page.get_by_role("combobox", name="It is a").click()
    page.get_by_role("option", name="4", exact=True).click()
    expect(page.get_by_text(re.compile("of the 200 images of a 4"))).to_be_visible()
    page.get_by_role("button", name="Show what it noticed").last.click()
    expect(page.get_by_text("What it noticed", exact=True)).to_be_visible()
    page.get_by_role("radio", name="Feature maps").click()
    expect(page.get_by_text("A convolution slides small patterns")).to_be_visible()
