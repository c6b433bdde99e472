"""Start fresh: for who sits at the server, after one confirmation, nothing lost."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import manager
from pages.components.shared import cache
from pages.components.shared.canvas_state import EMPTY, CanvasState
from pages.components.shared.feedback_store import Feedback
from pages.components.shell import visitor, visitor_state
from pages.components.shell.visitor_state import VisitorState
from tests.conftest import order
from tests.pages.conftest import answered, words
from tests.pages.stub import Stub

RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.fixture(autouse=True)
def four(monkeypatch):
    """A network that reads a 4 in whatever it sees."""
    stub = Stub([{4: 0.99}])
    monkeypatch.setattr(cache, "predictor", lambda _saved: stub)


@pytest.fixture
def drawing() -> CanvasState:
    pixels = np.zeros((280, 640), np.uint8)
    pixels[60:220, 300:320] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return CanvasState({"objects": [{"type": "path"}]}, file.getvalue())


@pytest.fixture
def ended(worker) -> manager.Run:
    worker.append(manager.start(RECIPE))
    order(worker[-1], "")
    return worker[-1]


def opened(app):
    return app.button(key="fresh").click().run()


def confirmed(app):
    app = opened(app).button(key="fresh_confirmed").click().run()
    assert not app.exception
    return app


def another_visitor(png: bytes) -> None:
    """Lays the desk of somebody who judged one drawing."""
    verdicts = {"a": Feedback(1, "7", "1", png, [np.zeros((28, 28), np.float32)])}
    things = {"sketches": [EMPTY], "verdicts": verdicts}
    visitor_state.all_states().put(
        "theirs", VisitorState(things), clearings=visitor_state.all_states().clearings
    )


def test_it_says_what_will_happen_and_does_nothing_yet(open_page, save, ended, home):
    save("ada")
    save("eve")
    another_visitor(b"png")
    app = opened(open_page())
    assert "1 run, 2 models and 1 tally aside" in words(app)
    assert "Nothing is deleted" in words(app)
    assert not (home / "archive").exists()
    assert visitor_state.all_states().get("theirs")


def test_once_confirmed_all_is_put_aside_and_it_says_where(
    open_page, save, ended, home, drawing
):
    registry.choose(save("ada").name)
    another_visitor(drawing.png)
    app = open_page(sketches=[EMPTY, drawing])
    next(button for button in app.button if button.label == "Yes").click().run()
    app = confirmed(app)
    (folder,) = (home / "archive").iterdir()
    assert [code.value for code in app.code] == [str(folder)]
    assert (folder / "models" / "ada" / "card.json").exists()
    assert (folder / "runs" / ended.id / "recipe.json").exists()
    labels = set()
    for file in (folder / "tallies").iterdir():
        with zipfile.ZipFile(file) as archive:
            labels |= set(archive.namelist())
    assert "drawing-0001_is-4_read-4.png" in labels
    assert "drawing-0001_is-7_read-1.png" in labels


def test_digits_chosen_to_be_watched_are_not_kept(open_page):
    app = confirmed(open_page(to_watch=["theirs"]))
    assert "to_watch" not in app.session_state


def test_everybody_begins_afresh(open_page, save, drawing):
    registry.choose(save("ada").name)
    app = open_page(sketches=[EMPTY, drawing])
    other = open_page(sketches=[EMPTY, drawing])
    app = confirmed(app)
    for each in (app, other.run()):
        assert each.session_state["sketches"] == [EMPTY]
        assert each.session_state["model"] == registry.PRETRAINED.name
        assert not answered(each).strip("?")


def test_what_it_says_in_the_end_goes_when_it_was_read(open_page):
    app = confirmed(open_page())
    assert app.code
    app.button(key="fresh_read").click().run()
    assert not app.code


def test_while_a_run_goes_on_it_is_refused_and_nothing_is_lost(
    open_page, worker, home, drawing
):
    worker.append(manager.start(RECIPE))
    another_visitor(drawing.png)
    app = confirmed(open_page(sketches=[EMPTY, drawing]))
    assert f"{worker[-1].id!r} is going on" in words(app)
    assert visitor_state.all_states().get("theirs")
    assert len(app.session_state["sketches"]) == 2
    assert not (home / "archive").exists()


def test_where_tallies_cannot_be_written_all_stays(
    open_page, save, monkeypatch, home, drawing
):
    def fail(*_):
        raise OSError(28, "No space left on device")

    registry.choose(save("ada").name)
    another_visitor(drawing.png)
    app = open_page(sketches=[EMPTY, drawing])
    monkeypatch.setattr("pathlib.Path.write_bytes", fail)
    app = confirmed(app)
    assert "No space left on device" in words(app)
    assert visitor_state.all_states().get("theirs").verdicts
    assert len(app.session_state["sketches"]) == 2
    assert registry.default().name == "ada"
    assert list((home / "archive").iterdir()) == []


def test_nothing_there_is_said_too(open_page):
    assert "no runs, models or tallies" in words(opened(open_page()))


def test_others_are_not_offered_it(open_page, monkeypatch):
    monkeypatch.setattr(visitor, "is_local", lambda: False)
    assert "fresh" not in {button.key for button in open_page().button}


def test_others_cannot_do_it_with_a_button_that_is_still_there(
    open_page, monkeypatch, home
):
    app = opened(open_page())
    monkeypatch.setattr(visitor, "is_local", lambda: False)
    app.button(key="fresh_confirmed").click().run()
    assert not (home / "archive").exists()
