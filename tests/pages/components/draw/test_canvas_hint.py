from pages.components.draw import canvas_hint
from pages.components.shared.canvas_state import EMPTY
from pages.components.shell import present
from tests.pages.conftest import told
from tests.pages.test_draw import sketch


def test_an_empty_canvas_has_a_hint_and_ideas_and_a_drawing_has_none(
    open_page, made_up, enlarge
):
    app = open_page()
    ideas = [idea for idea, _ in told(app, "ideas")]
    assert ideas[0] == "Draw here"
    assert "Try a 4, open at the top" in ideas
    drawn = sketch(enlarge(made_up.x_test[0], 10))
    app = open_page(sketches=[EMPTY, drawn], canvas_number=0)
    assert told(app, "ideas") == []


def test_the_hint_is_as_large_as_the_canvas(open_page):
    small = told(open_page(room=320), "size")
    large = told(open_page(**{"room": 1500, present.KEY: True}), "size")
    assert small == [320, 280]
    assert large == [960, 640]


def test_every_idea_is_drawn_within_the_square():
    for path in [canvas_hint.FIRST, *canvas_hint.IDEAS.values()]:
        numbers = [float(n) for n in "".join(_spaced(path)).split()]
        assert numbers
        assert all(0 <= n <= 100 for n in numbers)


def _spaced(path: str) -> list[str]:
    return [" " if letter.isalpha() else letter for letter in path]
