"""Write a model as one HTML page that reads digits without a server or a network.

from mnist_core.export import html
html.write(registry.find("quick"), Path("quick.html"))
"""

from pathlib import Path

from mnist_core.browser.bundle import PRETRAINED
from mnist_core.models.registry import StoredModel
from mnist_core.storage.paths import replacing


def write(stored: StoredModel, path: Path) -> None:
    """Write a stored model to `path` as one page.

    Raises:
        ModelDamaged: the model cannot be used.
        Unpackable: it has a layer that no network of this project has.
    """
    page = render(stored, _pack(stored))
    with replacing(path) as beside:
        beside.write_text(page, encoding="utf-8")


def render(stored: StoredModel, packed: bytes) -> str:
    """Return a stored model as one page; `packed` is it as `browser.pack` packs it."""
    raise NotImplementedError


def _pack(stored: StoredModel) -> bytes:
    if stored.is_bundled:
        return PRETRAINED.read_bytes()
    from mnist_core.browser.pack import pack  # noqa: PLC0415 - loads TensorFlow
    from mnist_core.inference.predictor import Predictor  # noqa: PLC0415 - the same

    return pack(Predictor(stored.name))
