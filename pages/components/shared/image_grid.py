"""Images side by side to choose from: each is a button, with a caption below it.

The browser marks the one that is clicked at once; then the server hears of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, TypedDict

import numpy as np
import numpy.typing as npt

from pages.components.shared import component, data_url

MAX_IMAGES: Final = 120  # each is some 500 bytes of what is sent
FOLDER: Final = Path(__file__).parent

_image_grid = component.define(
    "image_grid",
    html="<div class='container'><div class='image-grid' role='group'></div></div>",
    css=(FOLDER / "image_grid.css").read_text(),
    js=(FOLDER / "image_grid.js").read_text(),
)


@dataclass(frozen=True)
class Tile:
    """An image, what it is called for those who do not see it, and its caption."""

    image: npt.NDArray[np.uint8]  # (28, 28), ink bright
    name: str
    caption: str


class TileProps(TypedDict):
    """A tile as the browser is sent it."""

    url: str
    name: str
    caption: str


class Props(TypedDict):
    """What the browser is sent."""

    id: str  # of these tiles in this order
    label: str
    tiles: list[TileProps]
    chosen: int | None


def show(
    tiles: Sequence[Tile], *, label: str, key: str, chosen: int | None = None
) -> int | None:
    """Show the tiles; return the index of one that was chosen just now.

    Args:
        tiles: up to `MAX_IMAGES`.
        label: what they are together, for those who do not see them.
        key: another one for each place in a page.
        chosen: the index of the one that is marked when others come to be shown.
    """
    props = to_props(tiles, label, chosen)
    result = _image_grid(
        key=key, data=props, height="content", on_chosen_change=_on_event
    )
    return parse_event(result.chosen, props)


def to_props(tiles: Sequence[Tile], label: str, chosen: int | None) -> Props:
    """Return what the browser is sent."""
    shown: list[TileProps] = [
        {
            "url": data_url.encode_cached(tile.image),
            "name": tile.name,
            "caption": tile.caption,
        }
        for tile in tiles[:MAX_IMAGES]
    ]
    identity = sha256(repr(shown).encode()).hexdigest()[:12]
    return {"id": identity, "label": label, "tiles": shown, "chosen": chosen}


def parse_event(event: object, props: Props) -> int | None:
    """Return the index that the browser sent, or None unless it is shown now."""
    match event:
        case {"id": identity, "index": int(index)} if identity == props["id"]:
            return index if 0 <= index < len(props["tiles"]) else None
    return None


def _on_event() -> None:
    """Do nothing: without a callback Streamlit would not hand over what was chosen."""
