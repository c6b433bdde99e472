"""Begin anew on a line that takes the place of one that broke.

resuming.install()    in server.py

A phone may lose its line in the midst of a run, and what was on its way is lost. Then
Streamlit would send the rest on the next line, before the run that the browser asks
for: parts of a page whose places are not there, over which the browser's part of
Streamlit breaks down, and the page becomes empty.
"""

from typing import Any

from streamlit.runtime.websocket_session_manager import WebsocketSessionManager


def install() -> None:
    """Drop what is left of an interrupted run when its visitor is back."""
    connect = WebsocketSessionManager.connect_session

    def connect_afresh(
        manager: WebsocketSessionManager, *arguments: Any, **options: Any
    ) -> str:
        session_id = connect(manager, *arguments, **options)
        if info := manager.get_active_session_info(session_id):
            info.session.flush_browser_queue()
        return session_id

    WebsocketSessionManager.connect_session = connect_afresh  # type: ignore[assignment, method-assign]
