"""Which visitor this is, so that only who started a run may end it.

Streamlit forgets a visitor who reloads the page. So the browser keeps an id, the same
for all its tabs, and says it. Where it may keep nothing, the session's own id counts.
"""

import secrets
from hashlib import sha256
from urllib.parse import urlsplit

import streamlit as st

LOCAL = ("localhost", "127.0.0.1", "::1")
PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")  # by a proxy, for another

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
    export default function ({ data, setStateValue }) {
        let kept = data.known;
        try {
            if (!localStorage.getItem(data.name)) localStorage.setItem(data.name, kept);
            kept = localStorage.getItem(data.name);
        } catch {
            return; // the browser may keep nothing
        }
        if (kept !== data.known) setStateValue("id", kept);
    }
    """,
    isolate_styles=False,
)


def identify() -> None:
    """Have the browser say which visitor this is; every page does, once."""
    _identify(
        key="kept_visitor",
        data={"name": "mnist-studio-visitor", "known": _id()},
        on_id_change=_note,
        height="content",
    )


def me() -> str:
    """The visitor as runs keep it: nobody can read the id itself out of a run."""
    return sha256(_id().encode()).hexdigest()[:32]


def is_local() -> bool:
    """Whether the visitor sits at the server itself."""
    if st.context.ip_address is not None:
        return False
    if any(name in st.context.headers for name in PASSED_ON):
        return False
    url = st.context.url
    return url is None or urlsplit(url).hostname in LOCAL


def may_end(starter: str | None) -> bool:
    """Whether the visitor may stop or delete the run that `starter` started."""
    return starter == me() or is_local()


def _id() -> str:
    if "visitor" not in st.session_state:
        st.session_state.visitor = secrets.token_urlsafe()
    return st.session_state.visitor


def _note() -> None:
    kept = st.session_state.kept_visitor.get("id")
    if isinstance(kept, str) and kept:
        st.session_state.visitor = kept
