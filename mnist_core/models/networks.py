"""Build the networks, each a literal table of layers, one layer a line.

from mnist_core import recipes
from mnist_core.models import networks
model = networks.build(recipes.get("classic"))
model.summary()
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from keras import layers

from mnist_core.recipes import NetworkName, OptimizerName, Recipe

DIGITS = 10


def classic() -> list[layers.Layer]:
    """Return the layers of the published network: 1,199,882 weights.

    Source: F. Chollet's Keras example mnist_cnn.py, as the write-up that `classic`
    reproduces prints it.
    """
    return [
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(DIGITS, activation="softmax"),
    ]


def quick() -> list[layers.Layer]:
    """Return a small network, trained in two epochs thanks to batch normalization.

    It has 80,730 weights.

    Source: S. Ioffe, C. Szegedy, Batch Normalization, 2015. Its momentum of 0.9
    rather than Keras's 0.99: an epoch is too short for a slower average to settle.
    """
    return [
        layers.Conv2D(16, 5, use_bias=False),
        layers.MaxPooling2D(2),
        _normalization(0.9),
        layers.ReLU(),
        layers.Conv2D(32, 5, use_bias=False),
        layers.MaxPooling2D(2),
        _normalization(0.9),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(128, use_bias=False),
        _normalization(0.9),
        layers.ReLU(),
        layers.Dropout(0.25),
        layers.Dense(DIGITS, activation="softmax"),
    ]


def robust() -> list[layers.Layer]:
    """Return a deeper network for what people draw: 360,618 weights.

    Convolutions without padding and early pooling keep it quick on a processor.
    """
    return [
        layers.Conv2D(32, 5, use_bias=False),
        layers.MaxPooling2D(2),
        _normalization(0.95),
        layers.ReLU(),
        layers.Conv2D(64, 3, use_bias=False),
        _normalization(0.95),
        layers.ReLU(),
        layers.Conv2D(64, 3, use_bias=False),
        _normalization(0.95),
        layers.ReLU(),
        layers.Conv2D(128, 3, padding="same", use_bias=False),
        layers.MaxPooling2D(2),
        _normalization(0.95),
        layers.ReLU(),
        layers.Conv2D(192, 3, use_bias=False),
        _normalization(0.95),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dropout(0.4),
        layers.Dense(DIGITS, activation="softmax"),
    ]


def _normalization(momentum: float) -> layers.BatchNormalization:
    """Return a batch normalization of channels, wherever Keras is told to have them."""
    return layers.BatchNormalization(_channel_axis(), momentum)


def _channel_axis() -> int:
    return 1 if keras.config.image_data_format() == "channels_first" else -1


NETWORKS: dict[NetworkName, Callable[[], list[layers.Layer]]] = {
    "classic": classic,
    "quick": quick,
    "robust": robust,
}


def build(recipe: Recipe, *, steerable: bool = False) -> keras.Model:
    """Build the recipe's network, compiled: cross-entropy, its optimizer, accuracy.

    The recipe's seed decides the first weights and all that is random in the fit.

    Args:
        recipe: names the network and all that decides how it is trained.
        steerable: leave the learning rate to whoever trains it, instead of giving it
            the recipe's schedule, and have `set_dropout` change its dropout. The
            result of a training is the same.
    """
    keras.utils.set_random_seed(recipe.seed)
    model = assemble(replace(recipe, dropout=True) if steerable else recipe)
    if steerable:
        set_dropout(model, recipe.network, recipe.dropout)
    model.compile(
        optimizer=_optimizer(recipe, steerable=steerable),
        # The same as cross-entropy, but 0 for a doodle answered as it should be.
        loss="kl_divergence" if recipe.doodles else "categorical_crossentropy",
        metrics=[
            keras.metrics.MeanMetricWrapper(correct, name="accuracy")
            if recipe.doodles
            else keras.metrics.CategoricalAccuracy(name="accuracy")
        ],
    )
    # Keras would make the variables of "accuracy" and of the optimizer while it traces
    # the first step, and trace it twice: 4.1 instead of 2.5 seconds for a first step.
    model.optimizer.build(model.trainable_variables)
    return model


def assemble(recipe: Recipe) -> keras.Model:
    """Assemble the recipe's network, not compiled, with weights that know nothing."""
    shape = (1, 28, 28) if _channel_axis() == 1 else (28, 28, 1)
    table = [
        layer
        for layer in NETWORKS[recipe.network]()
        if recipe.dropout or not isinstance(layer, layers.Dropout)
    ]
    return keras.Sequential([keras.Input(shape), *table], name=recipe.network)


