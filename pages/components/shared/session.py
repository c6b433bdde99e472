"""Typed access to what Streamlit keeps for each visitor's session.

VIEWPORT = SessionValue[int]("viewport", lambda: 320)
VIEWPORT.get()       # 320 at first
VIEWPORT.set(640)    # the same as st.session_state["viewport"] = 640
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

T = TypeVar("T")


@dataclass(frozen=True)
class SessionValue(Generic[T]):
    """A value in `st.session_state`: its key, its type, and what it is at first."""

    key: str
    initial: Callable[[], T]

    def get(self) -> T:
        """Return the value; keep the initial one where there is none yet."""
        if self.key not in st.session_state:
            st.session_state[self.key] = self.initial()
        value: T = st.session_state[self.key]
        return value

    def set(self, value: T) -> None:
        """Put another value in its place."""
        st.session_state[self.key] = value

    def pop(self) -> T:
        """Return the value, or the initial one, and forget it."""
        value: T = self.get()
        del st.session_state[self.key]
        return value


def put(key: str, value: object) -> None:
    """Give a widget that is about to be drawn a value, unless it has this one.

    Said again, it would take back what the visitor chooses at this moment.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


@dataclass(frozen=True)
class LastResult(Generic[T]):
    """The last result of a computation, kept in `st.session_state` with its inputs."""

    key: str

    def get(self, inputs: object, compute: Callable[[], T]) -> T:
        """Return what `compute` gives; call it only where the inputs have changed."""
        kept = st.session_state.get(self.key)
        if kept is None or kept[0] != inputs:
            st.session_state[self.key] = kept = inputs, compute()
        result: T = kept[1]
        return result
