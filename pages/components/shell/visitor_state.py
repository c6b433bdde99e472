"""What visitors have before them: their drawings, what they gave, and their feedback.

Streamlit forgets it with the session. But a phone that locks, reloads or loses the
network may come back as a new one. So each tab of a browser has a state in the server's
memory, by an id which the browser keeps (`pages.components.shell.visitor`) and nobody
can guess. Files keep it for a day, for a server that is started again; they are named
by a hash of the id, so that who reads the names does not know the ids.
"""

import copy
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeVar

import streamlit as st

from mnist_core.models import registry
from pages.components.shared import canvas_state
from pages.components.shared.canvas_state import CanvasState
from pages.components.shared.feedback_store import Feedback
from pages.components.shared.inputs import DrawingInput
from pages.components.shared.session import SessionValue
from pages.components.shell import visitor
from pages.components.shell.visitor_files import VisitorFiles
from pages.components.shell.visitor_json import FORMS

T = TypeVar("T")

MAX_STATES: Final = 500
MAX_BYTES: Final = 300_000_000  # of all states together
CONTENT_KEYS: Final = (
    "canvas_states",
    "feedback",
    "input_uploader",
    "input_camera",
    "input_digit",
    "input_digit_index",
    "input_shuffles",
    "chosen_probes",
)
"""What the visitor made or gave, by its key in the session."""

SETTING_KEYS: Final = ("input_method", "colours", "brush", "model", "canvas_number")
"""How the visitor has it set up: the same drawing gets the same answer."""


@dataclass(frozen=True)
class VisitorState:
    """What a visitor has, by its keys in the session, and where they come from."""

    values: dict[str, Any]
    address: str | None = None  # None for this machine, and whoever came by it

    @cached_property
    def size(self) -> int:
        """Return about how many bytes of memory it takes."""
        return (
            sum(state.size for state in self.canvas)
            + sum(len(feedback.png) for feedback in self.feedback)
            + sum(len(drawing.data) for drawing in self.given)
        )

    @property
    def is_empty(self) -> bool:
        """Return whether the visitor made nothing, gave nothing and said nothing."""
        drawn = any(state.png for state in self.canvas)
        return not (drawn or self.feedback or self.given)

    @property
    def stored(self) -> dict[str, Any] | None:
        """Return what is written to a file, or None where it need not be."""
        if self.is_empty:
            return None
        return {key: self.values[key] for key in FORMS if key in self.values}

    @property
    def canvas(self) -> list[CanvasState]:
        """Return what the canvas showed, a state after each stroke."""
        return list(self.values.get("canvas_states", []))

    @property
    def feedback(self) -> list[Feedback]:
        """Return what the visitor said about the answers."""
        return list(self.values.get("feedback", {}).values())

    @property
    def given(self) -> list[DrawingInput]:
        """Return what the visitor gave by other ways than the canvas."""
        return [v for v in self.values.values() if isinstance(v, DrawingInput)]


