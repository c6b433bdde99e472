"""Which visitor this is, so that only who started a run may end it.

Streamlit forgets a visitor who reloads the page. So the browser keeps two ids and
reports them: that of the visitor, the same for all tabs, and that of the state of this
tab (`pages.components.shell.visitor_state`). Where it may keep nothing, the session's
own ids count.
"""

import logging
import os
import secrets
from hashlib import sha256
from typing import Final, TypedDict

import streamlit as st

from pages.components.shared import component
from pages.components.shared.loopback import host_name, is_loopback
from pages.components.shared.session import SessionValue
from pages.components.shell import host_key

# What a proxy adds: who comes through one sits elsewhere.
PROXY_HEADERS: Final = (
    *("Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port"),
    *("X-Forwarded-Server", "CF-Connecting-IP", "CF-Ray", "True-Client-IP"),
)
MAX_LENGTH: Final = 64  # characters; whatever a browser reports is kept in memory
KEY: Final = "browser_ids"

LOG: Final = logging.getLogger(__name__)

_HAS_COME: Final = SessionValue[bool]("visitor_has_come", lambda: False)
_VISITOR_ID: Final = SessionValue[str]("visitor_id", secrets.token_urlsafe)
_STATE_ID: Final = SessionValue[str]("visitor_state_id", secrets.token_urlsafe)

_browser_ids = component.define(
    "browser_ids",
    html="<div></div>",
    js="""
    const storages = { visitor: () => localStorage, state: () => sessionStorage };
    const names = {
        visitor: "mnist-studio-visitor",
        state: "mnist-studio-visitor-state",
    };

    export default function ({ data, setStateValue }) {
        const ids = {};
        for (const [which, storage] of Object.entries(storages)) {
            const name = names[which];
            try {
                if (!storage().getItem(name)) storage().setItem(name, data[which]);
                ids[which] = storage().getItem(name);
            } catch {
                ids[which] = data[which]; // the browser may keep nothing
            }
        }
        const differ = Object.keys(ids).some((which) => ids[which] !== data[which]);
        if (differ) setStateValue("ids", ids);
    }
    """,
    isolate_styles=False,
)


class Props(TypedDict):
    """What the browser is sent: the ids that the session goes by."""

    visitor: str
    state: str


def identify() -> None:
    """Have the browser report visitor and state; first thing in every run."""
    if not _HAS_COME.get():
        _HAS_COME.set(True)
        where = "this machine" if is_local() else "the network"
        LOG.info("a visitor came from %s", where)
    props: Props = {"visitor": _VISITOR_ID.get(), "state": state_id()}
    _browser_ids(key=KEY, data=props, on_ids_change=_on_ids, height="content")
    _on_ids()  # a browser that was here before the server started reports no change


def id_hash() -> str:
    """Return the visitor as runs name them: nobody can read the id itself out of it."""
    return sha256(_VISITOR_ID.get().encode()).hexdigest()[:32]


def state_id() -> str:
    """Return the id of the visitor's state; who knows it gets at what is kept there."""
    return _STATE_ID.get()


def is_local() -> bool:
    """Return whether the visitor sits at the server itself."""
    if st.context.ip_address is not None:
        return False
    headers = st.context.headers
    if any(name in headers for name in PROXY_HEADERS):
        return False
    return _has_own_page() and is_loopback(host_name(headers.get("Host")))


def is_host() -> bool:
    """Return whether the visitor sits at the server, or has shown its key."""
    return is_local() or (_has_own_page() and host_key.was_shown())


def may_train() -> bool:
    """Return whether the visitor may start trainings, and change what others get.

    With MNIST_READ_ONLY set, only the host may: others draw and watch.
    """
    return is_host() or os.environ.get("MNIST_READ_ONLY", "0") in ("", "0")


def may_end(starter: str | None) -> bool:
    """Return whether the visitor may steer, end or delete the run `starter` started."""
    return is_host() or (may_train() and starter == id_hash())


def parse_event(event: object, name: str) -> str | None:
    """Return the id that the browser reported, or None unless it can be one."""
    match event:
        case {"ids": {**ids}}:
            found = ids.get(name)
            if isinstance(found, str) and 0 < len(found) <= MAX_LENGTH:
                return found
    return None


def _has_own_page() -> bool:
    """Return whether the page in the visitor's browser is one of this server.

    One from another port may connect, too, and cookies know no ports. Who has gone
    meanwhile has neither header. What a page says its address is does not count, as any
    page may say so.
    """
    host, origin = (st.context.headers.get(name) for name in ("Host", "Origin"))
    return host is not None and origin in (f"http://{host}", f"https://{host}")


def _on_ids() -> None:
    """Go by the ids that the browser kept."""
    event = st.session_state.get(KEY)
    if visitor := parse_event(event, "visitor"):
        _VISITOR_ID.set(visitor)
    if state := parse_event(event, "state"):
        _STATE_ID.set(state)
