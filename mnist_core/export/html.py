"""Write a model as one HTML page that reads digits without a server or a network.

    from mnist_core.export import html
    html.write(registry.find("quick"), Path("quick.html"))

The page holds all that it needs: the packed weights, the modules of
`mnist_core/browser`, its own script and style, the model's card. It fetches nothing,
and its policy keeps it from that: the one script and the one style are named in it by
their hashes, and nothing else may be loaded or run.
"""

import json
import os
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from mnist_core.browser import bundle
from mnist_core.browser.pack import pack
from mnist_core.export.facts import describe, summarize
from mnist_core.inference.predictor import Predictor
from mnist_core.models.registry import StoredModel
from mnist_core.storage.paths import replacing

FOLDER: Final = Path(__file__).parent
LOGO: Final = FOLDER / "logo.svg"
SCRIPTS: Final = "board.js", "page.js"
POLICY: Final = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def write(stored: StoredModel, path: Path) -> None:
    """Write a stored model to `path` as one page.

    Raises:
        ModelDamaged: the model cannot be used.
        Unpackable: it has a layer that no network of this project has.
    """
    page = render(stored, pack(Predictor(stored.name)))
    with replacing(path) as beside:
        beside.write_text(page, encoding="utf-8")


def render(stored: StoredModel, packed: bytes, *, link: str = "") -> str:
    """Return a stored model as one page, of about 1 MB.

    Args:
        stored: a model that is whole.
        packed: its network, as `browser.pack` packs it.
        link: where the page leads to whoever wants to know more, such as a class's
            server; unless MNIST_PROJECT_URL says so.
    """
    script, style = _script(), _read("page.css")
    name = escape(title(stored))
    card = json.dumps(stored.card, indent=2, ensure_ascii=False)
    facts = describe(stored.card)
    return Template(_read("page.html")).substitute(
        policy=POLICY.format(script=_hash(script), style=_hash(style)),
        name=name,
        summary=escape(summarize(stored.card)),
        file=escape(f"{stored.name}.html"),
        facts="\n".join(
            f"<dt>{escape(term)}</dt><dd>{escape(value)}</dd>" for term, value in facts
        ),
        card=escape(card),
        project=_link(os.environ.get("MNIST_PROJECT_URL") or link),
        icon=b64encode(LOGO.read_bytes()).decode(),
        style=style,
        script=script,
        weights=b64encode(packed).decode(),
    )


def title(stored: StoredModel) -> str:
    """Return what people call a model."""
    return "Ready-made model" if stored.is_bundled else stored.name


@cache
def _script() -> str:
    own = map(_read, SCRIPTS)
    return "\n".join(['"use strict";', bundle.bundle(bundle.MODULES), *own])


@cache
def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _hash(code: str) -> str:
    """Return how a policy names this script or style, and no other."""
    return f"sha256-{b64encode(sha256(code.encode()).digest()).decode()}"


def _link(address: str) -> str:
    """Return the project's name; a link where it is known to what."""
    if not address.startswith(("https://", "http://")):
        return "MNIST Studio"
    return f'<a href="{escape(address)}" rel="noreferrer">MNIST Studio</a>'
