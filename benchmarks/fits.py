"""Training by our recipes beside the same fit in bare Keras."""

import statistics
import time
from collections.abc import Iterator

import keras
import tensorflow as tf

from mnist_core import data, recipes
from mnist_core.data import image_augmentation
from mnist_core.models import networks
from mnist_core.runs import manager

Lines = Iterator[tuple[str, str]]
PAIRS = 3
AUGMENTED = 12_800  # images in an epoch that is timed


def quick() -> Lines:
    """The quick recipe and bare Keras, in turn."""
    yield from _beside_keras(recipes.get("quick"), pairs=PAIRS)


def classic() -> Lines:
    """The published recipe, ten epochs, and bare Keras."""
    yield from _beside_keras(recipes.get("classic"), pairs=1)


def quick_seeds() -> Lines:
    """The quick recipe's test accuracy over five seeds, after one and two epochs."""
    for epochs in (1, 2):
        scores = [
            _train(recipes.get("quick", epochs=epochs, seed=seed))["test_accuracy"]
            for seed in range(5)
        ]
        spread = f"{min(scores):.2%} to {max(scores):.2%}"
        what = f"test accuracy, {epochs} epoch(s), five seeds: mean (range)"
        yield what, f"{statistics.mean(scores):.2%} ({spread})"


def synthetic() -> Lines:
    """What a network reads that saw made-up digits only."""
    recipe = recipes.get("quick", data="synthetic")
    made_up = data.load_synthetic()
    model = networks.build(recipe)
    x_train, y_train = data.prepare(made_up.x_train, made_up.y_train)
    fit = {"batch_size": recipe.batch_size, "epochs": recipe.epochs, "verbose": 0}
    model.fit(x_train, y_train, **fit)
    mnist = data.load_mnist()
    for name, dataset in (("made-up", made_up), ("MNIST's", mnist)):
        test = data.prepare(dataset.x_test, dataset.y_test)
        accuracy = model.evaluate(*test, verbose=0)[1]
        yield f"accuracy on {name} test images", f"{accuracy:.2%}"


def augmented() -> Lines:
    """Whether augmentation keeps the network waiting: robust, with it and without."""
    mnist = data.load_mnist()
    images, labels = mnist.x_train[:AUGMENTED], data.one_hot(mnist.y_train[:AUGMENTED])
    recipe = recipes.get("robust")
    batches = image_augmentation.batches(
        images, labels, batch_size=recipe.batch_size, seed=0
    )
    ready = batches.cache()
    model = networks.build(recipe)
    for dataset in (batches, ready):
        model.fit(dataset, shuffle=False, verbose=0)  # the first time is slower
    pairs = [[_seconds(model, source) for source in (batches, ready)] for _ in range(5)]
    ratio = statistics.median(fresh / kept for fresh, kept in pairs)
    yield "an epoch augmented on the way / on images that are ready", f"{ratio:.2f}"


def _seconds(model: keras.Model, dataset: tf.data.Dataset) -> float:
    began = time.perf_counter()
    model.fit(dataset, shuffle=False, verbose=0)
    return time.perf_counter() - began


def _beside_keras(recipe: recipes.Recipe, *, pairs: int) -> Lines:
    ours, bare = [], []
    for _ in range(pairs):
        ours.append(_train(recipe))
        bare.append(_bare_fit(recipe))
    ratios = [
        o["fit_seconds"] / b["fit_seconds"] for o, b in zip(ours, bare, strict=True)
    ]
    for who, results in (("with live metrics", ours), ("in bare Keras", bare)):
        seconds = statistics.median(r["fit_seconds"] for r in results)
        accuracy, loss = results[0]["test_accuracy"], results[0]["test_loss"]
        epochs = f"{recipe.epochs} epochs"
        yield f"{epochs} {who}: median fit", f"{seconds:.1f} s"
        yield f"{epochs} {who}: test accuracy, loss", f"{accuracy:.2%}, {loss:.4f}"
    yield "fit with live metrics / in bare Keras", f"{statistics.median(ratios):.2f}"


def _train(recipe: recipes.Recipe) -> dict[str, float]:
    """Train in a worker, as the app does."""
    run = manager.start(recipe)
    run.wait()
    return run.state


def _bare_fit(recipe: recipes.Recipe) -> dict[str, float]:
    """The same fit in this process: no worker, no callbacks, no metrics."""
    mnist = data.load_mnist()
    train = data.prepare(mnist.x_train[: recipe.images], mnist.y_train[: recipe.images])
    test = data.prepare(mnist.x_test, mnist.y_test)
    model = networks.build(recipe)
    began = time.perf_counter()
    history = model.fit(
        *train,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        validation_data=test,
        verbose=0,
    ).history
    seconds = time.perf_counter() - began
    scores = {"loss": history["val_loss"][-1], "accuracy": history["val_accuracy"][-1]}
    return {"fit_seconds": seconds, **{f"test_{k}": v for k, v in scores.items()}}
