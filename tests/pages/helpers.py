"""Read what a page shows, and draw on its canvas, in the test's own process."""

import io
import json
from typing import Any

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.components.shared.canvas_state import CanvasState


def page_text(app: AppTest) -> str:
    """Return all that the page says in text, the answer among it."""
    kinds = ("title", "markdown", "caption", "info", "warning", "error", "html")
    texts = [
        str(getattr(element, "value", None) or getattr(element, "body", ""))
        for kind in kinds
        for element in app.get(kind)
    ]
    return "\n".join([*texts, *props(app, "lines")])


def answer_text(app: AppTest) -> str:
    """Return the answer, large."""
    return "".join(ring["digit"] for ring in props(app, "rings"))


def props(app: AppTest, name: str) -> Any:
    """Return what one of the page's components was sent by this name, or []."""
    sent = [json.loads(c.proto.json or "null") for c in app.get("bidi_component")]
    return next((data[name] for data in sent if data and name in data), [])


def component_props(app: AppTest, key: str) -> dict[str, Any] | None:
    """Return all that the component with this key was sent, or None without it."""
    for component in app.get("bidi_component"):
        if f"-{key}" in component.proto.id:
            data = json.loads(component.proto.json)
            return {name: data[name] for name in data if name != "sent"}
    return None


def button(app: AppTest, label: str) -> Any:
    """Return the button that is called this."""
    return next(button for button in app.button if button.label == label)


def png(pixels: np.ndarray) -> bytes:
    """Return pixels as a PNG file's bytes."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def on_canvas(pixels: np.ndarray) -> CanvasState:
    """Return what the canvas leaves after strokes that make these pixels."""
    stroke = {"type": "path", "stroke": "#ffffff", "top": int(pixels.sum())}
    return CanvasState({"objects": [stroke]}, png(pixels))


def upright_strokes(count: int = 1, *, height: int = 160) -> CanvasState:
    """Return a drawing of so many upright strokes."""
    pixels = np.zeros((280, 640), np.uint8)
    for place in range(count):
        pixels[60 : 60 + height, 60 + 90 * place : 80 + 90 * place] = 255
    return on_canvas(pixels)
