"""Each way in is fed with odd cases for a moment; `make fuzz` does so for an hour."""

import pytest
import streamlit as st
from hypothesis import given, settings

from reliability.way_in import WayIn
from reliability.ways import WAYS

# The same pictures and values come in by the other ways, too.
SLOW = {"uploads", "queries", "imports", "routes"}
# What a signed card says is believed, whatever it says: docs/reliability.md.
CASES = {"pictures": 60, "canvas": 25}


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session of its own, outside of any page."""
    monkeypatch.setattr(st, "session_state", {})


@pytest.mark.parametrize("name", sorted(set(WAYS) - SLOW))
def test_what_comes_in_is_taken_or_refused_in_words(name, home):
    way = WAYS[name]

    @settings(max_examples=CASES.get(name, 100))
    @given(case=way.cases)
    def feed(case):
        way.feed(case)

    feed()


def refuse(words: str) -> None:
    raise ValueError(words)


def test_anything_but_a_refusal_in_words_is_a_fault():
    way = WayIn(st.text, refuse, refusals=(ValueError,))
    way.feed("it is too large")
    with pytest.raises(AssertionError):
        way.feed("")
    with pytest.raises(ValueError, match="too large"):
        WayIn(st.text, refuse).feed("it is too large")
