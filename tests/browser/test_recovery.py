"""No page stays empty, whatever comes too late, and whatever breaks down."""

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from pages.components.shell.training_notice import SECONDS
from tests.browser.hand import SAID, SEVEN, draw
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.usefixtures("at_the_server")


class Line:
    """The line to the server, on which what the server says can be held back."""

    def __init__(self, page: Page) -> None:
        self.requests = 0  # of the page
        self._held: list | None = None
        page.route_web_socket("**/_stcore/stream", self._connect)

    def hold(self) -> None:
        self._held = []

    def release(self) -> None:
        held, self._held = self._held or [], None
        for message in held:
            self._page.send(message)

    def _connect(self, page: WebSocketRoute) -> None:
        self._page, server = page, page.connect_to_server()

        def on_request(message) -> None:
            self.requests += 1
            server.send(message)

        def on_answer(message) -> None:
            page.send(message) if self._held is None else self._held.append(message)

        page.on_message(on_request)
        server.on_message(on_answer)


def test_a_part_that_runs_once_more_while_the_page_is_left_breaks_nothing(
    visit, server
):
    page = visit("/_stcore/health")
    line = Line(page)
    page.goto(f"{server}/samples")
    page.get_by_role("button", name="A made-up").first.press("Enter")
    button = page.get_by_role("button", name="Draw on top of it").first
    expect(button).to_be_enabled()
    before = line.requests
    line.hold()
    button.press("Enter")

    def asks_again() -> bool:
        page.evaluate("0")  # meanwhile Playwright hands messages on
        return line.requests > before + 1  # the first is the button's

    problem = "the notice of a training did not run by itself"
    wait_until(asks_again, seconds=10 * SECONDS, problem=problem)
    line.release()
    expect(page.locator(SAID).first).to_contain_text("sure")


def take_everything_away(page: Page) -> None:
    """Leave what React leaves behind after an error that nothing catches."""
    page.evaluate("document.getElementById('root').replaceChildren()")


def test_a_page_that_became_empty_is_there_again_with_its_drawing(visit):
    page = visit("/")
    draw(page, SEVEN)
    answer = page.get_by_role("status").filter(has_text="A 7")
    expect(page.get_by_role("button", name="Yes")).to_be_visible()
    take_everything_away(page)
    expect(answer).to_be_visible()
    take_everything_away(page)  # it is not loaded again and again
    expect(page.get_by_text("This page has failed twice.")).to_be_visible()
