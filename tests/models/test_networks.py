import tempfile

import keras
import numpy as np
import pytest
import tensorflow as tf

from mnist_core import data, recipes
from mnist_core.models import networks
from tests.conftest import channels_first


def test_classic_is_the_published_architecture():
    model = networks.build(recipes.get("classic"))
    assert [type(layer).__name__ for layer in model.layers] == [
        "Conv2D",
        "Conv2D",
        "MaxPooling2D",
        "Dropout",
        "Flatten",
        "Dense",
        "Dropout",
        "Dense",
    ]
    # The shapes and the count that the published summary prints.
    assert [layer.output.shape[1:] for layer in model.layers[:3]] == [
        (26, 26, 32),
        (24, 24, 64),
        (12, 12, 64),
    ]
    assert model.count_params() == 1_199_882
    assert isinstance(model.optimizer, keras.optimizers.Adadelta)
    assert float(model.optimizer.learning_rate) == 1.0
    assert model.loss == "categorical_crossentropy"


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_answers_are_ten_probabilities(name):
    model = networks.build(recipes.get(name))
    answers = np.asarray(model(np.random.default_rng(0).random((3, 28, 28, 1))))
    assert answers.shape == (3, 10)
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)


def test_the_seed_decides_the_first_weights():
    weights = [
        networks.build(recipes.get("quick", seed=seed)).get_weights()[0]
        for seed in (1, 1, 2)
    ]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[0], weights[2])


@pytest.mark.parametrize("name", ["quick", "robust"])
def test_a_step_is_traced_once(name):
    model = networks.build(recipes.get(name))
    step, traced = model.train_step, []
    model.train_step = lambda batch: traced.append(batch) or step(batch)
    rng = np.random.default_rng(0)
    x, y = rng.random((8, 28, 28, 1), np.float32), np.eye(10, dtype=np.float32)[:8]
    model.fit(x, y, batch_size=4, verbose=0)
    assert len(traced) == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [("adam", keras.optimizers.Adam), ("sgd", keras.optimizers.SGD)],
)
def test_the_optimizer_is_the_recipe_s(name, kind):
    recipe = recipes.get("classic", optimizer=name, learning_rate=0.25)
    optimizer = networks.build(recipe).optimizer
    assert type(optimizer) is kind
    assert float(optimizer.learning_rate) == 0.25


def test_one_cycle_goes_up_to_the_learning_rate_and_down_to_nothing():
    recipe = recipes.get("quick", images=1280, epochs=2, learning_rate=0.5)
    optimizer = networks.build(recipe).optimizer
    rates = []
    for step in range(21):
        optimizer.iterations.assign(step)
        rates.append(float(optimizer.learning_rate))
    assert rates[0] == pytest.approx(0.05)
    assert max(rates) == pytest.approx(0.5)
    assert rates.index(max(rates)) == 4
    assert rates[-1] == pytest.approx(0, abs=1e-6)
    steps = np.arange(21, dtype=np.float32)
    assert networks.learning_rates(recipe, steps).tolist() == rates


def test_a_network_that_is_steered_has_as_much_dropout_as_is_wanted():
    without = recipes.get("classic", dropout=False)
    model = networks.build(without, steerable=True)
    dropout = [each for each in model.layers if isinstance(each, keras.layers.Dropout)]
    assert [each.rate for each in dropout] == [0, 0]
    for wanted, rates in (
        (True, [0.25, 0.5]),
        (0.8, [0.4, 0.8]),
        (0.0, [0, 0]),
        (0.5, [0.25, 0.5]),
        (False, [0, 0]),
    ):
        networks.set_dropout(model, "classic", wanted)
        assert [each.rate for each in dropout] == rates
    weights = networks.build(without).get_weights()
    for mine, other in zip(model.get_weights(), weights, strict=True):
        assert np.array_equal(mine, other)


def test_quick_learns_from_made_up_digits_to_read_real_ones(made_up, mnist):
    recipe = recipes.get("quick", data="synthetic")
    model = networks.build(recipe)
    x_train, y_train = data.prepare(made_up.x_train, made_up.y_train)
    fit = {"batch_size": recipe.batch_size, "epochs": recipe.epochs, "verbose": 0}
    model.fit(x_train, y_train, **fit)
    for dataset, least in ((made_up, 0.97), (mnist, 0.80)):
        test = data.prepare(dataset.x_test, dataset.y_test)
        assert model.evaluate(*test, verbose=0)[1] >= least, dataset.name


def test_the_input_is_where_keras_wants_the_channel(monkeypatch):
    assert networks.build(recipes.get("quick")).input_shape == (None, 28, 28, 1)


def test_an_answer_to_a_doodle_is_right_when_it_is_unsure():
    labels = np.array([np.eye(10)[3], np.eye(10)[3], np.full(10, 0.1)] * 2)
    sure, unsure = np.eye(10)[3] * 0.9 + 0.01, np.full(10, 0.1)
    answers = np.array([sure, sure[::-1], sure, unsure + np.eye(10)[3], unsure, unsure])
    said = np.asarray(networks.correct(labels, answers / answers.sum(1, keepdims=True)))
    assert said.tolist() == [True, False, False, True, False, True]


def test_a_graph_leaves_no_files_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    graph = networks.as_graph(lambda images: 2 * images, (3, 3))
    assert graph(tf.ones((1, 3, 3))).numpy().sum() == 18
    assert list(tmp_path.iterdir()) == []


def test_channels_are_normalized_wherever_they_are():
    with channels_first():
        first = networks.assemble(recipes.get("quick"))
    last = networks.assemble(recipes.get("quick"))
    assert first.input_shape == (None, 1, 28, 28)
    shapes = [[each.shape for each in net.get_weights()] for net in (first, last)]
    assert shapes[0] == shapes[1]
