"""Networks and data sets, loaded once for all visitors.

Streamlit hands cached resources on as they are, without a copy.

    predictor = cache.predictor(cache.chosen_model())
    dataset = cache.dataset("mnist")
"""

import streamlit as st

from mnist_core import data
from mnist_core.browser.pack import pack
from mnist_core.errors import ModelDamaged, ModelNotFound
from mnist_core.inference.explain import Explainer
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry
from mnist_core.recipes import DataName


def chosen_model() -> registry.StoredModel:
    """Return the model that this visitor chose, or where that is gone, the default."""
    try:
        stored = registry.find(st.session_state["model"])
    except (KeyError, ModelNotFound):
        return registry.default()
    return registry.default() if stored.problem else stored


def predictor(stored: registry.StoredModel) -> Predictor:
    """Return a stored model's predictor; load the model where that was not done yet.

    Raises:
        ModelDamaged: the model cannot be used.
    """
    if stored.problem:
        raise ModelDamaged(stored.name, stored.problem)
    return _predictor(stored.name, stored.card["card_sha256"])


@st.cache_resource(max_entries=4, show_spinner=False)
def _predictor(name: str, card_sha256: str) -> Predictor:
    # The card's hash is part of the key: a name may come back with another model.
    return Predictor(name)


def explainer(stored: registry.StoredModel) -> Explainer:
    """Return what looks into a stored model; load the model where need be.

    Raises:
        ModelDamaged: the model cannot be used.
    """
    predictor(stored)
    return _explainer(stored.name, stored.card["card_sha256"])


@st.cache_resource(max_entries=2, show_spinner=False)
def _explainer(name: str, card_sha256: str) -> Explainer:
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
    return pack(_predictor(name, card_sha256))


@st.cache_resource(max_entries=2, show_spinner=False)
def dataset(name: DataName) -> data.Dataset:
    """Return MNIST as it lies on this machine, or the made-up digits.

    Args:
        name: "mnist" or "synthetic".

    Raises:
        DatasetUnavailable: MNIST is not on this machine.
    """
    return data.load(name, download=False)
