"""MNIST Studio without the web app: data, networks, training, drawings.

Each module stands for one concept and opens with how to use it.
Nothing in here imports Streamlit.
"""
