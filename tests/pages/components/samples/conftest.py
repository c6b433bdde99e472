import numpy as np
import pytest

from mnist_core.evaluation.scores import Score


@pytest.fixture
def score() -> Score:
    """A thousand digits, one in eight read wrong."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 1000)
    predicted = np.where(rng.random(1000) < 0.14, rng.integers(0, 10, 1000), labels)
    noise = rng.dirichlet(np.ones(10), 1000)
    return Score(labels, (noise + np.eye(10)[predicted]) / 2)
