"""A network is taken along: from the page, by its address, and away from there."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.hand import SEVEN, draw, touch
from tests.browser.test_packed_model import get

pytestmark = pytest.mark.usefixtures("at_the_server")


def test_it_is_opened_from_the_draw_page_and_kept(visit, server):
    page = visit("/")
    page.get_by_role("button", name="Take it with you").click()
    dialog = page.get_by_role("dialog")
    # A slash in the pattern would end it, for the browser.
    code = dialog.get_by_role("img", name=re.compile("QR code: http.*take.pretrained"))
    expect(code).to_be_visible()
    with page.expect_download() as downloading:
        dialog.get_by_role("button", name="Download the page").click()
    assert downloading.value.suggested_filename == "pretrained.html"
    page.goto(server + dialog.get_by_role("link", name="Open it").get_attribute("href"))
    draw(page, SEVEN, surface=".surface")
    expect(page.locator(".ring span")).to_have_text("7")
    with page.expect_download() as keeping:
        page.get_by_role("link", name="Keep this page").click()
    assert keeping.value.suggested_filename == "pretrained.html"
    for each in (downloading.value, keeping.value):
        assert b"<h1>Ready-made model</h1>" in each.path().read_bytes()


def test_a_phone_that_has_it_needs_the_server_no_more(visit):
    page = visit("/take/pretrained", **PHONE)
    page.context.set_offline(True)
    touch(page, SEVEN, surface=".surface")
    expect(page.locator(".ring span")).to_have_text("7")


@pytest.mark.parametrize("name", ["nobody", "..%2Fpretrained", "pretrained%00"])
def test_nothing_else_is_handed_out(server, name):
    status, content, _ = get(f"{server}/take/{name}")
    assert status in (400, 404)
    assert b"Traceback" not in content
