"""What a browser sends: addresses, a canvas's strokes, the values of components."""

import io
import json
from base64 import b64encode
from typing import Any, Final

import streamlit as st
from hypothesis import strategies
from PIL import Image
from starlette.types import Scope
from streamlit.testing.v1 import AppTest

from mnist_core import presets, recipes
from mnist_core.errors import DrawingError
from mnist_core.models import registry
from mnist_core.storage.paths import CHECKOUT
from pages.components.draw import answer_rings
from pages.components.samples import confusion_matrix
from pages.components.shared import (
    cache,
    canvas_message,
    canvas_state,
    image_grid,
    loopback,
    viewport,
)
from pages.components.shared.canvas_state import HEIGHT, INK, SIDE, WIDTH
from pages.components.shell import gate, visitor
from pages.components.train import query_params, recipe_form
from reliability.mutations import changed, odd_values, spoiled
from reliability.way_in import WayIn

TILES: Final[image_grid.Props] = {
    "id": "0123456789ab",
    "label": "",
    "tiles": [{"url": "", "name": "", "caption": ""}] * 3,
    "chosen": None,
}
EVENTS: Final = [
    {"ids": {"visitor": "v" * 43, "state": "s" * 43}},
    {"id": TILES["id"], "index": 2},
    {"drawing": "0123", "index": 1},
    {"label": 4, "predicted": None},
    {"step": viewport.TABLET},
]
APP: Final = CHECKOUT / "app.py"
SECONDS_TO_OPEN: Final = 600  # the first time, on a busy machine
ODD_TEXTS: Final = [
    *("true", "false", "adam", "classic", "one-cycle", "synthetic", "", "None"),
    *("1_000", " 12 ", "\u0663", "1e3", "0x10", "9" * 5000, "inf", "nan", "-0", "\x00"),
]
HOSTS: Final = [
    *(b"localhost:8501", b"127.0.0.1:8501", b"[::1]:8501", b"[fe80::1%25eth0]"),
    *(b"192.168.1.20", b"classroom.local.", b"XN--80AK6AA92E.com", b"a.example:99999"),
]


def _take_event(event: object) -> None:
    """Have every part of the pages take an event, whichever it was meant for."""
    for name in ("visitor", "state"):
        found = visitor.parse_event(event, name)
        assert found is None or 0 < len(found) <= visitor.MAX_LENGTH
    index = image_grid.parse_event(event, TILES)
    assert index is None or index in range(len(TILES["tiles"]))
    cell = confusion_matrix.parse_event(event)
    assert cell is None or {*map(str, cell)} <= {*map(str, (None, *range(10)))}
    picked = answer_rings.parse_event(event)
    assert picked is None or isinstance(picked[0], str)
    step = viewport.parse_event(event)
    assert step is None or step in viewport.STEPS


def _take_scope(case: tuple[bytes, bytes, str]) -> None:
    """Decide whether a request is let in."""
    name, host, path = case
    scope: Scope = {
        "type": "http",
        "path": path,
        "headers": [(name, host)],
        "client": ("192.168.1.21", 50_000),
    }
    if gate.is_allowed(scope):
        assert name == b"host"
        assert not path.endswith(gate.METRICS)


def _take_query(given: dict[str, str]) -> None:
    """Open the Train page by an address that holds this, and see it whole."""
    cache.predictor(registry.default())  # the page would load it meanwhile
    app = AppTest.from_file(str(APP), default_timeout=SECONDS_TO_OPEN)
    app.query_params.update(given)
    app.switch_page("pages/train.py").run()
    assert not app.exception, app.exception
    assert given.get("present") == "true" or app.title[0].value == "Train"


def _take_canvas(sent: Any) -> None:
    """Do with what a canvas sent all that a visitor can have done with it."""
    st.session_state.clear()
    st.session_state[canvas_state.canvas_key()] = sent
    canvas_state.remember()
    if canvas_state.current():
        assert not canvas_state.PROBLEM.get()
    canvas_state.recolour(INK["Black on white"])
    json.dumps(canvas_state.to_restore())
    canvas_state.undo()
    canvas_state.clear()
    canvas_message.parse(sent, width=WIDTH, height=HEIGHT)


def _png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), "#2f55d480").save(file, "PNG", compress_level=9)
    return file.getvalue()


def _url(png: bytes) -> str:
    return canvas_message.PREFIX + b64encode(png).decode()


def _canvases() -> strategies.SearchStrategy[Any]:
    """Return what a canvas might send: strokes and pixels, whole or spoiled."""
    stroke = {"type": "Path", "stroke": "#ffffff", "path": [["M", 1, 2], ["L", 3, 4]]}
    pngs, digits = (
        strategies.just(_png(*size)) | spoiled([_png(*size)])
        for size in ((WIDTH, HEIGHT), (SIDE, SIDE))
    )
    strokes = strategies.lists(
        changed([stroke]) | digits.map(lambda png: {"type": "Image", "src": _url(png)}),
        min_size=1,
        max_size=4,
    )
    drawing = strategies.fixed_dictionaries(
        {
            "raw": strokes.map(lambda objects: {"objects": objects}),
            "data": pngs.map(_url),
        }
    )
    whole = drawing.map(lambda each: {"drawing": each})
    return whole | whole.flatmap(lambda each: changed([each]))


COMPONENTS: Final = WayIn(
    changed(EVENTS) | odd_values,
    _take_event,
    (),
    tuple(
        component.parse_event
        for component in (visitor, image_grid, viewport, answer_rings, confusion_matrix)
    ),
    "an event of each component",
)
ADDRESSES: Final = WayIn(
    strategies.tuples(
        strategies.sampled_from([b"host", b"x-host"]),
        spoiled(HOSTS),
        strategies.sampled_from(["/", "/train", f"/x{gate.METRICS}"])
        | strategies.text(max_size=20),
    ),
    _take_scope,
    (),
    (
        gate.is_allowed,
        gate.is_own_name,
        loopback,
    ),
    "Host headers: names, addresses, ports",
)
QUERIES: Final = WayIn(
    strategies.dictionaries(
        strategies.sampled_from([*recipe_form.HELP, "preset", "recipe", "present"])
        | strategies.text(min_size=1, max_size=9),
        strategies.text(max_size=30)
        | strategies.integers(0, 20_000).map(str)
        | strategies.sampled_from([*ODD_TEXTS, *recipes.RECIPES, *presets.PRESETS]),
        max_size=5,
    ),
    _take_query,
    (),
    (query_params, recipe_form),
    "values of the Train page's form, numbers of all kinds",
)
CANVASES: Final = WayIn(
    strategies.deferred(_canvases),
    _take_canvas,
    (DrawingError,),
    (canvas_message, canvas_state),
    "strokes and PNG of a canvas",
)
