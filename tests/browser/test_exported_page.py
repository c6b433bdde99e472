"""The exported page: one file from a disk, on a phone without a network."""

import io
import re
from base64 import b64decode
from contextlib import ExitStack

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from mnist_core.export import html
from mnist_core.inference import reader
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry
from tests.browser.conftest import DESKTOP, PATIENCE, PHONE
from tests.browser.hand import (
    FOUR,
    ONE,
    SEVEN,
    SLASHED_ZERO,
    Stroke,
    canvas,
    draw,
    fingers,
    touch,
)
from tests.browser.parity import IMAGE_LIMIT, PROBABILITY_LIMIT

SURFACE = {"surface": ".surface"}


def small(strokes: list[Stroke], right: int) -> list[Stroke]:
    """Return a digit of two thirds its size, so many pixels from the left."""
    return [[(2 * x // 3 + right, 2 * y // 3 + 40) for x, y in s] for s in strokes]


NUMBER = small(FOUR, 0) + small(SLASHED_ZERO, 120) + small(SEVEN, 240)
SEVENTY_ONE = small(SEVEN, 0) + small(ONE, 150)


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a model's page from the disk, offline; nothing is fetched or refused."""
    with ExitStack() as stack:
        asked: list[str] = []
        said: list[str] = []

        def open_page(name: str = "pretrained", **window) -> Page:
            path = tmp_path / "page.html"
            html.write(registry.find(name), path)
            context = browser.new_context(offline=True, **(window or DESKTOP))
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(error.message))
            page.goto(path.as_uri())
            return page

        yield open_page
        assert {url for url in asked if not url.startswith("data:")} == {
            (tmp_path / "page.html").as_uri()
        }
        assert said == []


def expect_number(page: Page, number: str) -> None:
    expect(page.locator(".ring span")).to_have_text(list(number))


def digits_of(page: Page) -> list[dict]:
    """What the page made of what is drawn, digit by digit."""
    return page.evaluate("""() => reads.parts.map((part) => ({
        image: [...part.image], probabilities: [...part.probabilities],
    }))""")


def read_in_python(page: Page, model: str) -> reader.Reading:
    """Read the page's board with the same network in Python."""
    url = page.evaluate("board.kept.canvas.toDataURL()")
    picture = Image.open(io.BytesIO(b64decode(url.partition(",")[2])))
    pixels = np.asarray(picture.convert("RGB"))
    return reader.read(Predictor(model), pixels, paper=(0, 0, 0))


def test_a_phone_without_a_network_reads_a_number_with_a_finger(opened):
    page = opened(**PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    before = canvas(page, ".surface")
    touch(page, NUMBER, **SURFACE)
    expect_number(page, "407")
    assert canvas(page, ".surface") == before, "the board moved under the finger"
    expect(page.get_by_role("status").first).to_have_text(
        re.compile("^407, .* sure of all 3 digits$")
    )
    expect(page.get_by_label(re.compile("ten outputs .* A [407]: "))).to_be_visible()


def test_it_answers_as_the_model_does_in_python(opened, save):
    for name in ("pretrained", save("ada").name):
        page = opened(name)
        draw(page, NUMBER, **SURFACE)
        expect(page.locator(".ring")).to_have_count(3)
        reading = read_in_python(page, name)
        for mine, theirs in zip(reading.parts, digits_of(page), strict=True):
            assert np.abs(mine.image.ravel() - theirs["image"]).max() <= IMAGE_LIMIT
            answers = mine.prediction.probabilities - theirs["probabilities"]
            assert np.abs(answers).max() <= PROBABILITY_LIMIT
        page.close()


def test_strokes_and_a_clear_are_taken_back(opened):
    page = opened()
    undo, clear = (page.get_by_role("button", name=name) for name in ("Undo", "Clear"))
    expect(undo).to_be_disabled()
    draw(page, SEVENTY_ONE, **SURFACE)
    expect_number(page, "71")
    page.keyboard.press("Control+z")
    expect_number(page, "7")
    clear.click()
    expect(page.get_by_role("status").first).to_have_text("Draw a digit or a number")
    expect(clear).to_be_disabled()
    undo.click()
    expect_number(page, "7")
    page.keyboard.press("Delete")
    expect(page.locator(".ring span")).to_have_text("")


def test_what_is_cleared_in_the_midst_of_a_stroke_is_gone(opened):
    page = opened()
    box = canvas(page, ".surface")
    page.mouse.move(box["x"] + 100, box["y"] + 50)
    for key in ("Delete", "Control+z"):
        page.mouse.down()
        page.mouse.move(box["x"] + 100, box["y"] + 200, steps=3)
        page.keyboard.press(key)
        page.mouse.move(box["x"] + 200, box["y"] + 200, steps=3)
        page.mouse.up()
        assert page.evaluate("board.strokes.flat()") == []


def test_the_bars_are_about_the_digit_whose_ring_is_pressed(opened):
    page = opened()
    draw(page, SEVENTY_ONE, **SURFACE)
    for digit in "71":
        page.get_by_role("button", name=f"The {digit}").click()
        bars = page.get_by_label(re.compile(rf"How likely each digit is\. {digit}: "))
        expect(bars).to_be_visible()
        expect(page.get_by_label(re.compile(rf"A {digit}: "))).to_be_visible()


def test_a_palm_that_rests_beside_the_pen_draws_nothing(opened):
    page = opened(**PHONE)
    box, send = canvas(page, ".surface"), fingers(page)
    palm = (box["x"] + 300, box["y"] + 200)
    x, y = box["x"] + 60, box["y"] + 30
    send("touchStart", _0=palm)
    send("touchStart", _0=palm, _1=(x, y))
    for down in (40, 80, 120, 160):
        send("touchMove", _0=palm, _1=(x, y + down))
    send("touchEnd", _0=palm)
    send("touchEnd")
    expect_number(page, "1")


def test_the_keys_draw_too(opened):
    page = opened()
    page.locator(".surface").focus()
    page.keyboard.press("Space")
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")  # the pen is lifted, and draws nothing
    expect_number(page, "1")
    assert page.evaluate("board.strokes.length") == 1


def test_everybody_can_read_it(opened):
    page = opened()
    draw(page, SEVEN, **SURFACE)
    expect_number(page, "7")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response
        assert found["violations"] == [], theme
