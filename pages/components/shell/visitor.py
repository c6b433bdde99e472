"""Which visitor this is, so that only who started a run may end it, and their desk.

Streamlit forgets a visitor who reloads the page. So the browser keeps two ids and says
them: that of the visitor, the same for all tabs, and that of the desk in this tab
(`pages.components.shell.visitor_state`). Where it may keep nothing, the session's own ids count.
"""

import os
import secrets
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

LOCAL = ("localhost", "127.0.0.1", "::1")
PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")  # by a proxy, for another
KEPT: Final = ("visitor", "desk")
LONGEST: Final = 64  # characters; whatever a browser says is kept in memory

_identify = st.components.v2.component(
    "visitor",
    html="<div></div>",
    # The page leaves a gap around each element, and this one shows nothing.
    css="""
    .st-key-kept_visitor {
        position: absolute;
        width: 0;
    }
    """,
    js="""
    const places = { visitor: () => localStorage, desk: () => sessionStorage };

    export default function ({ data, setStateValue }) {
        const kept = {};
        for (const [what, place] of Object.entries(places)) {
            const name = "mnist-studio-" + what;
            try {
                if (!place().getItem(name)) place().setItem(name, data[what]);
                kept[what] = place().getItem(name);
            } catch {
                kept[what] = data[what]; // the browser may keep nothing
            }
        }
        const differs = Object.keys(kept).some((what) => kept[what] !== data[what]);
        if (differs) setStateValue("ids", kept);
    }
    """,
    isolate_styles=False,
)


def identify() -> None:
    """Have the browser say which visitor and desk this is; every run does, first."""
    _identify(
        key="kept_visitor",
        data={what: _id(what) for what in KEPT},
        on_ids_change=_note,
        height="content",
    )
    _note()  # a browser that was here before the server began says it, and no change


def me() -> str:
    """The visitor as runs keep it: nobody can read the id itself out of a run."""
    return sha256(_id("visitor").encode()).hexdigest()[:32]


def desk() -> str:
    """The id of the visitor's desk; who knows it gets at what is kept there."""
    return _id("desk")


def is_local() -> bool:
    """Whether the visitor sits at the server itself."""
    if st.context.ip_address is not None:
        return False
    headers = st.context.headers
    if "Host" not in headers:  # who has gone meanwhile has no address either
        return False
    if any(name in headers for name in PASSED_ON):
        return False
    url = st.context.url
    return url is None or urlsplit(url).hostname in LOCAL


def may_train() -> bool:
    """Whether the visitor may start trainings, and change what others get.

    With MNIST_READ_ONLY set, only who sits at the server may: others draw and watch.
    """
    return is_local() or os.environ.get("MNIST_READ_ONLY", "0") in ("", "0")


def may_end(starter: str | None) -> bool:
    """Whether the visitor may steer, end or delete the run that `starter` started."""
    return is_local() or (may_train() and starter == me())


def _id(what: str) -> str:
    key = f"{what}_id"
    if key not in st.session_state:
        st.session_state[key] = secrets.token_urlsafe()
    return st.session_state[key]


def _note() -> None:
    """Go by the ids that the browser kept."""
    said = (st.session_state.get("kept_visitor") or {}).get("ids")
    for what in KEPT:
        kept = said.get(what) if isinstance(said, dict) else None
        if isinstance(kept, str) and 0 < len(kept) <= LONGEST:
            st.session_state[f"{what}_id"] = kept
