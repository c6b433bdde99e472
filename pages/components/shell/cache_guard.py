"""Caches are everybody's: only the host's browser may have them cleared.

cache_guard.install()                              in server.py
cache_guard.MAY_CLEAR.set(visitor.is_host())      in app.py, in every run
"""

from typing import Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.app_session import AppSession

from pages.components.shared.session import SessionValue

MAY_CLEAR: Final = SessionValue[bool]("may_clear_caches", lambda: False)


def install() -> None:
    """Drop what other browsers ask for; Streamlit would clear everybody's caches."""
    handle = AppSession.handle_backmsg

    def handle_allowed(session: AppSession, message: BackMsg) -> None:
        if message.WhichOneof("type") != "clear_cache" or _may_clear(session):
            handle(session, message)

    AppSession.handle_backmsg = handle_allowed  # type: ignore[assignment, method-assign]


def _may_clear(session: AppSession) -> bool:
    # Here no page runs, so that only what its last run has left can be asked.
    try:
        return bool(session.session_state[MAY_CLEAR.key])
    except KeyError:
        return False
