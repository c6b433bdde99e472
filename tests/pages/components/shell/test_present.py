from pages.components.shared.canvas_state import EMPTY
from pages.components.shell import present
from tests.pages.helpers import page_text, upright_strokes


def labels(app) -> set[str]:
    return {button.label for button in app.button}


def test_draw_keeps_the_canvas_and_the_answer_and_hides_the_rest(
    open_page, stub_network
):
    stub_network({7: 1.0})
    app = open_page(canvas_states=[EMPTY, upright_strokes()], canvas_number=0)
    assert {"Undo", "Clear", "Yes"} <= labels(app)
    app.toggle(key=present.KEY).set_value(True).run()
    assert not app.exception
    assert labels(app) == {"Undo", "Clear", "On your phone"}
    assert not app.selectbox
    assert "font-size" in page_text(app)
    app.toggle(key=present.KEY).set_value(False).run()
    assert "Yes" in labels(app)


def test_train_can_be_started_and_its_settings_are_put_away(open_page, worker):
    app = open_page("train", **{present.KEY: True})
    assert "Kept runs" not in {expander.label for expander in app.expander}
    start = app.button(key="start").click().run()
    assert not start.exception
    assert {"Pause", "Stop and keep"} <= labels(app)
    from mnist_core.runs import manager

    worker.extend(manager.list_runs())


def test_an_address_opens_it(open_page):
    app = open_page(query=present.KEY)
    assert labels(app) == {"Undo", "Clear", "On your phone"}
