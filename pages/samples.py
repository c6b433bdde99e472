"""The digits, and where the chosen model fails at them."""

import streamlit as st

from pages.parts import frame, grid, mistakes, mnist, room

frame.ensure(__file__)

st.title("Samples")
dataset = mnist.get()
mistakes.lead_to(dataset)
grid.show(dataset)
mistakes.show(dataset)
room.measure()
