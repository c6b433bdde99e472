"""Fit by a recipe in bare Keras, and print seconds, accuracy and loss as JSON.

python -m benchmarks.bare_keras '{"name": "quick", ...}'
"""

import json
import sys
import time

from mnist_core import data
from mnist_core.models import networks
from mnist_core.recipes import Recipe


def main() -> None:
    """Fit the network of the recipe that the one argument holds, and test it."""
    recipe = Recipe.from_dict(json.loads(sys.argv[1]))
    mnist = data.load_mnist()
    train = data.prepare(mnist.x_train[: recipe.images], mnist.y_train[: recipe.images])
    model = networks.build(recipe)
    start = time.perf_counter()
    history = model.fit(
        *train,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        validation_data=data.prepare(mnist.x_test, mnist.y_test),
        verbose=0,
    ).history
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, history["val_accuracy"][-1], history["val_loss"][-1]]))


if __name__ == "__main__":
    main()
