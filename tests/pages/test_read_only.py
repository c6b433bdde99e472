"""MNIST_READ_ONLY: visitors draw and watch; the host does the rest."""

import pytest

from mnist_core.models import registry
from mnist_core.runs import manager, probes
from pages.components.shell import host_key, visitor
from tests.conftest import order
from tests.pages.helpers import component_props, page_text

STEERING = {
    *("start", "pause", "resume", "stop", "discard"),
    *("delete", "delete_both", "probe_drawn"),
}


@pytest.fixture(autouse=True)
def read_only(monkeypatch):
    monkeypatch.setenv("MNIST_READ_ONLY", "1")


@pytest.fixture
def leave(monkeypatch):
    """Makes everybody a visitor from elsewhere."""
    return lambda: monkeypatch.setattr(visitor, "is_local", lambda: False)


@pytest.fixture
def show_key(monkeypatch):
    """Makes everybody one whose browser has shown the host's key."""
    return lambda: monkeypatch.setattr(host_key, "was_shown", lambda: True)


@pytest.fixture
def ended(going, save):
    """A run that has ended with a stored model, and could be resumed."""
    going.update(
        status="stopped",
        reason="Stopped.",
        model=save("ada").name,
        test_accuracy=0.95,
        test_loss=0.1,
        fit_seconds=2.0,
    )
    order(going, "")
    return going


def steering(app) -> set[str]:
    return {button.key for button in app.button} & STEERING


def test_a_visitor_is_told_and_shown_no_form(open_page, leave):
    leave()
    app = open_page("train")
    assert "You can watch" in page_text(app)
    assert not steering(app)
    assert not app.number_input
    assert app.multiselect(
        key="shown_runs"
    ).value  # the stage is there as for everybody


def test_a_visitor_watches_a_run_and_cannot_steer_it(open_page, leave, going):
    leave()
    app = open_page("train")
    assert not steering(app)
    assert "You can watch" in page_text(app)
    assert component_props(app, "run_view")["runs"][0]["live"]


def test_a_visitor_sees_results_and_cannot_delete_or_resume(open_page, leave, ended):
    leave()
    app = open_page("train")
    assert not steering(app)
    assert "95.00 %" in [metric.value for metric in app.metric]


def test_a_visitor_chooses_a_model_for_nobody_else(open_page, leave, ended):
    leave()
    app = open_page("train")
    app.button(key="use").click().run()
    assert app.session_state["model"] == "ada"
    assert registry.default().is_bundled
    assert "Draw a digit" in page_text(app), "it leads to the Draw page"
    assert open_page().session_state["model"] == registry.PRETRAINED.name


def test_who_sits_at_the_server_starts_and_steers(open_page, worker):
    app = open_page("train")
    app.button(key="start").click().run()
    worker.append(manager.active())
    app.button(key="stop").click().run()
    assert worker[-1].is_requested("stop")


def test_who_sits_at_the_server_chooses_for_all(open_page, ended):
    app = open_page("train")
    app.button(key="use").click().run()
    assert registry.default().name == "ada"


def test_who_has_shown_the_key_is_offered_all_of_it(
    open_page, leave, show_key, ended, home
):
    (home / "runs" / "damaged").mkdir()
    leave()
    assert "Are you the host?" in page_text(open_page("train"))
    show_key()
    app = open_page("train")
    assert {"start", "resume", "delete", "delete_both"} <= steering(app)
    assert {"archive", "delete-damaged"} <= {button.key for button in app.button}
    app.button(key="use").click().run()
    assert registry.default().name == "ada"


def test_a_button_that_is_still_there_starts_nothing(open_page, leave):
    app = open_page("train")
    leave()
    app.button(key="start").click().run()
    assert not app.exception
    assert manager.list_runs() == []


def test_buttons_that_are_still_there_steer_nothing(open_page, leave, going):
    app = open_page("train")
    leave()
    app.button(key="discard").click()
    app.button(key="pause").click().run()
    assert not app.exception
    assert not going.is_requested("pause")
    assert not going.is_requested("discard")


def test_buttons_that_are_still_there_keep_results(open_page, leave, ended):
    app = open_page("train")
    leave()
    app.button(key="resume").click()
    app.button(key="delete").click().run()
    assert not app.exception
    assert ended.read().status == "stopped"


def test_a_digit_that_is_still_offered_is_not_added(open_page, leave, going):
    app = open_page("train")
    app.get_by_key("probe_source").set_value("MNIST digit").run()
    leave()
    app.get_by_key("probe_sample").set_value(3).run()
    assert not app.exception
    assert probes.load(going.folder) == []


def test_who_started_a_run_from_elsewhere_may_not_end_it(leave, monkeypatch):
    leave()
    monkeypatch.setattr(visitor, "id_hash", lambda: "this visitor")
    assert not visitor.may_end("this visitor")


@pytest.mark.parametrize(("value", "may"), [("1", False), ("0", True), ("", True)])
def test_it_can_be_switched_off(leave, monkeypatch, value, may):
    leave()
    monkeypatch.setenv("MNIST_READ_ONLY", value)
    assert visitor.may_train() == may
