"""The path through the first minute."""

from mnist_core.models import registry
from pages.components.draw import first_steps
from pages.components.shared import explanations
from pages.components.shared.canvas_state import EMPTY
from tests.pages.helpers import page_text, upright_strokes

STEPS = first_steps.FOOL_IT, first_steps.ASK_WHY, first_steps.TRAIN


def step(app) -> str | None:
    """Which step the page speaks of."""
    text = page_text(app)
    (said,) = [each for each in STEPS if each in text] or [None]
    return said


def test_it_leads_from_the_first_drawing_to_a_training(open_page, stub_network):
    stub_network({7: 1.0})
    app = open_page()
    assert step(app) is None
    app.session_state["canvas_states"] = [EMPTY, upright_strokes()]
    assert step(app.run()) == first_steps.FOOL_IT
    app.session_state["canvas_states"] += [EMPTY, upright_strokes(height=120)]
    assert step(app.run()) == first_steps.ASK_WHY
    app.session_state["has_asked_why"] = True
    assert step(app.run()) == first_steps.TRAIN
    assert [link.proto.label for link in app.get("page_link")] == ["Train"]


def test_it_is_over_for_who_has_a_network_of_their_own(open_page, stub_network, save):
    stub_network({7: 1.0})
    save("ada")
    registry.choose("ada")
    drawn = {"canvas_states": [EMPTY, upright_strokes()], "canvas_number": 0}
    assert step(open_page(**drawn)) is None


def test_to_open_what_it_noticed_is_to_ask_why(open_page, stub_network):
    stub_network({7: 1.0})
    drawn = {"canvas_states": [EMPTY, upright_strokes()], "canvas_number": 0}
    app = open_page(**drawn, has_asked_why=False)
    explanations_view = {explanations.VIEW.key: explanations.NEIGHBOURS}
    for key, value in explanations_view.items():
        app.session_state[key] = value
    app.run()
    assert app.session_state["has_asked_why"]
