import dataclasses

import pytest

from mnist_core.data import mnist as mnist_data
from pages.components.shared import cache, mnist
from pages.components.shell import visitor
from tests.pages.helpers import button, page_text, props

REAL = mnist.Download  # in the other tests it has ended before a page asks for it


@pytest.fixture
def endless(no_mnist, endless_download, monkeypatch):
    monkeypatch.setattr(mnist, "Download", REAL)
    yield
    mnist._the_download().stop()
    mnist._the_download().thread.join()


def labels(app) -> list[str]:
    return [button.label for button in app.button]


def test_while_mnist_comes_the_page_shows_made_up_digits(endless, open_page):
    app = open_page("samples")
    assert "these digits are made up" in page_text(app)
    assert len(props(app, "tiles")) == 40
    assert "Stop" in labels(app)
    assert "Try again" not in labels(app)


def test_a_file_that_was_cut_short_is_told_at_once(endless, open_page):
    mnist_data.cached_file().parent.mkdir(parents=True)
    mnist_data.cached_file().write_bytes(b"PK half a file")
    app = open_page("samples")
    assert "not MNIST but a file that was cut short" in page_text(app)


def test_a_download_that_is_stopped_can_be_tried_again(endless, open_page):
    app = open_page("samples")
    button(app, "Stop").click().run()
    mnist._the_download().thread.join()
    app.run()
    assert "It was stopped. Try again when you like." in page_text(app)
    button(app, "Try again").click().run()
    assert mnist._the_download().goes_on
    assert "Stop" in labels(app)


def test_only_the_host_stops_what_all_are_waiting_for(endless, open_page, monkeypatch):
    monkeypatch.setattr(visitor, "is_local", lambda: False)
    app = open_page("samples")
    assert "these digits are made up" in page_text(app)
    assert "Stop" not in labels(app)


def test_why_mnist_did_not_come_is_on_the_page(open_page):
    app = open_page("samples")
    assert "these digits are made up" in page_text(app)
    assert "Download\\: no network" in page_text(app)
    assert len(props(app, "tiles")) == 40


def test_when_mnist_has_come_it_is_shown(open_page, made_up, monkeypatch):
    app = open_page("train")
    app.get_by_key("recipe").set_value("classic").run()
    assert app.number_input(key="images").value == 10_000
    arrived = dataclasses.replace(made_up, name="mnist")
    monkeypatch.setattr(cache, "dataset", lambda name: arrived)
    app.run()
    assert "these digits are made up" not in page_text(app)
    assert app.number_input(key="images").value == 60_000
