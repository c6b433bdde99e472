"""Measure trainings by our recipes beside the same fit in bare Keras."""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import keras
import tensorflow as tf

from mnist_core import data, recipes
from mnist_core.data import image_augmentation
from mnist_core.models import networks
from mnist_core.recipes import Recipe
from mnist_core.runs import manager
from tests.browser.waiting import wait_until

Lines = Iterator[tuple[str, ...]]
PAIRS = 5
AUGMENTED = 12_800  # images in an epoch that is timed
LIMIT = 3_600  # seconds that a training may take
PUBLISHED = 0.9904  # of the test images, by the published network after ten epochs
AT_MOST = "at most 1.05"


class Fit(NamedTuple):
    """What a training took, and how well the network reads the test images."""

    seconds: float  # of the fit, on the clock
    processor_seconds: float  # of the process that trained, from start to end
    accuracy: float
    loss: float


def quick() -> Lines:
    """Time the quick recipe and bare Keras, in turn, and what the app adds to it."""
    recipe = recipes.get("quick")
    ours, plain, bare, nice = [], [], [], []
    for _ in range(PAIRS):
        ours.append(train(recipe))
        bare.append(fit_in_bare_keras(recipe))
        plain.append(train(recipe, snapshots=False))
        nice.append(fit_in_bare_keras(recipe, nice=10))
    yield from _beside_keras(recipe, ours, bare)
    without = "without snapshots and tests part-way"
    for name, fits in (without, plain), ("bare Keras that stands back (nice 10)", nice):
        yield f"{name} / bare Keras: fit", _ratio(fits, bare, "seconds")
        what = f"{name} / bare Keras: processor seconds"
        yield what, _ratio(fits, bare, "processor_seconds")


def classic() -> Lines:
    """Time an epoch of the published recipe and bare Keras, in turn; then all ten."""
    recipe = recipes.get("classic", epochs=1)
    pairs = [(train(recipe), fit_in_bare_keras(recipe)) for _ in range(PAIRS)]
    ours, bare = (list(fits) for fits in zip(*pairs, strict=True))
    yield from _beside_keras(recipe, ours, bare)
    whole = train(recipes.get("classic"))
    yield "10 epochs: fit", f"{whole.seconds:.1f} s"
    yield "10 epochs: test accuracy, loss", f"{whole.accuracy:.2%}, {whole.loss:.4f}"


def faster() -> Lines:
    """Time how long it takes to read as well as the published network does."""
    published = train(recipes.get("classic"))
    yield "`classic`, ten epochs: fit", f"{published.seconds:.1f} s"
    recipe = recipes.get("quick", epochs=1)
    ours = [train(recipes.get("quick", epochs=1, seed=seed)) for seed in range(PAIRS)]
    one = [_run_module("benchmarks.one_epoch", str(seed)) for seed in range(PAIRS)]
    bar = f"at least {PUBLISHED:.2%}, 40 times faster"
    for name, fits in (f"`{recipe.name}`, one epoch", ours), ("one cycle", one):
        seconds = statistics.median(fit.seconds for fit in fits)
        accuracy = statistics.mean(fit.accuracy for fit in fits)
        found = f"{accuracy:.2%} in {seconds:.1f} s"
        times = f"{published.seconds / seconds:.0f} times faster"
        yield f"{name}: mean of {PAIRS} seeds, median fit", f"{found}, {times}", bar


def quick_seeds() -> Lines:
    """Measure the quick recipe's test accuracy over five seeds, for 1 and 2 epochs."""
    for epochs in (1, 2):
        scores = [
            train(recipes.get("quick", epochs=epochs, seed=seed)).accuracy
            for seed in range(5)
        ]
        spread = f"{min(scores):.2%} to {max(scores):.2%}"
        what = f"test accuracy, {epochs} epoch(s), five seeds: mean (range)"
        yield what, f"{statistics.mean(scores):.2%} ({spread})"


