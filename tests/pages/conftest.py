"""The app in the test's own process, entered through app.py."""

import json
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core import data
from mnist_core.evaluation.dataset import DatasetEvaluation
from pages.components.samples.per_class import averages
from pages.components.shared import cache, image_grid
from pages.components.shared.mnist import _the_download
from pages.components.shell import visitor_state

HERE = cache.warm_up, cache.dataset, averages, _the_download
CLEAR = [cached.clear for cached in HERE]  # now: tests put others in their place
APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture(autouse=True)
def fresh_caches():
    """Each test finds its own data; networks stay, each under the hash of its card."""
    yield
    for clear in CLEAR:
        clear()


@pytest.fixture(autouse=True)
def no_desks(monkeypatch):
    """Nobody was here before."""
    monkeypatch.setattr(visitor_state, "_all_states", visitor_state.VisitorStates())


@pytest.fixture(autouse=True)
def no_mnist(monkeypatch, no_download, made_up):
    """There is no MNIST, and the made-up digits are there already."""
    monkeypatch.setattr(data, "load_synthetic", lambda: made_up)


@pytest.fixture(autouse=True)
def at_the_server(monkeypatch):
    """As Streamlit has it for whoever sits there; under test it has a mock instead."""
    here = {"ip_address": None, "headers": {"Host": "localhost:8501"}}
    for name, value in here.items():
        monkeypatch.setattr(type(st.context), name, value)


@pytest.fixture(autouse=True)
def no_surveys(monkeypatch):
    """Nothing is surveyed: each survey is a process that loads TensorFlow."""
    monkeypatch.setattr(DatasetEvaluation, "start", lambda _self: None)


@pytest.fixture
def open_page():
    """Opens the app on a page: draw, train or samples."""

    def open_app(name: str = "draw", *, asking: str = "", **state) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        if asking:
            app.query_params[asking] = "true"
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
    """Chooses a tile of the page's wall, by its place."""

    def choose(app: AppTest, place: int) -> None:
        with monkeypatch.context() as visitor:
            visitor.setattr(image_grid, "show", lambda *_, **_options: place)
            app.run()
        assert not app.exception

    return choose


def words(app: AppTest) -> str:
    """All that the page says in text, the answer among it."""
    kinds = ("title", "markdown", "caption", "info", "warning", "error", "html")
    texts = [
        str(getattr(element, "value", None) or getattr(element, "body", ""))
        for kind in kinds
        for element in app.get(kind)
    ]
    return "\n".join([*texts, *told(app, "lines")])


def answered(app: AppTest) -> str:
    """The answer, large."""
    return "".join(ring["digit"] for ring in told(app, "rings"))


def told(app: AppTest, name: str) -> Any:
    """What the page tells one of its own components, by one of the names in it."""
    known = [json.loads(c.proto.json or "null") for c in app.get("bidi_component")]
    return next((data[name] for data in known if data and name in data), [])
