"""The canvas: the same one as long as the visitor is there, and no stroke is lost."""

import re
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.hand import (
    FOUR,
    ONE,
    SEVEN,
    TWO,
    canvas,
    draw,
    expect_prompt,
    fingers,
    touch,
)
from tests.browser.server import SECONDS
from tests.browser.test_journeys import expect_answer
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.usefixtures("at_the_server")
WINDOWS = (1280, 800), (1100, 800), (1000, 800), (820, 1180), (390, 844), (844, 390)
SCREENS = (1280, 800), (1920, 1080), (2560, 1440), (640, 400), (844, 390), (390, 844)

FIND = """
    const host = [...document.querySelectorAll(".st-key-paper *")].find(
        (each) => each.shadowRoot?.querySelector("canvas.dc-canvas"));
    const canvas = host.shadowRoot.querySelector("canvas.dc-canvas.lower-canvas");
    const context = canvas.getContext("2d");
"""
COUNT_INK = f"""() => {{ {FIND}
    const {{ data }} = context.getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((level, at) => at % 4 === 0 && level > 128).length;
}}"""
PIXEL = f"([x, y]) => {{ {FIND} return context.getImageData(x, y, 1, 1).data[0]; }}"
HELD_BACK = """
    const [send, waiting] = [WebSocket.prototype.send, []];
    let isFirst = true;
    WebSocket.prototype.send = function (message) {
        const deliver = () => send.call(this, message);
        if (isFirst) deliver(); else waiting.push(deliver);
        isFirst = false;
    };
    window.letGo = () => {
        WebSocket.prototype.send = send;
        for (const deliver of waiting) deliver();
    };
"""
BOXES = "all => all.map((element) => element.getBoundingClientRect().toJSON())"


def settle(page: Page) -> None:
    """Wait until nothing runs for the page."""
    expect(page.locator("[data-test-script-state=running]")).to_have_count(0)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["wide", "phone"])
def test_the_canvas_that_is_seen_first_is_the_one_that_stays(visit, window):
    page = visit("/", cold=True, **window)
    first = page.locator("canvas.upper-canvas").element_handle()
    settle(page)
    assert first.evaluate("element => element.isConnected")


def test_a_stroke_at_once_is_read_and_its_canvas_stays(visit):
    page = visit("/", cold=True, **TABLET)
    first = page.locator("canvas.upper-canvas").element_handle()
    touch(page, SEVEN)
    expect_answer(page, 7)
    settle(page)
    assert first.evaluate("element => element.isConnected")


def test_who_comes_back_goes_on_with_what_was_drawn(visit):
    page = visit("/")
    draw(page, FOUR)
    expect_answer(page, 4)
    page.add_init_script(HELD_BACK)
    page.reload()
    surface = page.locator("canvas.upper-canvas")
    surface.wait_for(state="attached")  # the server is not yet told who it is
    expect(page.locator(".st-key-paper")).to_be_hidden()
    page.evaluate("letGo()")
    draw(page, TWO)
    expect_answer(page, 42)


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


def is_in_sight(seen: Locator, height: int) -> bool:
    """Tell whether it is there, once, and all of it is in a window of this height.

    While it moves to another place of the page, it may be there twice, or not at all.
    """
    boxes = seen.evaluate_all(BOXES)
    inside = [0 <= box["y"] <= height - box["height"] for box in boxes]
    return inside == [True]


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
            problem = f"{seen} is not in sight at {width} by {height}"
            inside = partial(is_in_sight, seen, height)
            wait_until(inside, seconds=SECONDS, problem=problem)
            expect(seen).to_be_visible()
        assert page.evaluate("scrollY") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the canvas is on the page, in pixels of one 280 high."""
    box = canvas(page)
    return box["x"] + x * box["height"] / 280, box["y"] + y * box["height"] / 280


def test_a_mouse_that_reports_one_move_a_line_keeps_its_corners(visit):
    page = visit("/")
    first, *others = SEVEN[0]
    page.mouse.move(*at(page, *first))
    page.mouse.down()
    for point in others:
        page.mouse.move(*at(page, *point))
    page.mouse.up()
    expect_answer(page, 7)
    pixel = page.evaluate(PIXEL, [200 * 400 / 280, 60 * 400 / 280])
    assert pixel > 200, "there is ink where the corner is"


def test_a_palm_that_rests_on_the_canvas_is_not_the_pen(visit):
    page = visit("/", **TABLET)
    palm, send = at(page, 380, 260), fingers(page)
    (first, *others) = [at(page, x, y) for x, y in SEVEN[0]]
    send("touchStart", _0=palm)
    send("touchStart", _0=palm, _1=first)
    for before, after in zip([first, *others], others, strict=False):
        for share in (0.25, 0.5, 0.75, 1):
            x, y = (b + share * (a - b) for b, a in zip(before, after, strict=True))
            send("touchMove", _0=palm, _1=(x, y))
    send("touchEnd", _0=palm)
    send("touchEnd")
    expect_answer(page, 7)


def test_a_stroke_that_the_system_cuts_short_is_kept_as_far_as_it_came(visit):
    page = visit("/", **TABLET)
    send, (top, bottom) = fingers(page), [at(page, x, y) for x, y in ONE[0]]
    send("touchStart", _0=top)
    for share in (0.2, 0.4, 0.6, 0.8, 1):
        x, y = (t + share * (b - t) for t, b in zip(top, bottom, strict=True))
        send("touchMove", _0=(x, y))
    send("touchCancel")
    expect_answer(page, 1)


def test_what_is_done_right_after_the_pen_is_lifted_finds_the_stroke(visit):
    page = visit("/")
    draw(page, ONE)
    page.keyboard.press("Control+z")
    expect_prompt(page)
    settle(page)
    expect_prompt(page)
    draw(page, SEVEN)
    page.get_by_role("link", name="Samples").click()  # the stroke is on its way
    expect(page.get_by_text("Digit: ").first).to_be_visible()
    page.get_by_role("link", name="Draw").click()
    expect_answer(page, 7)
    draw(page, [[(300, 40), (290, 235)]])
    page.keyboard.press("Delete")
    expect_prompt(page)
    page.get_by_test_id("stButton").filter(has_text="Undo").click()
    expect_answer(page, 71)


def test_a_stroke_without_a_line_to_the_server_is_read_when_it_is_back(visit):
    page, lines, away = visit("/_stcore/health"), [], []

    def connect(line):
        if away:
            line.close()
        else:
            line.connect_to_server()
            lines.append(line)

    page.route_web_socket("**/_stcore/stream", connect)
    page.goto(page.url.removesuffix("_stcore/health"))
    draw(page, SEVEN)
    expect_answer(page, 7)
    away.append(True)
    lines[-1].close()
    expect(page.locator("[data-test-connection-state=CONNECTED]")).to_have_count(0)
    draw(page, [[(300, 40), (290, 235)]])
    away.clear()
    expect_answer(page, 71)


def test_a_digit_of_a_number_is_chosen_by_its_ring(visit):
    page = visit("/")
    draw(page, FOUR + TWO)
    expect_answer(page, 42)
    for name, digit in (("4", 4), ("2", 2)):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_text(f"The bars are about the {digit}")).to_be_visible()
        alternative = re.compile(rf"A {digit}: ")
        expect(page.locator(".living-network canvas")).to_have_attribute(
            "aria-label", alternative
        )
