"""Have a browser get every run whole, or not at all.

whole_runs.install()    in server.py

A run reaches the browser in parts, each with its place on the page. Where Streamlit
leaves some of them out, the next ones have places that are not there: its part in the
browser breaks down over them ("Bad delta path index"), and the page becomes empty.
"""

from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager


def install() -> None:
    """Mend the three places where Streamlit leaves parts of a run out."""
    _begin_anew_on_a_new_line()
    _deliver_what_has_ended()
    _keep_what_waits()


def _begin_anew_on_a_new_line() -> None:
    """Drop what is left of an interrupted run when its visitor is back.

    A phone may lose its line in the midst of a run, and what was on its way is lost.
    The rest would come on the next line, before the run that the browser asks for.
    """
    connect = WebsocketSessionManager.connect_session

    def connect_afresh(
        manager: WebsocketSessionManager, *arguments: Any, **options: Any
    ) -> str:
        session_id = connect(manager, *arguments, **options)
        if info := manager.get_active_session_info(session_id):
            info.session.flush_browser_queue()
            # What runs was told to stop when the line broke; no more is heard of it.
            info.session._scriptrunner = None
        return session_id

    WebsocketSessionManager.connect_session = connect_afresh  # type: ignore[assignment, method-assign]


def _deliver_what_has_ended() -> None:
    """Deliver the last parts of a run, though a fragment was asked for meanwhile.

    A run that has just ended cannot take that fragment along, so it gets a runner of
    its own. Of the runner before, Streamlit then ignores whatever is still on its way.
    """
    request, handle = (
        AppSession.request_rerun,
        AppSession._handle_scriptrunner_event_on_event_loop,
    )

    def request_rerun(session: AppSession, client_state: ClientState | None) -> None:
        before = session._scriptrunner
        request(session, client_state)
        if client_state and client_state.fragment_id and before:
            before.has_ended = before is not session._scriptrunner  # type: ignore[attr-defined]

    def handle_event(
        session: AppSession,
        sender: ScriptRunner | None,
        event: ScriptRunnerEvent,
        *arguments: Any,
        **options: Any,
    ) -> None:
        is_over = event == ScriptRunnerEvent.SHUTDOWN or session._scriptrunner is None
        if getattr(sender, "has_ended", False) and not is_over:
            sender = session._scriptrunner
        handle(session, sender, event, *arguments, **options)

    AppSession.request_rerun = request_rerun  # type: ignore[assignment, method-assign]
    AppSession._handle_scriptrunner_event_on_event_loop = handle_event  # type: ignore[assignment, method-assign]


def _keep_what_waits() -> None:
    """Keep what waits for a slow browser, though a fragment of it runs once more.

    Streamlit would leave out what it waits for of that fragment, which leaves a gap in
    the run around it, and keeps what does not name the fragment: fragments inside of
    it, and what the browser has cached and only needs to be reminded of.
    """
    clear = AppSession._clear_queue

    def clear_queue(session: AppSession, fragments: list[str] | None = None) -> None:
        if fragments is None:
            clear(session)
        else:  # no part of the new run may take the place of an older one's
            session._browser_queue._delta_index_map = {}

    AppSession._clear_queue = clear_queue  # type: ignore[assignment, method-assign]
