"""The Draw page with a drawing on its canvas."""

import pytest

from pages.components.shared import cache
from pages.components.shared.canvas_state import EMPTY
from tests.pages.helpers import upright_strokes
from tests.pages.stub import StubPredictor


@pytest.fixture
def open_drawing(open_page, monkeypatch):
    """Opens the page on so many strokes, to which a network gives these answers."""

    def open_answered(*rows: dict[int, float], threshold: float | None = None):
        stub = StubPredictor(list(rows), threshold=threshold)
        monkeypatch.setattr(cache, "predictor", lambda _stored: stub)
        return open_page(
            canvas_states=[EMPTY, upright_strokes(len(rows))], canvas_number=0
        )

    return open_answered
