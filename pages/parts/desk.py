"""What visitors have before them: their drawings, what they gave, and their verdicts.

Streamlit forgets it with the session. But a phone that locks, reloads or loses the
network may come back as a new one. So each tab of a browser has a desk in the server's
memory, by an id which the browser keeps (`pages.parts.visitor`) and nobody can guess.
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

from mnist_core import store
from pages.parts import visitor
from pages.parts.draw import sketch
from pages.parts.draw.verdicts import Verdict

T = TypeVar("T")
MOST_DESKS: Final = 500
MOST_BYTES: Final = 300_000_000  # of all desks together
THINGS: Final = (
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
CHOICES: Final = ("way", "colours", "brush", "model", "canvas_number")
"""How the visitor has it set up: the same drawing gets the same answer."""


@dataclass(frozen=True)
class Desk:
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
    def verdicts(self) -> list[Verdict]:
        """What the visitor said about the answers."""
        return list(self.things.get("verdicts", {}).values())


class Desks:
    """Desks by their ids, a limited number; the least recently used one goes first."""

    def __init__(self, *, most: int = MOST_DESKS, most_bytes: int = MOST_BYTES) -> None:
        self.clearings = 0  # how often all of them were cleared
        self._most, self._most_bytes = most, most_bytes
        self._desks: OrderedDict[str, Desk] = OrderedDict()
        self._lock = threading.Lock()  # each visitor has a thread

    def get(self, desk_id: str) -> Desk | None:
        """What lies there."""
        with self._lock:
            return self._desks.get(desk_id)

    def put(self, desk_id: str, desk: Desk, *, clearings: int) -> bool:
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

    def all(self) -> list[Desk]:
        """Every desk there is."""
        with self._lock:
            return list(self._desks.values())

    def clear(self, keep: Callable[[list[Desk]], T]) -> T:
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


_every = (
    Desks()
)  # in no cache of Streamlit's: any browser may ask to have those cleared


def every() -> Desks:
    """The desks of all visitors."""
    return _every


def sit_down() -> None:
    """Find again what the visitor had; before anything else is on the page."""
    here = visitor.desk(), every().clearings
    before = st.session_state.get("seated", ("", here[1]))
    st.session_state.seated = here
    if before[1] != here[1]:
        _clear()
    elif before[0] != here[0]:
        every().drop(before[0])  # until the browser said which one it is
        _find(here[0])


def keep() -> None:
    """Keep what the visitor has now; after whatever a stroke or a click changes."""
    session = st.session_state
    things = {name: session[name] for name in THINGS + CHOICES if name in session}
    if things.get("model") == store.default().name:
        del things["model"]  # no choice of theirs: another may be chosen for all
    desk_id, clearings = session.seated
    if not every().put(desk_id, Desk(_copied(things)), clearings=clearings):
        st.rerun()  # everybody's was cleared meanwhile


def _find(desk_id: str) -> None:
    if desk := every().get(desk_id):
        st.session_state.update(_copied(desk.things))
        sketch.renew()


def _clear() -> None:
    for name in THINGS:
        st.session_state.pop(name, None)
    sketch.renew()


def _copied(things: dict[str, Any]) -> dict[str, Any]:
    """The same things, in lists of their own: a tab may be there twice."""
    return {name: copy.copy(thing) for name, thing in things.items()}
