"""Present mode: for a projector. No controls, and all of it larger.

It is kept in the address, so that a link opens it, and over page changes.
"""

from pathlib import Path
from typing import Final

import streamlit as st

KEY: Final = "present"
STYLE: Final = Path(__file__).parent / "present.css"


def is_on() -> bool:
    """Return whether the visitor presents."""
    in_address = st.query_params.get(KEY) == "true"  # until the switch is there
    return bool(st.session_state.get(KEY, in_address))


def switch() -> None:
    """Let the visitor switch it on and off; make all larger while it is on."""
    st.toggle(
        "Present",
        key=KEY,
        bind="query-params",
        help="For a projector: on the Draw and Train pages it hides the controls, "
        "and it makes all else larger.",
    )
    if is_on():
        st.html(STYLE)