class VisitorStates:
    """States by their ids, a limited number.

    When there is no room, empty ones go first, and then the oldest of the address that
    holds most: whoever takes much makes room for others. Nobody is refused, as a whole
    class may have one address.
    """

    def __init__(
        self, *, max_states: int = MAX_STATES, max_bytes: int = MAX_BYTES
    ) -> None:
        self.generation = 0  # grows when all of them are cleared
        self._max_states, self._max_bytes = max_states, max_bytes
        self._files = VisitorFiles()
        self._states: OrderedDict[str, VisitorState] = OrderedDict()
        self._lock = threading.Lock()  # each visitor has a thread

    def get(self, state_id: str) -> VisitorState | None:
        """Return the state of this id."""
        with self._lock:
            return self._states.get(_hash(state_id))

    def put(self, state_id: str, state: VisitorState, *, generation: int) -> bool:
        """Keep a state; return False where all were cleared since this generation."""
        with self._lock:
            if generation != self.generation:
                return False
            name = _hash(state_id)
            before = self._states.get(name)
            self._keep(name, state)
            if state.stored != (before and before.stored):
                self._files.put(name, state.stored)
            return True

    def remove(self, state_id: str) -> None:
        """Forget the state of this id."""
        with self._lock:
            if _hash(state_id) in self._states:
                self._remove(_hash(state_id))

    def load(self) -> None:
        """Keep what the files have; nobody knows any more who shared an address."""
        with self._lock:
            for name, values in self._files.load():
                self._keep(name, VisitorState(values, name))

    def flush(self) -> None:
        """Write to the files what is not yet written there."""
        self._files.flush()

    def all(self) -> list[VisitorState]:
        """Return every state there is."""
        with self._lock:
            return list(self._states.values())

    def clear(self, keep: Callable[[list[VisitorState]], T]) -> T:
        """Clear all states, once `keep` was given them; not where it raises.

        Returns:
            What `keep` returns.
        """
        with self._lock:
            kept = keep(list(self._states.values()))
            self._states.clear()
            self._files.clear()
            self.generation += 1
            return kept

    def _keep(self, name: str, state: VisitorState) -> None:
        self._states[name] = state
        self._states.move_to_end(name)
        while len(self._states) > 1 and self._is_full():
            self._remove(self._next_to_go(name))

    def _remove(self, name: str) -> None:
        if not self._states.pop(name).is_empty:
            self._files.put(name, None)

    def _is_full(self) -> bool:
        if len(self._states) > self._max_states:
            return True
        return sum(state.size for state in self._states.values()) > self._max_bytes

    def _next_to_go(self, newest: str) -> str:
        """Return whose state makes room for the newest one."""
        held: defaultdict[str | None, float] = defaultdict(float)
        for key, state in self._states.items():  # the oldest first
            if state.is_empty:
                return key
            held[state.address] += self._share(state)
        others = [key for key in self._states if key != newest]
        return max(others, key=lambda key: held[self._states[key].address])

    def _share(self, state: VisitorState) -> float:
        """Return what part of the room a state takes."""
        return max(1 / self._max_states, state.size / self._max_bytes)


class Restored(NamedTuple):
    """Which state the session was restored from."""

    state_id: str
    generation: int


# Not in a cache of Streamlit's: any browser may ask to have those cleared.
_all_states = VisitorStates()


def all_states() -> VisitorStates:
    """Return the states of all visitors."""
    return _all_states


_RESTORED: Final = SessionValue[Restored](
    "restored", lambda: Restored("", all_states().generation)
)


def restore() -> None:
    """Restore what the visitor had; before anything else is on the page."""
    now = Restored(visitor.state_id(), all_states().generation)
    last = _RESTORED.get()
    _RESTORED.set(now)
    if last.generation != now.generation:
        _clear()
    elif last.state_id != now.state_id:
        all_states().remove(last.state_id)  # until the browser said which one it is
        _restore(now.state_id)


def save() -> None:
    """Keep what the visitor has now; after whatever a stroke or a click changes."""
    keys = [key for key in CONTENT_KEYS + SETTING_KEYS if key in st.session_state]
    values = {key: st.session_state[key] for key in keys}
    if values.get("model") == registry.default().name:
        del values["model"]  # no choice of theirs: another may be chosen for all
    state_id, generation = _RESTORED.get()
    state = VisitorState(_copied(values), st.context.ip_address)
    if not all_states().put(state_id, state, generation=generation):
        st.rerun()  # everybody's was cleared meanwhile


def _restore(state_id: str) -> None:
    if state := all_states().get(state_id):
        st.session_state.update(_copied(state.values))
        canvas_state.renew()


def _clear() -> None:
    for key in CONTENT_KEYS:
        st.session_state.pop(key, None)
    canvas_state.renew()


def _copied(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values in lists of their own: a tab may be there twice."""
    return {key: copy.copy(value) for key, value in values.items()}


def _hash(state_id: str) -> str:
    return sha256(state_id.encode()).hexdigest()
