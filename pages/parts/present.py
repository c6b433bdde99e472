"""Present mode: for a projector. No controls, and all of it larger.

It is kept in the address, so that a link opens it, and over page changes.
"""

import streamlit as st

KEY = "present"
# Everything on the pages is measured in root ems: one rule makes all of it larger. The
# wider the screen, the larger, so that it reads alike on every projector.
LARGER = """
<style>
    @media (min-width: 900px) { :root { font-size: clamp(18px, 1.35vw, 36px); } }
</style>
"""


def is_on() -> bool:
    """Whether the visitor presents."""
    in_address = st.query_params.get(KEY) == "true"  # until the switch is there
    return bool(st.session_state.get(KEY, in_address))


def switch() -> None:
    """Let the visitor switch it on and off; make all larger while it is on."""
    st.toggle(
        "Present",
        key=KEY,
        bind="query-params",
        help="For a projector: hides the controls, and makes all else larger",
    )
    if is_on():
        st.html(LARGER)
