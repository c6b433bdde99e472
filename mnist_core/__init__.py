"""MNIST Studio without the web app: data, networks, training, drawings.

Each module stands for one concept and opens with how to use it.
Nothing in here imports Streamlit.
"""

import logging
import os

# Who uses this says where its log goes; without that, it goes nowhere.
logging.getLogger(__name__).addHandler(logging.NullHandler())

# TensorFlow reads this when it is loaded: errors only, no notes on CPUs and GPUs.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# NumPy reads this: one thread for a product of matrices. Ours are small: with two, an
# answer took 1.9 ms of processor instead of 0.8, and no less time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
