"""Components that show the newest of what they are sent, and write only what is new.

_bars = component.define("bars", html="<div></div>", js="export default function ...")
_bars(key="bars", data={"heights": [1, 2]}, height="content")

For each data that comes, Streamlit has the browser import the component's script. While
that is still loading, Chromium may be done with the second import before the first (93
times of 300), and the older data came last, and stayed. So all data is numbered here,
and the browser leaves out what is older than what it has shown.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import streamlit as st

from pages.components.shared.session import SessionValue

COMMON: Final = Path(__file__).with_suffix(".js").read_text()
EXPORT: Final = "export default function"


@dataclass
class _Sent:
    """What a session has sent: of each component, the last data's hash and number."""

    session: str = field(default_factory=lambda: secrets.token_hex(4))
    last: dict[str, tuple[int, int]] = field(default_factory=dict)

    def number(self, key: str, data: object, *, live: bool) -> int:
        """Return the data's number, which stays with the data where it is not live."""
        content = hash(json.dumps(data))
        before, number = self.last.get(key, (None, 0))
        if live or content != before:
            number += 1
        self.last[key] = content, number
        return number


_SENT: Final = SessionValue[_Sent]("sent_to_components", _Sent)


def define(name: str, *, js: str, **looks: Any) -> Callable[..., Any]:
    """Define a component of the page whose data is a dictionary.

    Args:
        name: of the component, unlike any other.
        js: a script that exports a function by default.
        looks: its html and css, and whether its styles are isolated.

    Returns:
        What shows it, as `st.components.v2.component` gives it. Where it is `live`, the
        browser shows its data anew after each run, though it is the same: the part has
        shown something of its own meanwhile.
    """
    mounted = st.components.v2.component(name, js=shows_newest(js), **looks)

    def show(*, key: str, data: Any, live: bool = False, **options: Any) -> Any:
        sent = _SENT.get()
        order = sent.session, sent.number(key, data, live=live)
        return mounted(key=key, data={**data, "sent": order}, **options)

    return show


def shows_newest(js: str) -> str:
    """Return a component's script that leaves out what is older than what it showed."""
    script = COMMON + js.replace(EXPORT, "function showData", 1)
    return f"{script}\nexport default showsNewest(showData);"
