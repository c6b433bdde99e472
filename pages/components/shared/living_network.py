"""The network as one picture, alive: from the image through its layers to the answer.

living_network.show(part.image, live=True)

The browser runs the network for it, and draws it: see mnist_core/browser.
"""

from pathlib import Path
from typing import Final, TypedDict

from mnist_core.browser import bundle
from mnist_core.preprocessing.framing import Ink
from pages.components.shared import (
    cache,
    component,
    data_url,
    live,
    packed_model,
    readers,
)

FOLDER: Final = Path(__file__).parent

_living_network = component.define(
    "living_network",
    html="<figure class='living-network' data-rest='From 28 \N{MULTIPLICATION SIGN} 28 "
    "pixels to ten numbers. Point at a picture to see what it is.'>"
    "<canvas role='img' tabindex='0' aria-label='The network at rest'></canvas>"
    "<figcaption class='says' role='status'></figcaption></figure>",
    css=(FOLDER / "living_network.css").read_text(),
    js=readers.SCRIPT
    + live.LISTEN
    + bundle.bundle(bundle.PICTURE)
    + (FOLDER / "living_network.js").read_text(),
)


class Props(TypedDict):
    """What the browser needs to know."""

    address: str | None  # of the packed model
    pixels: str | None  # of the image, 784 bytes, ink 255, in base64
    live: bool  # whether it follows the pen


def show(image: Ink | None, *, live: bool = False, key: str = "living_network") -> None:
    """Show what the network makes of an image, float32 (28, 28), or of nothing.

    Args:
        image: what the network is given; None before anything is drawn.
        live: whether it follows what this browser reads while the pen moves.
        key: another one for each place in a page.
    """
    stored = cache.chosen_model()
    props: Props = {
        "address": None if stored.problem else packed_model.address_of(stored),
        "pixels": None if image is None else data_url.encode_levels(image),
        "live": live,
    }
    _living_network(key=key, data=props, live=live, height="content")
