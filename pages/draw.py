"""Give a digit or a number; the chosen model says which one it is."""

import streamlit as st

from pages.components.draw import (
    answer,
    comparison,
    drawing_input,
    feedback,
    first_steps,
    framing_strip,
    layout,
)
from pages.components.shared import cache, explanations, living_network
from pages.components.shell import app_shell, present, take_along, visitor_state

app_shell.ensure(__file__)


@st.fragment
def show() -> None:
    """Take a drawing and answer it: a stroke runs this again, not the whole page."""
    containers = layout.lay_out()
    with containers.method:
        method = drawing_input.choose_method()
    with containers.input:
        drawing = drawing_input.get(method)
        visitor_state.save()  # first: a visitor who has seen the answer may come back
        recognition, prompt = drawing_input.recognize(drawing, method)
    picked = answer.picked_digit(recognition)
    with containers.answer:
        comparison.show(drawing, recognition, picked=picked, prompt=prompt)
    with containers.digits:
        answer.show_digits(recognition, picked=picked)
    if not present.is_on():
        with containers.feedback:
            feedback.ask(recognition)
            first_steps.show(recognition)
        with containers.framing:
            framing_strip.show(recognition, picked=picked)
            take_along.show(cache.chosen_model())
    with containers.network:
        living_network.show(answer.image(recognition, picked), live=True)
    explanations.show(recognition, picked)  # last: nothing waits for it


show()
