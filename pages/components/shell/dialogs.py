"""Which dialog is open: one at a time, and it stays open when the page runs again."""

import streamlit as st

KEY = "dialog"


def open_button(name: str, label: str, *, icon: str, help: str) -> bool:
    """A button that opens the dialog of this name; whether that is open."""
    st.button(label, key=name, icon=icon, help=help, on_click=_open, args=(name,))
    return is_open(name)


def is_open(name: str) -> bool:
    """Whether the dialog of this name is open."""
    return st.session_state.get(KEY) == name


def close() -> None:
    """Have none open."""
    st.session_state.pop(KEY, None)


def _open(name: str) -> None:
    st.session_state[KEY] = name
