"""What visitors have before them: their drawings, what they gave, and their verdicts.

Streamlit forgets it with the session. But a phone that locks, reloads or loses the
network may come back as a new one. So each tab of a browser has a desk in the server's
memory, by an id which the browser keeps (`pages.components.shell.visitor`) and nobody can guess.
The desks go with the server; nothing is written to a disk.
"""

import copy
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

import streamlit as st

from mnist_core.models import registry
from pages.components.shared import canvas_state
from pages.components.shared.feedback_store import Feedback
from pages.components.shell import visitor

T = TypeVar("T")
MOST_DESKS: Final = 500
MOST_BYTES: Final = 300_000_000  # of all desks together
CONTENT_KEYS: Final = (
    "sketches",
    "verdicts",
    "given_uploader",
    "given_camera",
    "given_digit",
    "offer_chosen",
    "offers",
    "to_watch",
)
"""What the visitor made or gave, by its name in the session."""
SETTING_KEYS: Final = ("way", "colours", "brush", "model", "canvas_number")
"""How the visitor has it set up: the same drawing gets the same answer."""


@dataclass(frozen=True)
class VisitorState:
    """What lies on a desk, by its name in the session."""

    things: dict[str, Any]

    @cached_property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        given = [thing for name, thing in self.things.items() if "given" in name]
        return (
            sum(state.size for state in self.things.get("sketches", []))
            + sum(len(verdict.png) for verdict in self.verdicts)
            + sum(len(each.data) for each in given if each)
        )

    @property
    def verdicts(self) -> list[Feedback]:
        """What the visitor said about the answers."""
        return list(self.things.get("verdicts", {}).values())


class VisitorStates:
    """Desks by their ids, a limited number; the least recently used one goes first."""

    def __init__(self, *, most: int = MOST_DESKS, most_bytes: int = MOST_BYTES) -> None:
        self.clearings = 0  # how often all of them were cleared
        self._most, self._most_bytes = most, most_bytes
        self._desks: OrderedDict[str, VisitorState] = OrderedDict()
        self._lock = threading.Lock()  # each visitor has a thread

    def get(self, desk_id: str) -> VisitorState | None:
        """What lies there."""
        with self._lock:
            return self._desks.get(desk_id)

    def put(self, desk_id: str, desk: VisitorState, *, clearings: int) -> bool:
        """Have this lie there; False where they were cleared after this many times."""
        with self._lock:
            if clearings != self.clearings:
                return False
            self._desks[desk_id] = desk
            self._desks.move_to_end(desk_id)
            while len(self._desks) > 1 and self._is_full():
                self._desks.popitem(last=False)
            return True

    def drop(self, desk_id: str) -> None:
        """Forget this one."""
        with self._lock:
            self._desks.pop(desk_id, None)

    def all(self) -> list[VisitorState]:
        """Every desk there is."""
        with self._lock:
            return list(self._desks.values())

    def clear(self, keep: Callable[[list[VisitorState]], T]) -> T:
        """Clear all desks, once `keep` has got what lies there; not where it fails.

        Returns:
            What `keep` does.
        """
        with self._lock:
            kept = keep(list(self._desks.values()))
            self._desks.clear()
            self.clearings += 1
            return kept

    def _is_full(self) -> bool:
        if len(self._desks) > self._most:
            return True
        return sum(desk.size for desk in self._desks.values()) > self._most_bytes


_all_states = (
    VisitorStates()
)  # in no cache of Streamlit's: any browser may ask to have those cleared


def all_states() -> VisitorStates:
    """The desks of all visitors."""
    return _all_states


def restore() -> None:
    """Find again what the visitor had; before anything else is on the page."""
    here = visitor.desk(), all_states().clearings
    before = st.session_state.get("seated", ("", here[1]))
    st.session_state.seated = here
    if before[1] != here[1]:
        _clear()
    elif before[0] != here[0]:
        all_states().drop(before[0])  # until the browser said which one it is
        _find(here[0])


def save() -> None:
    """Keep what the visitor has now; after whatever a stroke or a click changes."""
    session = st.session_state
    things = {
        name: session[name] for name in CONTENT_KEYS + SETTING_KEYS if name in session
    }
    if things.get("model") == registry.default().name:
        del things["model"]  # no choice of theirs: another may be chosen for all
    desk_id, clearings = session.seated
    if not all_states().put(
        desk_id, VisitorState(_copied(things)), clearings=clearings
    ):
        st.rerun()  # everybody's was cleared meanwhile


def _find(desk_id: str) -> None:
    if desk := all_states().get(desk_id):
        st.session_state.update(_copied(desk.things))
        canvas_state.renew()


def _clear() -> None:
    for name in CONTENT_KEYS:
        st.session_state.pop(name, None)
    canvas_state.renew()


def _copied(things: dict[str, Any]) -> dict[str, Any]:
    """The same things, in lists of their own: a tab may be there twice."""
    return {name: copy.copy(thing) for name, thing in things.items()}
