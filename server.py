"""Serve the app to who asks for it, and beside its pages what they fetch: weights.

streamlit run server.py
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit import net_util

from pages.components.shared import packed_model
from pages.components.shell.gate import Gate

# At its start, and whenever a browser comes by an address that it does not know,
# Streamlit asks a server outside for this machine's address there. Where no answer
# comes, as in a classroom without internet, that held everything up for 2.0 s.
net_util.get_external_ip = lambda: None

app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[packed_model.ROUTE],
    middleware=[Middleware(Gate)],
)
