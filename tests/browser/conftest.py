"""A real server and a real Chromium."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.chromium import ELSEWHERE
from tests.browser.server import SECONDS, start
from tests.conftest import NOWHERE

PATIENCE = 1000 * SECONDS  # milliseconds
# Bars that glide at sixty pictures a second take the tests' time, drawn without a GPU.
STILL = {"reduced_motion": "reduce"}
DESKTOP = {"viewport": {"width": 1280, "height": 800}, **STILL}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "user_agent": "Mozilla/5.0 (Linux; Android 16) Chrome/156.0 Mobile Safari/537.36",
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
    **STILL,
}
SMALL_PHONE = {**PHONE, "viewport": {"width": 360, "height": 640}}
TABLET = {**PHONE, "viewport": {"width": 820, "height": 1180}}
FOR_OTHERS = "--server.address", "0.0.0.0", "--browser.serverAddress", ELSEWHERE
"""Options of a server that others reach by another name of this machine."""

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if not path:
        reason = "no Chromium to be had: see `python -m tests.browser.chromium`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield launched
        launched.close()


@contextmanager
def serving(
    home: Path,
    *more: str,
    environment: dict[str, str] | None = None,
    ulimit: str = "",
    port: int = 0,
) -> Iterator[str]:
    """A server on a home of its own, with more options; gives its address."""
    offline = {"http_proxy": NOWHERE, "https_proxy": NOWHERE}
    # Where nothing can be written, no process loads Keras to download MNIST.
    here = {"MNIST_HOME": str(home), "KERAS_HOME": os.devnull, "MNIST_NPZ": ""}
    known = os.environ | offline | here | (environment or {})
    known = {name: value for name, value in known.items() if value}
    errors = "--client.showErrorDetails", "full"
    with start(*errors, *more, environment=known, ulimit=ulimit, port=port) as served:
        yield served[0]


@pytest.fixture(scope="package")
def server_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="package")
def server(server_home: Path) -> Iterator[str]:
    """One server for all journeys, as for all visitors of a day.

    Others can reach it, by another name of this machine, and programs may ask it.
    """
    programs = {"MNIST_API": "1"}
    with serving(server_home, *FOR_OTHERS, environment=programs) as address:
        yield address


@pytest.fixture
def at_the_server(home, server_home, monkeypatch):
    """Look at the server's own runs and models, and leave the default model behind."""
    monkeypatch.setenv("MNIST_HOME", str(server_home))
    yield
    (server_home / "default.json").unlink(missing_ok=True)


class Windows:
    """Browser windows, each with a cache, cookies and storage of its own.

    A window is used by one test after the other, emptied of all but its cache: of the
    six seconds of a processor that it takes to open a page in a new one, three go into
    loading and compiling what the test before has loaded, too. A second page, which
    stays, keeps the process alive that has it compiled.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[Page]] = {}  # the pages that stay, of each kind

    def open(self, window: dict, address: str) -> tuple[Page, Page]:
        """Return an empty page in a window without others, and the one that stays."""
        if free := self._free.get(repr(window)):
            stays = free.pop()
        else:
            stays = self._browser.new_context(**window).new_page()
            stays.goto(f"{address}/_stcore/health")
        return stays.context.new_page(), stays

    def close(self, window: dict, page: Page, stays: Page, address: str) -> None:
        """Close a page, and forget who visited that address with it."""
        page.close()
        stays.context.set_offline(False)
        stays.context.clear_cookies()
        session = stays.context.new_cdp_session(stays)
        origin = "://".join(urlsplit(address)[:2])
        everything = {"origin": origin, "storageTypes": "all"}
        session.send("Storage.clearDataForOrigin", everything)
        session.detach()
        self._free.setdefault(repr(window), []).append(stays)


@pytest.fixture(scope="package")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


def _note_refusal(said: str, errors: list[str]) -> None:
    """Note what the browser refuses to do because the server told it to."""
    if "Content Security Policy" in said:
        errors.append(said)


@pytest.fixture
def visit(windows: Windows, browser: Browser, server: str) -> Iterator:
    """Opens a path of the server, or an address, in a browser window of its own.

    Where it is `cold`, no page was ever opened in that window.
    """
    with ExitStack() as opened:
        pages: list[Page] = []
        errors: list[str] = []

        def open_path(path: str = "/", *, cold: bool = False, **window) -> Page:
            window = window or DESKTOP
            address = path if path.startswith("http") else server + path
            if cold:
                page = browser.new_context(**window).new_page()
                opened.callback(page.context.close)
            else:
                page, stays = windows.open(window, server)
                opened.callback(windows.close, window, page, stays, address)
            page.set_default_timeout(PATIENCE)
            page.on("pageerror", lambda error: errors.append(error.message))
            page.on("console", lambda said: _note_refusal(said.text, errors))
            pages.append(page)
            page.goto(address)
            return page

        yield open_path
        assert errors == []
        for page in pages:
            assert page.get_by_test_id("stException").count() == 0
