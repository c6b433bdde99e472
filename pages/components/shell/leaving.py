"""Go to another page by a button, once nothing on this page can ask for it any more.

leaving.to("pages/draw.py")    # in the button's callback
if not leaving.go():           # in app.py, before anything else is shown

A part of a page that runs again and again may ask for that while the server is on its
way to another page. Then the browser is told that it is on the old page still, and is
shown that one without the part: an empty page. So the page is left in two steps. In the
first it has no parts, and the browser says when it has heard of that.

The first step has to run to its end. Only then does the server forget the parts; where
it was stopped, a part that was asked for before would run once more, into a page that
has no place for it, and the browser's part of Streamlit would break down over that.
"""

from typing import Final, NoReturn

import streamlit as st

from pages.components.shared.session import SessionValue

_TARGET: Final = SessionValue[str]("leaving_to", lambda: "")
_HAS_HEARD: Final = SessionValue[bool]("leaving_heard", lambda: False)

_leaving = st.components.v2.component(
    "leaving",
    html="<div></div>",
    js="export default ({ setTriggerValue }) => setTriggerValue('left', true);",
)


def to(page: str) -> NoReturn:
    """Go to a page, given by its file; the last thing that a callback does."""
    _TARGET.set(page)
    st.rerun()  # all of the app, where the button is in a part that runs by itself


def go() -> bool:
    """Go where the visitor is to go; return whether they are on their way.

    Then nothing else is to be shown.
    """
    target = _TARGET.get()
    if not target:
        return False
    _leaving(key="leaving", on_left_change=_on_left)
    if _HAS_HEARD.pop():
        _TARGET.set("")
        st.switch_page(target)
    return True


def _on_left() -> None:
    """Remember it: whatever else the browser reports may cut this run short."""
    _HAS_HEARD.set(True)