def set_dropout(
    model: keras.Model, network: NetworkName, dropout: bool | float
) -> None:
    """Set how much dropout there is in a network that `build` gave.

    Call `make_train_function(force=True)` then: a rate is a number in Keras's graph.

    Args:
        model: the network.
        network: which one it is.
        dropout: whether there is any, as it is listed here; or the rate, 0 to 1, of
            its strongest dropout, with the others in proportion.
    """
    known = [layer.rate for layer in NETWORKS[network]() if _is_dropout(layer)]
    built = [layer for layer in model.layers if _is_dropout(layer)]
    share = dropout if isinstance(dropout, bool) else dropout / max(known)
    for layer, rate in zip(built, known, strict=True):
        layer.rate = share * rate


def _is_dropout(layer: layers.Layer) -> bool:
    return isinstance(layer, layers.Dropout)


def correct(labels: keras.KerasTensor, answers: keras.KerasTensor) -> keras.KerasTensor:
    """Tell of each answer (n, 10) whether it is right; of a doodle, to be unsure is."""
    ops = keras.ops
    unsure = ops.max(answers, -1) < 0.5
    same = ops.argmax(answers, -1) == ops.argmax(labels, -1)
    return ops.where(ops.max(labels, -1) < 0.5, unsure, same)


def as_graph(
    function: Callable[[tf.Tensor], Any], shape: tuple[int, ...]
) -> tf.types.experimental.ConcreteFunction:
    """Turn a function of a batch of such images into a graph, which is quick to call.

    `shape` is that of one image, with its channel.
    """
    signature = [tf.TensorSpec((None, *shape), tf.float32)]
    # There is no Python control flow for AutoGraph to convert. It would write a file
    # for each function into the temporary folder, which stays there when a worker is
    # killed or ends by os._exit.
    graph = tf.function(function, input_signature=signature, autograph=False)
    return graph.get_concrete_function()


def learning_rates(
    recipe: Recipe, steps: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return the learning rate of each of these steps by the recipe's schedule."""
    return cast(
        npt.NDArray[np.float32], _schedule_as_graph(recipe)(tf.constant(steps)).numpy()
    )


@lru_cache(maxsize=1)
def _schedule_as_graph(recipe: Recipe) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return the schedule for many steps at once: Keras takes 1 ms for each."""
    schedule = _schedule(recipe)
    return cast(
        Callable[[tf.Tensor], tf.Tensor],
        tf.function(
            lambda steps: (
                tf.map_fn(schedule, steps)
                if callable(schedule)
                else tf.fill(tf.shape(steps), schedule)
            ),
            input_signature=[tf.TensorSpec([None], tf.float32)],
            autograph=False,  # which would look for control flow for 1.5 seconds
        ),
    )


def _optimizer(recipe: Recipe, *, steerable: bool) -> keras.optimizers.Optimizer:
    """Return the recipe's optimizer."""
    optimizers: dict[OptimizerName, Callable[..., keras.optimizers.Optimizer]] = {
        "adadelta": keras.optimizers.Adadelta,
        "adam": keras.optimizers.Adam,
        "sgd": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    }
    # Keras lets nobody assign a rate where there is a schedule.
    rate = recipe.learning_rate if steerable else _schedule(recipe)
    return optimizers[recipe.optimizer](rate)


def _schedule(
    recipe: Recipe,
) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """Return the recipe's learning rate, or its schedule of them."""
    if recipe.schedule == "constant":
        return recipe.learning_rate
    # Up and down once over the whole run, as L. Smith's one-cycle policy (2018) does.
    steps = recipe.epochs * recipe.steps_per_epoch
    return keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 10,
        warmup_target=recipe.learning_rate,
        warmup_steps=steps // 5,
        decay_steps=steps - steps // 5,
    )
