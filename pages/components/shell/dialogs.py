"""Which dialog is open: one at a time, and it stays open when the page runs again."""

from typing import Final

import streamlit as st

from pages.components.shared.session import SessionValue

_OPEN: Final = SessionValue[str | None]("dialog", lambda: None)  # its name


def open_button(name: str, label: str, *, icon: str, help: str) -> bool:
    """Show a button that opens the dialog of this name; return whether it is open."""
    st.button(label, key=name, icon=icon, help=help, on_click=_OPEN.set, args=(name,))
    return is_open(name)


def is_open(name: str) -> bool:
    """Return whether the dialog of this name is open."""
    return _OPEN.get() == name


def close() -> None:
    """Close whichever dialog is open."""
    _OPEN.set(None)
