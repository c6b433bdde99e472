"""Networks and data sets, loaded once for all visitors.

Streamlit hands cached resources on as they are, without a copy.

    predictor = cache.predictor(cache.chosen_model())
    dataset = cache.dataset("mnist")
"""

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import streamlit as st

from mnist_core import data
from mnist_core.errors import ModelDamaged, ModelNotFound
from mnist_core.models import registry
from mnist_core.recipes import DataName

if TYPE_CHECKING:  # they load TensorFlow
    from mnist_core.inference.explain import Explainer
    from mnist_core.inference.predictor import Predictor


def chosen_model() -> registry.StoredModel:
    """Return the model that this visitor chose, or where that is gone, the default."""
    try:
        stored = registry.find(st.session_state["model"])
    except (KeyError, ModelNotFound):
        return registry.default()
    return registry.default() if stored.problem else stored


def predictor(stored: registry.StoredModel) -> "Predictor":
    """Return a stored model's predictor; load the model where that was not done yet.

    Raises:
        ModelDamaged: the model cannot be used.
    """
    if stored.problem:
        raise ModelDamaged(stored.name, stored.problem)
    return _predictor(stored.name, stored.card["card_sha256"])


@st.cache_resource(max_entries=4, show_spinner=False)
def _predictor(name: str, card_sha256: str) -> "Predictor":
    # The card's hash is part of the key: a name may come back with another model.
    import keras  # noqa: PLC0415 - loads TensorFlow, as the next one

    from mnist_core.inference.predictor import Predictor  # noqa: PLC0415

    # Streamlit clears Keras's session after every rerun of a page or of a part of one.
    # That collects all garbage and drops TensorFlow's compiled kernels. Measured on two
    # cores: 323 ms of processor a rerun instead of 33, all visitors kept waiting for
    # 245 ms instead of 14, and 78 ms for the next answer instead of 10.
    keras.backend.clear_session = lambda: None
    return Predictor(name)


def explainer(stored: registry.StoredModel) -> "Explainer":
    """Return what looks into a stored model; load the model where need be.

    Raises:
        ModelDamaged: the model cannot be used.
    """
    predictor(stored)
    return _explainer(stored.name, stored.card["card_sha256"])


@st.cache_resource(max_entries=2, show_spinner=False)
def _explainer(name: str, card_sha256: str) -> "Explainer":
    from mnist_core.inference.explain import Explainer  # noqa: PLC0415 - loads TensorFlow

    return Explainer(_predictor(name, card_sha256))


def packed(stored: registry.StoredModel) -> bytes:
    """Return a stored model packed for the browser; pack it where need be.

    Raises:
        ModelDamaged: the model cannot be used.
        Unpackable: it has a layer that no network of this project has.
    """
    predictor(stored)
    return _packed(stored.name, stored.card["card_sha256"])


@st.cache_resource(max_entries=4, show_spinner=False)
def _packed(name: str, card_sha256: str) -> bytes:
    from mnist_core.browser.pack import pack  # noqa: PLC0415 - loads TensorFlow

    return pack(_predictor(name, card_sha256))


@st.cache_resource(max_entries=1, show_spinner=False)
def warm_up() -> None:
    """Load TensorFlow and the default model while the visitor looks at the page."""
    threading.Thread(target=_warm_up, daemon=True).start()


def _warm_up() -> None:
    with suppress(ModelDamaged, ModelNotFound):  # the page that needs it says so
        predictor(registry.default())


@st.cache_resource(max_entries=2, show_spinner=False)
def dataset(name: DataName) -> data.Dataset:
    """Return MNIST as it lies on this machine, or the made-up digits.

    Args:
        name: "mnist" or "synthetic".

    Raises:
        DatasetUnavailable: MNIST is not on this machine.
    """
    return data.load(name, download=False)
