"""The digits, and where the chosen model fails at them."""

import streamlit as st

from pages.components.samples import grid, mistakes
from pages.components.shared import mnist
from pages.components.shell import app_shell, visitor

app_shell.ensure(__file__)

st.title("Samples")
dataset = mnist.get(may_stop=visitor.is_host())
mistakes.show_link(dataset)
grid.show(dataset)
mistakes.show(dataset)
