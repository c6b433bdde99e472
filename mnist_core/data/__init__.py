"""Digits to learn from: MNIST, made-up digits, pen drawings and doodles."""

from mnist_core.data.mnist import (
    Dataset,
    find_mnist,
    load,
    load_mnist,
    load_synthetic,
    one_hot,
    prepare,
    scale,
)

__all__ = [
    "Dataset",
    "find_mnist",
    "load",
    "load_mnist",
    "load_synthetic",
    "one_hot",
    "prepare",
    "scale",
]
