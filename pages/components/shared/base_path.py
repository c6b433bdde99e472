"""The path under which the app is, where that is not the root of its address."""

import streamlit as st


def base_path() -> str:
    """Return it as what comes before each path: "" or, say, "/mnist"."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
