"""A server answers and looks inside without Keras, and collects no garbage for it."""

import os
import subprocess
import sys

import streamlit as st

from mnist_core.storage import processes

PAGES = """
import sys

import numpy as np
from streamlit.testing.v1 import AppTest

from mnist_core.models import registry
from pages.components.shared import cache

app = AppTest.from_file("app.py", default_timeout=60).run()
for name in ("train", "samples", "draw"):
    app.switch_page(f"pages/{name}.py").run()
    assert not app.exception, app.exception
image, stored = np.eye(28, dtype=np.float32), registry.default()
assert cache.predictor(stored).predict(image).confidence > 0
assert cache.explainer(stored).feature_maps(image)
assert cache.packed(stored)
print(sorted({"keras", "matplotlib", "tensorflow"} & set(sys.modules)))
"""


def test_no_page_loads_what_takes_seconds():
    """TensorFlow takes hundreds of megabytes as well, and slows each rerun down."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PAGES],
        cwd=processes.CHECKOUT,
        env=os.environ | {"KERAS_HOME": os.devnull},  # no download begins
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "[]\n", done.stderr


def test_streamlit_collects_no_garbage_after_a_rerun():
    assert st.get_option("runner.postScriptGC") is False
