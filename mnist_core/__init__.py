"""MNIST Studio without the web app: data, networks, training, drawings.

Each module stands for one concept and opens with how to use it.
Nothing in here imports Streamlit.
"""

import os

# TensorFlow reads this when it is loaded: errors only, no notes on CPUs and GPUs.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
