"""The digits, and where the chosen model fails at them."""

import streamlit as st

from pages.parts import frame, mnist
from pages.parts.samples import grid, mistakes

frame.ensure(__file__)

st.title("Samples")
dataset = mnist.get()
mistakes.lead_to(dataset)
grid.show(dataset)
mistakes.show(dataset)
