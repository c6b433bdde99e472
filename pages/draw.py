"""Give a digit or a number; the chosen model says which one it is."""

import streamlit as st

from mnist_core.errors import DrawingError, ModelDamaged
from pages.components.draw import answer, canvas, feedback, framing_strip, layout
from pages.components.shared import explanations, inputs, recognition
from pages.components.shell import app_shell, present, visitor_state

app_shell.ensure(__file__)

INPUTS = {
    inputs.DRAW: canvas.draw,
    inputs.UPLOAD: inputs.upload,
    inputs.CAMERA: inputs.camera,
    inputs.MNIST: inputs.mnist,
}


@st.fragment
def draw() -> None:
    """What is given, and the answer: a stroke runs these again, not the whole page."""
    place = layout.lay_out(canvas.size()[0])
    with place.ways:
        way = inputs.DRAW if present.is_on() else inputs.choose()
    with place.input:
        given = INPUTS[way]()
        visitor_state.save()  # before the answer: who has seen it can come back to it
        seen = look(given)
    found = seen if seen and seen.parts else None
    picked = answer.pick(found)
    with place.answer:
        if found:
            answer.show(found, picked, corrected=feedback.corrected(found))
        else:
            answer.show_nothing(inputs.NOTHING_FOUND if seen else inputs.ASKS[way])
    with place.digits:
        answer.show_digits(found, picked)
    if not present.is_on():
        with place.verdict:
            feedback.ask(found)
        with place.framing:
            framing_strip.show(found, picked)
    explanations.show(found, picked)  # last: nothing waits for it


def look(given: inputs.DrawingInput | None) -> recognition.Recognition | None:
    """What the network reads, or None with a word about why not."""
    if given is None:
        return None
    try:
        seen = recognition.recognize(given)
    except DrawingError as error:
        st.error(f"This file cannot be used: {error}.")
    except ModelDamaged as error:
        st.error(f"{error} Choose another model above, or train one.")
    else:
        if not seen.parts:
            st.info(inputs.HINT, icon=":material/lightbulb:")
        return seen
    return None


draw()
