"""Networks are loaded once, and do not slow down the reruns of a page."""

import gc

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest


@pytest.fixture
def full_collections():
    """All full collections of garbage that are asked for; none happens by itself."""
    found = []

    def note(phase, info):
        if phase == "start" and info["generation"] == 2:
            found.append(info)

    gc.disable()
    gc.callbacks.append(note)
    yield found
    gc.callbacks.remove(note)
    gc.enable()


def page():
    import numpy as np
    import streamlit as st

    from mnist_core.models import registry
    from pages.components.shared import cache

    predictor = cache.predictor(registry.default())
    st.write(predictor.predict(np.zeros((28, 28), np.float32)).digit)


def test_keras_collects_no_garbage_after_a_rerun(full_collections):
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    full_collections.clear()
    app.run()
    assert full_collections == []


def test_streamlit_collects_no_garbage_after_a_rerun():
    assert st.get_option("runner.postScriptGC") is False
