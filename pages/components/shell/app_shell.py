"""The way into the frame for a page that was opened without it."""

import streamlit as st


def ensure(page: str) -> None:
    """Run app.py around the page, given by its file, if it is not running already.

    Until some visitor has run app.py, Streamlit serves an address such as /train by the
    rules for a pages folder, which know nothing of app.py. A call of st.navigation ends
    that. The default page has no address of its own, so the page must not be the
    default, or Streamlit says that its address was not found.
    """
    if not st.session_state.pop("framed", False):
        other = st.Page(lambda: None, title="Frame", url_path="frame", default=True)
        st.navigation([other, st.Page(page)], position="hidden")
        st.rerun()
