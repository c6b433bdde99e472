"""A set-up in the page's address: what a link holds that cannot be used.

Streamlit keeps widgets and address alike. But it drops what it cannot use without a
word, leaves what it does not know, and breaks at a number such as inf.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import streamlit as st
from streamlit.errors import StreamlitAPIException

from pages.components.shared.session import SessionValue

LONGEST: Final = 60  # characters of it that are shown
IGNORED = SessionValue[list[str]]("ignored_query_params", list)


class Possible(NamedTuple):
    """What a value in an address can be."""

    check: Callable[[str], bool]
    description: str  # "can be 1 to 100"


def tidy(possible: Mapping[str, Possible]) -> None:
    """Take out of the address what cannot be used; `ignored` names it.

    Args:
        possible: what each value can be, by its name.
    """
    given = st.query_params.to_dict()
    wrong = {
        name: text
        for name, text in given.items()
        if name not in possible or not possible[name].check(text)
    }
    if not wrong:
        return
    IGNORED.set(
        [
            f"`{_plain(f'{name} = {text}')}` ({_why(name, possible)})"
            for name, text in wrong.items()
        ]
    )
    try:
        st.query_params.from_dict({n: t for n, t in given.items() if n not in wrong})
    except StreamlitAPIException:
        return  # the visitor went back to this address, and its widgets put it right
    st.rerun()  # the widgets take what was in the address when this run began


def ignored() -> list[str]:
    """Return what was taken out of the address and why, until `forget`."""
    return IGNORED.get()


def forget() -> None:
    """Say no more what was taken out: the visitor goes on from here."""
    IGNORED.set([])


def one_of(options: Sequence[str]) -> Possible:
    """Return that a value is an option out of several."""
    return Possible(lambda text: text in options, f"can be {', '.join(options)}")


def number(smallest: float, largest: float) -> Possible:
    """Return that a value is a number within bounds; whole, where the bounds are."""
    read = type(smallest)

    def check(text: str) -> bool:
        try:
            return smallest <= read(text) <= largest
        except ValueError:
            return False

    return Possible(check, f"can be {smallest:,} to {largest:,}")


def _plain(text: str) -> str:
    """Return as much as can be shown as code: whoever made the link chose the words."""
    plain = "".join(c for c in text if c.isprintable() and c != "`")
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]} ..."


def _why(name: str, possible: Mapping[str, Possible]) -> str:
    return possible[name].description if name in possible else "is not known here"
