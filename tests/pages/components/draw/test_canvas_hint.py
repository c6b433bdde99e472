from pages.components.draw import canvas_hint
from pages.components.shared.canvas_state import EMPTY
from tests.pages.helpers import on_canvas, props


def test_an_empty_canvas_has_a_hint_and_ideas_and_a_drawing_has_none(
    open_page, made_up, enlarge
):
    app = open_page()
    ideas = [idea for idea, _ in props(app, "ideas")]
    assert ideas[0] == "Draw here"
    assert "Try a 4, open at the top" in ideas
    drawn = on_canvas(enlarge(made_up.x_test[0], 10))
    app = open_page(canvas_states=[EMPTY, drawn], canvas_number=0)
    assert props(app, "ideas") == []


def test_every_idea_is_drawn_within_the_square():
    for path in [canvas_hint.FIRST, *canvas_hint.IDEAS.values()]:
        numbers = [float(n) for n in "".join(_spaced(path)).split()]
        assert numbers
        assert all(0 <= n <= 100 for n in numbers)


def _spaced(path: str) -> list[str]:
    return [" " if letter.isalpha() else letter for letter in path]
