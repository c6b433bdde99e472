"""Run app.py around a page that was opened without it.

app_shell.ensure(__file__)    # first thing on each page
"""

from typing import Final

import streamlit as st

from pages.components.shared.session import SessionValue

_IS_RUNNING: Final = SessionValue[bool]("in_app_shell", lambda: False)


def enter() -> None:
    """Say that app.py runs the page that comes next."""
    _IS_RUNNING.set(True)


def ensure(page: str) -> None:
    """Run app.py around the page, given by its file, if it is not running already.

    Until some visitor has run app.py, Streamlit serves an address such as /train by the
    rules for a pages folder, which know nothing of app.py. A call of st.navigation ends
    that. The default page has no address of its own, so the page must not be the
    default, or Streamlit says that its address was not found.
    """
    if not _IS_RUNNING.pop():
        other = st.Page(lambda: None, title="App", url_path="app", default=True)
        st.navigation([other, st.Page(page)], position="hidden")
        st.rerun()
