"""The app in the test's own process, entered through app.py."""

import threading
from functools import cache as cached
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from mnist_core import recipes
from mnist_core.evaluation.dataset import DatasetEvaluation
from mnist_core.runs import manager
from mnist_core.runs.run import Run
from pages.components.samples.per_class import averages
from pages.components.shared import cache, image_grid, mnist
from pages.components.shell import leaving, take_route, visitor_state
from pages.components.train import line, run_route
from tests.pages.stub import StubPredictor

CACHES = cache.dataset, averages, mnist._the_download
# As they are now: tests put others in their place.
CLEAR = [*(each.clear for each in CACHES), line.forget]
APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture(scope="session", autouse=True)
def components_found_once():
    """Has Streamlit look for components once: for each AppTest it takes 0.7 seconds."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cached(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session", autouse=True)
def keras_stays():
    """Has Streamlit leave Keras alone, which no server loads, and other tests do.

    It would clear Keras's session after each rerun, which takes 0.3 seconds.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield


@pytest.fixture(autouse=True)
def fresh_caches():
    """Each test finds its own data; networks stay, each under the hash of its card."""
    yield
    for clear in CLEAR:
        clear()


@pytest.fixture(autouse=True)
def no_visitor_states(monkeypatch):
    """Nobody was here before."""
    monkeypatch.setattr(visitor_state, "_all_states", visitor_state.VisitorStates())


class EndedDownload(mnist.Download):
    """One that has come to its end when a page asks for it."""

    def __init__(self) -> None:
        super().__init__()
        self.thread.join()


@pytest.fixture(autouse=True)
def no_mnist(no_download, made_up, monkeypatch):
    """There is no MNIST, its download has failed, and the made-up digits are there."""
    monkeypatch.setattr(mnist, "Download", EndedDownload)


@pytest.fixture(autouse=True)
def at_the_server(monkeypatch):
    """As Streamlit has it for whoever sits there; under test it has a mock instead."""
    headers = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}
    here = {"ip_address": None, "headers": headers, "cookies": {}}
    for name, value in here.items():
        monkeypatch.setattr(type(st.context), name, value)


@pytest.fixture(autouse=True)
def a_browser_that_answers(monkeypatch):
    """A browser says at once that it has left a page."""

    def answer(*, on_left_change, **_):
        on_left_change()

    monkeypatch.setattr(leaving, "_leaving", answer)


@pytest.fixture(autouse=True)
def no_routes(monkeypatch):
    """Nothing is served but the pages: what they show is sent with them."""
    for route in (run_route, take_route):
        monkeypatch.setattr(route, "_IS_SERVED", threading.Event())


@pytest.fixture(autouse=True)
def no_evaluations(monkeypatch):
    """Nothing is evaluated: each evaluation is a process of its own."""
    monkeypatch.setattr(DatasetEvaluation, "start", lambda _self: None)


@pytest.fixture
def stub_network(monkeypatch):
    """Makes every model one that answers with these rows; see `StubPredictor`."""

    def stub(*rows: dict[int, float], threshold: float | None = None) -> None:
        predictor = StubPredictor(list(rows), threshold=threshold)
        monkeypatch.setattr(cache, "predictor", lambda _stored: predictor)

    return stub


@pytest.fixture
def going(worker) -> Run:
    """A run that goes on until it is told to end."""
    recipe = recipes.get("quick", data="synthetic", images=1000)
    worker.append(manager.start(recipe))
    return worker[-1]


@pytest.fixture
def open_page():
    """Opens the app on a page: draw, train or samples."""

    def open_app(name: str = "draw", *, query: str = "", **state) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        if query:
            app.query_params[query] = "true"
        for key, value in state.items():
            app.session_state[key] = value
        app.run()
        if name != "draw":
            app.switch_page(f"pages/{name}.py").run()
        assert not app.exception, app.exception
        return app

    return open_app


@pytest.fixture
def choose(monkeypatch):
    """Chooses an image of the page's grid, by its index."""

    def choose(app: AppTest, index: int) -> None:
        with monkeypatch.context() as visitor:
            visitor.setattr(image_grid, "show", lambda *_, **_options: index)
            app.run()
        assert not app.exception

    return choose
