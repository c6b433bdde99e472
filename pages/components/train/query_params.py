"""A set-up in the page's address: what a link asks for and cannot have.

Streamlit keeps widgets and address alike. But it drops what it cannot use without a
word, leaves what it does not know, and breaks at a number such as inf.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import streamlit as st
from streamlit.errors import StreamlitAPIException

LONGEST: Final = 60  # characters of it that are shown
Check = Callable[[str], bool]
"""Whether a text in an address can be used."""


def tidy(possible: Mapping[str, tuple[Check, str]]) -> None:
    """Take out of the address what cannot be used; `ignored` names it.

    Args:
        possible: by name, how a value is checked, and what it can be in words.
    """
    asked = st.query_params.to_dict()
    wrong = {
        name: text
        for name, text in asked.items()
        if name not in possible or not possible[name][0](text)
    }
    if not wrong:
        return
    st.session_state.ignored = [
        f"`{_plain(f'{name} = {text}')}` ({_why(name, possible)})"
        for name, text in wrong.items()
    ]
    try:
        st.query_params.from_dict({n: t for n, t in asked.items() if n not in wrong})
    except StreamlitAPIException:
        return  # somebody went back to this address: its widgets have seen to it
    st.rerun()  # the widgets take what was in the address when this run began


def ignored() -> list[str]:
    """What was taken out of the address and why, until `forget`."""
    return st.session_state.get("ignored", [])


def forget() -> None:
    """The visitor goes on from here: what was taken out is said no more."""
    st.session_state.pop("ignored", None)


def one_of(options: Sequence[str]) -> tuple[Check, str]:
    """An option out of several."""
    return lambda text: text in options, f"can be {', '.join(options)}"


def number(smallest: float, largest: float) -> tuple[Check, str]:
    """A number within bounds; a whole one, where the bounds are."""
    read = type(smallest)

    def check(text: str) -> bool:
        try:
            return smallest <= read(text) <= largest
        except ValueError:
            return False

    return check, f"can be {smallest:,} to {largest:,}"


def _plain(text: str) -> str:
    """As much of it as can be shown as code: whoever made the link chose the words."""
    plain = "".join(c for c in text if c.isprintable() and c != "`")
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]} ..."


def _why(name: str, possible: Mapping[str, tuple[Check, str]]) -> str:
    return possible[name][1] if name in possible else "is not known here"
