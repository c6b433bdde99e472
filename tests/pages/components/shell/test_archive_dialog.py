"""Archive and start fresh: for who sits at the server, confirmed, nothing lost."""

import zipfile

import numpy as np
import pytest

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import manager
from mnist_core.runs.run import Run
from pages.components.shared.canvas_state import EMPTY, CanvasState
from pages.components.shared.feedback_store import Feedback
from pages.components.shell import visitor, visitor_state
from pages.components.shell.visitor_state import VisitorState
from tests.conftest import order
from tests.pages.helpers import answer_text, button, page_text, upright_strokes

pytestmark = pytest.mark.usefixtures("reads_four")
RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.fixture
def drawing() -> CanvasState:
    return upright_strokes()


@pytest.fixture
def ended(worker) -> Run:
    worker.append(manager.start(RECIPE))
    order(worker[-1], "")
    return worker[-1]


def opened(app):
    return app.button(key="archive").click().run()


def confirmed(app):
    app = opened(app).button(key="archive_confirmed").click().run()
    assert not app.exception
    return app


def another_visitor(png: bytes) -> None:
    """Puts there the state of somebody who gave feedback on one drawing."""
    feedback = {"a": Feedback(1, "7", "1", png, [np.zeros((28, 28), np.float32)])}
    values = {"canvas_states": [EMPTY], "feedback": feedback}
    visitor_state.all_states().put(
        "theirs", VisitorState(values), generation=visitor_state.all_states().generation
    )


def test_it_says_what_will_happen_and_does_nothing_yet(open_page, save, ended, home):
    save("ada")
    save("eve")
    another_visitor(b"png")
    app = opened(open_page())
    assert "1 run, 2 models and 1 tally aside" in page_text(app)
    assert "Nothing is deleted" in page_text(app)
    assert not (home / "archive").exists()
    assert visitor_state.all_states().get("theirs")


def test_once_confirmed_all_is_put_aside_and_it_says_where(
    open_page, save, ended, home, drawing
):
    registry.choose(save("ada").name)
    another_visitor(drawing.png)
    app = open_page(canvas_states=[EMPTY, drawing])
    button(app, "Yes").click().run()
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


def test_chosen_probes_are_not_kept(open_page):
    app = confirmed(open_page(chosen_probes=["theirs"]))
    assert "chosen_probes" not in app.session_state


def test_everybody_begins_afresh(open_page, save, drawing):
    registry.choose(save("ada").name)
    app = open_page(canvas_states=[EMPTY, drawing])
    other = open_page(canvas_states=[EMPTY, drawing])
    app = confirmed(app)
    for each in (app, other.run()):
        assert each.session_state["canvas_states"] == [EMPTY]
        assert each.session_state["model"] == registry.PRETRAINED.name
        assert not answer_text(each).strip("?")


def test_no_file_of_a_visitor_stays(open_page, home, drawing):
    app = open_page(canvas_states=[EMPTY, drawing])
    visitor_state.all_states().flush()
    assert list((home / "visitors").iterdir())
    confirmed(app)
    visitor_state.all_states().flush()
    assert not (home / "visitors").exists()


def test_what_it_says_in_the_end_goes_when_it_was_read(open_page):
    app = confirmed(open_page())
    assert app.code
    app.button(key="archive_done").click().run()
    assert not app.code


def test_while_a_run_goes_on_it_is_refused_and_nothing_is_lost(
    open_page, worker, home, drawing
):
    worker.append(manager.start(RECIPE))
    another_visitor(drawing.png)
    app = confirmed(open_page(canvas_states=[EMPTY, drawing]))
    assert f"{worker[-1].id!r} is going on" in page_text(app)
    assert visitor_state.all_states().get("theirs")
    assert len(app.session_state["canvas_states"]) == 2
    assert not (home / "archive").exists()


def test_where_tallies_cannot_be_written_all_stays(
    open_page, save, monkeypatch, home, drawing
):
    def fail(*_):
        raise OSError(28, "No space left on device")

    registry.choose(save("ada").name)
    another_visitor(drawing.png)
    app = open_page(canvas_states=[EMPTY, drawing])
    monkeypatch.setattr("pathlib.Path.write_bytes", fail)
    app = confirmed(app)
    assert "No space left on device" in page_text(app)
    assert visitor_state.all_states().get("theirs").feedback
    assert len(app.session_state["canvas_states"]) == 2
    assert registry.default().name == "ada"
    assert list((home / "archive").iterdir()) == []


def test_nothing_there_is_said_too(open_page):
    assert "no runs, models or tallies" in page_text(opened(open_page()))


def test_others_are_not_offered_it(open_page, monkeypatch):
    monkeypatch.setattr(visitor, "is_local", lambda: False)
    assert "archive" not in {button.key for button in open_page().button}


def test_others_cannot_do_it_with_a_button_that_is_still_there(
    open_page, monkeypatch, home
):
    app = opened(open_page())
    monkeypatch.setattr(visitor, "is_local", lambda: False)
    app.button(key="archive_confirmed").click().run()
    assert not (home / "archive").exists()
