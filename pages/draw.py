"""Give a digit or a number; the chosen model says which one it is."""

import streamlit as st

from mnist_core.errors import DrawingError, ModelDamaged
from pages.parts import desk, frame, present
from pages.parts.draw import answer, canvas, framing, judge, places, reading, saw, ways

frame.ensure(__file__)

INPUTS = {
    ways.DRAW: canvas.draw,
    ways.UPLOAD: ways.upload,
    ways.CAMERA: ways.camera,
    ways.MNIST: ways.mnist,
}


@st.fragment
def draw() -> None:
    """What is given, and the answer: a stroke runs these again, not the whole page."""
    place = places.lay_out(canvas.size()[0])
    with place.ways:
        way = ways.DRAW if present.is_on() else ways.choose()
    with place.input:
        given = INPUTS[way]()
        desk.keep()  # before the answer: who has seen it can come back to it
        seen = look(given)
    found = seen if seen and seen.parts else None
    picked = answer.pick(found)
    with place.answer:
        if found:
            answer.show(found, picked, corrected=judge.corrected(found))
        else:
            answer.show_nothing(ways.NOTHING_FOUND if seen else ways.ASKS[way])
    with place.digits:
        answer.show_digits(found, picked)
    if not present.is_on():
        with place.verdict:
            judge.ask(found)
        with place.framing:
            framing.show(found, picked)
    saw.show(found, picked)  # last: nothing waits for it


def look(given: ways.Given | None) -> reading.Seen | None:
    """What the network reads, or None with a word about why not."""
    if given is None:
        return None
    try:
        seen = reading.look(given)
    except DrawingError as error:
        st.error(f"This file cannot be used: {error}.")
    except ModelDamaged as error:
        st.error(f"{error} Choose another model above, or train one.")
    else:
        if not seen.parts:
            st.info(ways.HINT, icon=":material/lightbulb:")
        return seen
    return None


draw()
