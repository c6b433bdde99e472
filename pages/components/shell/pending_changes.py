"""Keep what a visitor changed last, though they leave the page at once.

pending_changes.install()    in server.py

What is changed on a page waits while that page still runs: a stroke, say, while the one
before is read. Where another page is asked for meanwhile, Streamlit stops the run, and
forgets what waited for it.
"""

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType


def install() -> None:
    """Have each request take along what waits, unless it says something newer."""
    request = AppSession.request_rerun

    def request_rerun(session: AppSession, client_state: ClientState | None) -> None:
        if client_state and (waiting := _waiting(session)):
            sent = client_state.widget_states.widgets
            known = {each.id for each in sent}
            sent.extend(each for each in waiting.widgets if each.id not in known)
        request(session, client_state)

    AppSession.request_rerun = request_rerun  # type: ignore[assignment, method-assign]


def _waiting(session: AppSession) -> WidgetStates | None:
    """Return what waits for the end of the run in progress."""
    requests = session._scriptrunner and session._scriptrunner._requests
    if not requests or requests._state is not ScriptRequestType.RERUN:
        return None
    return requests._rerun_data.widget_states
