"""The Draw page with a drawing on its canvas."""

import pytest

from pages.components.shared.canvas_state import EMPTY
from tests.pages.helpers import upright_strokes


@pytest.fixture
def open_drawing(open_page, stub_network):
    """Opens the page on so many strokes, to which a network gives these answers."""

    def open_answered(*rows: dict[int, float], threshold: float | None = None):
        stub_network(*rows, threshold=threshold)
        return open_page(
            canvas_states=[EMPTY, upright_strokes(len(rows))], canvas_number=0
        )

    return open_answered
