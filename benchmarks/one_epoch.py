"""Train a small published network for one epoch, and print what `bare_keras` prints.

python -m benchmarks.one_epoch SEED

Two convolutions and a dense layer, by the one-cycle policy that L. Smith describes in
"Super-Convergence", 2018: the settings that are fastest of those published for MNIST.
"""

import json
import sys
import time

import keras
from keras import layers

from mnist_core import data

BATCH_SIZE = 256
RATE = 0.01  # at its highest


def main() -> None:
    """Train with the seed that the one argument gives, and test once at the end."""
    keras.utils.set_random_seed(int(sys.argv[1]))
    mnist = data.load_mnist()
    images, labels = data.prepare(mnist.x_train, mnist.y_train)
    model = _build(steps=len(images) // BATCH_SIZE)
    start = time.perf_counter()
    model.fit(images, labels, batch_size=BATCH_SIZE, epochs=1, verbose=0)
    test = data.prepare(mnist.x_test, mnist.y_test)
    loss, accuracy = model.evaluate(*test, batch_size=BATCH_SIZE, verbose=0)
    print(json.dumps([time.perf_counter() - start, accuracy, loss]))


def _build(steps: int) -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(24, 5, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(
        RATE / 25,
        warmup_target=RATE,
        warmup_steps=int(0.3 * steps),
        decay_steps=steps - int(0.3 * steps),
    )
    adam = keras.optimizers.Adam(rate)
    model.compile(adam, "categorical_crossentropy", metrics=["accuracy"])
    return model


if __name__ == "__main__":
    main()