def synthetic() -> Lines:
    """Measure what a network reads that saw made-up digits only."""
    recipe = recipes.get("quick", data="synthetic")
    made_up = data.load_synthetic()
    model = networks.build(recipe)
    x_train, y_train = data.prepare(made_up.x_train, made_up.y_train)
    epochs, batch_size = recipe.epochs, recipe.batch_size
    model.fit(x_train, y_train, epochs=epochs, batch_size=batch_size, verbose=0)
    mnist = data.load_mnist()
    for name, dataset in (("made-up", made_up), ("MNIST's", mnist)):
        test = data.prepare(dataset.x_test, dataset.y_test)
        accuracy = model.evaluate(*test, verbose=0)[1]
        yield f"accuracy on {name} test images", f"{accuracy:.2%}"


def augmented() -> Lines:
    """Measure whether augmentation keeps the robust network waiting."""
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
    ratio = statistics.median(augmented / kept for augmented, kept in pairs)
    yield "an epoch augmented on the way / on images that are ready", f"{ratio:.2f}"


def _seconds(model: keras.Model, dataset: tf.data.Dataset) -> float:
    start = time.perf_counter()
    model.fit(dataset, shuffle=False, verbose=0)
    return time.perf_counter() - start


def _beside_keras(recipe: Recipe, ours: list[Fit], bare: list[Fit]) -> Lines:
    epochs = "1 epoch" if recipe.epochs == 1 else f"{recipe.epochs} epochs"
    for who, fits in (("with live metrics", ours), ("in bare Keras", bare)):
        seconds = statistics.median(fit.seconds for fit in fits)
        scores = f"{fits[0].accuracy:.2%}, {fits[0].loss:.4f}"
        yield f"{epochs} {who}: median fit", f"{seconds:.1f} s"
        yield f"{epochs} {who}: test accuracy, loss", scores
    what = "with live metrics / in bare Keras"
    yield f"{what}: fit", _ratio(ours, bare, "seconds"), AT_MOST
    share = _ratio(ours, bare, "processor_seconds")
    yield f"{what}: processor seconds", share, AT_MOST


def _ratio(ours: list[Fit], bare: list[Fit], field: str) -> str:
    """Write the median of the paired ratios, and all of them."""
    pairs = zip(ours, bare, strict=True)
    ratios = [getattr(one, field) / getattr(other, field) for one, other in pairs]
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    return f"{statistics.median(ratios):.2f} ({each})"


def train(recipe: Recipe, *, snapshots: bool = True) -> Fit:
    """Train in a worker, as the app does.

    Raises:
        RuntimeError: the worker failed.
        TimeoutError: it took more than `LIMIT`.
    """
    before = processor_seconds_of_children()
    run = manager.start(recipe, snapshots=snapshots)
    wait_until(
        lambda: not run.read().is_active,
        seconds=LIMIT,
        problem=f"{recipe.name} has not finished",
    )
    state = run.read()
    # Its seconds are added to those of the children when it is gone.
    worker = Path(f"/proc/{state.pid}")
    wait_until(lambda: not worker.exists(), seconds=60, problem="the worker is left")
    spent = processor_seconds_of_children() - before
    seconds, accuracy, loss = state.fit_seconds, state.test_accuracy, state.test_loss
    if seconds is None or accuracy is None or loss is None:
        raise RuntimeError(f"{recipe.name} is {state.status}: {state.reason}")
    manager.delete(run)
    return Fit(seconds, spent, accuracy, loss)


def fit_in_bare_keras(recipe: Recipe, *, nice: int = 0) -> Fit:
    """Fit the same in a process of its own, without all that a worker adds."""
    return _run_module("benchmarks.bare_keras", json.dumps(recipe.to_dict()), nice=nice)


def _run_module(module: str, argument: str, *, nice: int = 0) -> Fit:
    """Run a module whose last line is its seconds, accuracy and loss as JSON."""
    before = processor_seconds_of_children()
    printed = subprocess.run(
        ["nice", "-n", str(nice), sys.executable, "-m", module, argument],
        check=True,
        timeout=LIMIT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ).stdout
    seconds, accuracy, loss = json.loads(printed.splitlines()[-1])
    return Fit(seconds, processor_seconds_of_children() - before, accuracy, loss)


def processor_seconds_of_children() -> float:
    """Return the processor seconds of this process's children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
