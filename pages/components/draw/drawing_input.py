"""What the visitor gives the network to read, and what it reads in it.

method = drawing_input.choose_method()
drawing = drawing_input.get(method)
recognition, prompt = drawing_input.recognize(drawing, method)
"""

import logging
from collections.abc import Callable
from typing import Final

import streamlit as st

from mnist_core.errors import DrawingError, ModelDamaged
from pages.components.draw import canvas
from pages.components.shared import formatting, inputs, recognition
from pages.components.shared.inputs import DrawingInput, Method
from pages.components.shared.recognition import Recognition
from pages.components.shell import present

LOG: Final = logging.getLogger(__name__)
METHODS: Final[dict[Method, Callable[[], DrawingInput | None]]] = {
    inputs.CANVAS: canvas.draw,
    inputs.PICTURE: inputs.upload,
    inputs.CAMERA: inputs.camera,
    inputs.MNIST_DIGIT: inputs.mnist,
}


def choose_method() -> Method:
    """Let the visitor choose how to give a digit; in Present mode it is drawn."""
    return inputs.CANVAS if present.is_on() else inputs.choose()


def get(method: Method) -> DrawingInput | None:
    """Let the visitor give a digit or a number; None while there is none."""
    return METHODS[method]()


def recognize(
    drawing: DrawingInput | None, method: Method
) -> tuple[Recognition | None, str]:
    """Read a drawing, and say on the page why where that cannot be done.

    Args:
        drawing: what was given, if anything.
        method: how it was given.

    Returns:
        What the network reads, or None where it finds no digit; and what to say
        instead of an answer then.
    """
    found = _recognize(drawing) if drawing else None
    if found is None:
        return None, inputs.PROMPTS[method]
    if not found.parts:
        st.info(inputs.HINT, icon=":material/lightbulb:")
        return None, inputs.NOTHING_FOUND
    return found, ""


def _recognize(drawing: DrawingInput) -> Recognition | None:
    try:
        return recognition.recognize(drawing)
    except DrawingError as error:
        LOG.info("a picture was refused: %s", error)
        st.error(f"This file cannot be used: {error}.")
    except ModelDamaged as error:
        st.error(f"{formatting.plain(error)} Choose another model above, or train one.")
    return None
