import json

import numpy as np
import pytest

from pages.components.shared import probability_bars


def test_before_there_is_an_answer_no_bar_stands_out():
    props = probability_bars.to_props([0.0] * 10)
    assert props["best"] is None
    assert set(props["percents"]) == {""}
    assert props["description"].endswith("Nothing to read yet")


def test_where_all_are_alike_no_bar_stands_out():
    assert probability_bars.to_props([0.1] * 10)["best"] is None


@pytest.mark.parametrize("seed", range(5))
def test_every_bar_is_as_high_as_its_probability_and_the_best_is_named_first(seed):
    probabilities = np.random.default_rng(seed).dirichlet(np.full(10, 0.3)).tolist()
    props = json.loads(json.dumps(probability_bars.to_props(probabilities)))
    np.testing.assert_allclose(props["probabilities"], probabilities, atol=5e-4)
    assert props["best"] == int(np.argmax(probabilities))
    assert props["description"].startswith(
        f"How likely each digit is. {props['best']}: "
    )


def test_only_probabilities_that_count_have_a_number_and_none_is_certain():
    props = probability_bars.to_props([0.996, 0.004, *[0.0] * 8])
    assert props["percents"] == ["99.6 %", *[""] * 9]
