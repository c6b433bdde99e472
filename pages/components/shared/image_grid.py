"""Images side by side to choose from: each is a button, with a caption below it.

The browser marks the one that is clicked at once; then the server hears of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import streamlit as st

from pages.components.shared import data_url

MOST: Final = 120  # images; each is some 500 bytes of what is sent
FOLDER = Path(__file__).parent

_image_grid = st.components.v2.component(
    "wall",
    html="<div class='room'><div class='wall' role='group'></div></div>",
    css=(FOLDER / "image_grid.css").read_text(),
    js=(FOLDER / "image_grid.js").read_text(),
)


@dataclass(frozen=True)
class Tile:
    """An image, what it is called for those who do not see it, and its caption."""

    image: np.ndarray  # uint8 (28, 28), ink bright
    name: str
    caption: str


def show(
    tiles: Sequence[Tile], *, label: str, key: str, chosen: int | None = None
) -> int | None:
    """Show the tiles; give the place of one that was chosen just now.

    Args:
        tiles: up to `MOST`.
        label: what they are together, for those who do not see them.
        key: another one for each place in a page.
        chosen: the place of the one that is marked when others come to be shown.
    """
    data = to_props(tiles, label, chosen)
    result = _image_grid(
        key=key, data=data, height="content", on_chosen_change=_on_event
    )
    return parse_event(result.chosen, data)


def to_props(tiles: Sequence[Tile], label: str, chosen: int | None) -> dict[str, Any]:
    """What the browser needs to know, all of it fit for JSON."""
    shown = [
        {
            "picture": data_url.encode_cached(t.image),
            "name": t.name,
            "caption": t.caption,
        }
        for t in tiles[:MOST]
    ]
    identity = sha256(repr(shown).encode()).hexdigest()[:12]
    return {"id": identity, "label": label, "tiles": shown, "chosen": chosen}


def parse_event(sent: Any, data: dict[str, Any]) -> int | None:
    """The place that the browser sent; None unless it is one of those shown now."""
    match sent:
        case {"id": identity, "place": int(place)} if identity == data["id"]:
            return place if 0 <= place < len(data["tiles"]) else None
    return None


def _on_event() -> None:
    """Have Streamlit hand over what was chosen: `show` gives it."""
