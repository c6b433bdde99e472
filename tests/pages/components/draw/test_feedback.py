"""What the visitor says of an answer, and the tally of it."""

import io
import zipfile

from pages.components.shared import feedback_store
from tests.pages.helpers import button, page_text, upright_strokes


def open_no(app):
    """Open what is behind "No"."""
    app.session_state["no"] = True
    return app.run()


def say_no(app, label: str):
    open_no(app)
    if label.isdigit() and len(label) > 1:
        field = next(field for field in app.text_input)
        field.set_value(label).run()
    else:
        pills = next(g for g in app.button_group if g.key.startswith("label-"))
        pills.set_value(label).run()
    assert not app.exception
    return app


def labels(app) -> list[str]:
    return [block.proto.popover.label for block in app.get("popover")]


def tally(app) -> str | None:
    return next((label for label in labels(app) if label.endswith("right")), None)


def test_a_correction_counts_and_it_is_said_that_nothing_learns_from_it(open_drawing):
    app = say_no(open_drawing({7: 0.97, 1: 0.03}), "1")
    assert "You drew 1; the network read 7" in page_text(app)
    assert "The network does not learn from it" in page_text(app)


def test_why_opens_what_the_answer_rests_on(open_drawing):
    app = open_drawing({7: 0.97, 1: 0.03})
    assert not app.session_state["explanation_view"]
    button(app, "Why?").click().run()
    assert app.session_state["explanation_view"] == "What mattered"


def test_a_drawing_counts_once_and_its_feedback_can_be_changed(open_drawing):
    app = open_drawing({7: 1.0})
    for _ in range(2):
        button(app, "Yes").click().run()
    assert tally(app) == "1 of 1 right"
    say_no(app, "1")
    assert tally(app) == "0 of 1 right"
    button(app, "Clear").click().run()
    button(app, "Undo").click().run()
    button(app, "Yes").click().run()
    assert tally(app) == "1 of 1 right"


def test_a_wrong_answer_is_owned_up_to(open_drawing):
    app = say_no(open_drawing({7: 1.0}), "1")
    assert "You drew 1; the network read 7" in page_text(app)
    button(app, "Yes").click().run()
    assert "A 7, 99.9 % sure" in page_text(app)


def test_feedback_on_one_model_s_answer_is_none_on_another_s(
    open_drawing, stub_network
):
    app = say_no(open_drawing({7: 1.0}), "4")
    assert "You drew 4; the network read 7" in page_text(app)
    stub_network({9: 1.0})
    del app.session_state["recognition"]  # as with another choice of model
    app.run()
    assert "A 9, 99.9 % sure" in page_text(app)
    assert tally(app) == "0 of 1 right"


def test_another_drawing_has_feedback_of_its_own(open_drawing):
    app = open_drawing({7: 1.0})
    button(app, "Yes").click().run()
    app.session_state["canvas_states"].append(upright_strokes(1, height=120))
    app.run()
    say_no(app, "4")
    assert tally(app) == "1 of 2 right"
    assert "No, a 4" in labels(app)
    button(app, "Undo").click().run()
    assert "No, a 4" not in labels(app)
    assert tally(app) == "1 of 2 right"


def test_a_number_counts_once(open_drawing):
    app = open_drawing({4: 1.0}, {7: 1.0})
    open_no(app)
    app.text_input[0].set_value("4x").run()
    assert "is no number" in page_text(app)
    say_no(app, "42")
    assert tally(app) == "0 of 1 right"
    assert "No, 42" in labels(app)


def test_the_drawings_are_downloaded_with_their_labels_and_forgotten(open_drawing):
    app = open_drawing({4: 1.0}, {7: 1.0})
    say_no(app, "42")
    app.session_state["tally"] = True
    app.run()
    assert "**2**: 1 of 1 wrong, read as 7" in page_text(app)
    given = app.session_state["feedback"].values()
    with zipfile.ZipFile(io.BytesIO(feedback_store.to_zip(given))) as archive:
        assert archive.namelist() == [
            "drawing-0001_is-42_read-47.png",
            "28x28/drawing-0001-1_is-4_read-4.png",
            "28x28/drawing-0001-2_is-2_read-7.png",
        ]
        drawn = archive.read("drawing-0001_is-42_read-47.png")
        assert drawn == upright_strokes(2).png
    button(app, "Start over").click().run()
    assert tally(app) is None
