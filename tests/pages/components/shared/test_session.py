"""Values in a visitor's session: by type, and computed once."""

import pytest
import streamlit as st

from pages.components.shared.session import LastResult, SessionValue

NAMES = SessionValue[list[str]]("names", list)


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session of its own, outside of any page."""
    state = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def test_a_value_is_the_initial_one_until_it_is_set(session):
    NAMES.get().append("ada")
    assert session == {"names": ["ada"]}
    NAMES.set(["eve"])
    assert NAMES.get() == ["eve"]


def test_a_value_is_popped_once():
    NAMES.set(["ada"])
    assert NAMES.pop() == ["ada"]
    assert NAMES.pop() == []


def test_a_result_is_computed_anew_only_for_other_inputs():
    computed = []

    def double(number: int) -> int:
        computed.append(number)
        return 2 * number

    last = LastResult[int]("doubled")
    for number in (1, 1, 2, 1):
        assert last.get(number, lambda: double(number)) == 2 * number  # noqa: B023
    assert computed == [1, 2, 1]
