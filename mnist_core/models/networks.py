"""Build the networks, each a literal table of layers, one layer a line.

from mnist_core import recipes
from mnist_core.models import networks
model = networks.build(recipes.get("classic"))
model.summary()
"""

from collections.abc import Callable

import keras
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
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Conv2D(32, 5, use_bias=False),
        layers.MaxPooling2D(2),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(128, use_bias=False),
        layers.BatchNormalization(momentum=0.9),
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
        layers.BatchNormalization(momentum=0.95),
        layers.ReLU(),
        layers.Conv2D(64, 3, use_bias=False),
        layers.BatchNormalization(momentum=0.95),
        layers.ReLU(),
        layers.Conv2D(64, 3, use_bias=False),
        layers.BatchNormalization(momentum=0.95),
        layers.ReLU(),
        layers.Conv2D(128, 3, padding="same", use_bias=False),
        layers.MaxPooling2D(2),
        layers.BatchNormalization(momentum=0.95),
        layers.ReLU(),
        layers.Conv2D(192, 3, use_bias=False),
        layers.BatchNormalization(momentum=0.95),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dropout(0.4),
        layers.Dense(DIGITS, activation="softmax"),
    ]


NETWORKS: dict[NetworkName, Callable[[], list[layers.Layer]]] = {
    "classic": classic,
    "quick": quick,
    "robust": robust,
}


def build(recipe: Recipe) -> keras.Model:
    """Build the recipe's network, compiled: cross-entropy, its optimizer, accuracy.

    The recipe's seed decides the first weights and all that is random in the fit.
    """
    keras.utils.set_random_seed(recipe.seed)
    model = assemble(recipe)
    model.compile(
        optimizer=_optimizer(recipe),
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
    channels_first = keras.config.image_data_format() == "channels_first"
    shape = (1, 28, 28) if channels_first else (28, 28, 1)
    table = [
        layer
        for layer in NETWORKS[recipe.network]()
        if recipe.dropout or not isinstance(layer, layers.Dropout)
    ]
    return keras.Sequential([keras.Input(shape), *table], name=recipe.network)


def correct(labels: keras.KerasTensor, answers: keras.KerasTensor) -> keras.KerasTensor:
    """Tell of each answer (n, 10) whether it is right; of a doodle, to be unsure is."""
    ops = keras.ops
    unsure = ops.max(answers, -1) < 0.5
    same = ops.argmax(answers, -1) == ops.argmax(labels, -1)
    return ops.where(ops.max(labels, -1) < 0.5, unsure, same)


def _optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    """Return the recipe's optimizer."""
    optimizers: dict[OptimizerName, Callable[..., keras.optimizers.Optimizer]] = {
        "adadelta": keras.optimizers.Adadelta,
        "adam": keras.optimizers.Adam,
        "sgd": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    }
    return optimizers[recipe.optimizer](_learning_rate(recipe))


def _learning_rate(
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
