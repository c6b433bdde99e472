"""A server that nobody has visited yet."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import serving


@pytest.fixture
def server(home):
    with serving(home) as address:
        yield address


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/train", "Start training"),
        ("/samples", "Digit: "),
    ],
)
def test_every_address_opens_cold_with_frame_and_page(visit, path, said):
    page = visit(path, cold=True)
    expect(page.get_by_text(said).first).to_be_visible()
    for name in ("Draw", "Train", "Samples"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_text("of test digits right")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)  # no "Page not found"
