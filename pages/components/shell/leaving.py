"""Go to another page by a button, once nothing on this page can ask for it any more.

leaving.to("pages/draw.py")    # in the button's callback
leaving.go()                   # in app.py, before anything else is shown

A part of a page that runs again and again may ask for that while the server is on its
way to another page. Then the browser is told that it is on the old page still, and is
shown that one without the part: an empty page. So the page is left in two steps. In the
first it has no parts, and the browser says when it has heard of that.
"""

from typing import Final, NoReturn

import streamlit as st

from pages.components.shared.session import SessionValue

_TARGET: Final = SessionValue[str]("leaving_to", lambda: "")

_leaving = st.components.v2.component(
    "leaving",
    html="<div></div>",
    js="export default ({ setTriggerValue }) => setTriggerValue('left', true);",
)


def to(page: str) -> NoReturn:
    """Go to a page, given by its file; the last thing that a callback does."""
    _TARGET.set(page)
    st.rerun()  # all of the app, where the button is in a part that runs by itself


def go() -> None:
    """Go where the visitor is to go, if anywhere; then nothing else is shown."""
    target = _TARGET.get()
    if not target:
        return
    if _leaving(key="leaving", on_left_change=lambda: None).left:
        _TARGET.set("")
        st.switch_page(target)
    st.stop()
