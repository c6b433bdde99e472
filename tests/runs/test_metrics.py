import json
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import recipes
from mnist_core.runs import metrics
from mnist_core.runs.metrics import Metrics, Progress

RECIPE = recipes.get("quick", data="synthetic", images=1000, epochs=4)


def batch(epoch: float, seconds: float) -> dict:
    step = round(epoch * RECIPE.steps_per_epoch)
    return {"epoch": epoch, "seconds": seconds, "step": step, "loss": 1, "accuracy": 0}


def epoch_line(epoch: float, seconds: float) -> dict:
    scores = {"loss": 0.2, "accuracy": 0.8, "val_loss": 0.1, "val_accuracy": 0.9}
    return {"epoch": epoch, "seconds": seconds, **scores}


def test_damaged_lines_are_left_out(tmp_path):
    path = tmp_path / "metrics.jsonl"
    assert metrics.read(path) == Metrics([], [])
    good = batch(0.5, 1.0)
    wrong = [
        *({**good, name: value} for name in good for value in (None, "1", [])),
        *({**good, name: -1} for name in ("epoch", "seconds", "step", "accuracy")),
        *({**epoch_line(1, 2.0), "val_accuracy": value} for value in (7, True)),
        *({**good, "sample_loss": 1.0}, {}, [1], None),
    ]
    lines = "".join(f"{json.dumps(row)}\n" for row in [good, *wrong])
    path.write_bytes(lines.encode() + b"\0\0\0\n" + lines[:30].encode())
    assert metrics.read(path) == Metrics([good], [])


def test_an_epoch_of_one_line_has_no_pace_yet():
    alone = Metrics([batch(1.0, 2.0)], [epoch_line(1, 3.0)])
    assert alone.progress(RECIPE) == Progress(0.25, None, None)


def test_lines_within_a_millisecond_have_no_pace():
    so_far = Metrics([batch(0.25, 2.0), batch(0.5, 2.0)], [])
    assert so_far.progress(RECIPE).images_per_second is None


def test_progress_before_there_is_any():
    nothing = Metrics([], []).progress(RECIPE)
    assert nothing == Progress(0.0, None, None)
    first = Metrics([batch(0.1, 5.0)], []).progress(RECIPE)
    assert first == Progress(0.025, None, None)


def test_progress_of_a_steady_run_is_right():
    # After two seconds of start-up, half a second for each quarter of an epoch.
    rows = [batch(n / 4, 2 + n / 2) for n in range(1, 7)]
    progress = Metrics(rows, []).progress(RECIPE)
    assert progress.done == pytest.approx(1.5 / 4)
    assert progress.images_per_second == pytest.approx(500)
    # Four tests on 2,000 images to come; a look at an image takes a third of a step.
    assert progress.seconds_left == pytest.approx(5 + 4 * (2 * 2000 / 1000 / 3))


def test_tests_between_the_epochs_count_as_time_but_not_as_training():
    rows = [batch(0.5, 1.0), batch(1.0, 2.0), batch(1.5, 8.0), batch(2.0, 9.0)]
    progress = Metrics(rows, [epoch_line(1.0, 7.0)]).progress(RECIPE)
    assert progress.images_per_second == pytest.approx(500)
    # Two epochs of two seconds; the tests after three of them take five seconds each.
    assert progress.seconds_left == pytest.approx(2 * 2 + 3 * 5)


def test_the_result_of_a_run_with_validation_takes_a_test_of_its_own():
    rows = [batch(0.5, 1.0), batch(1.0, 2.0)]
    recipe = replace(RECIPE, epochs=1, validation=100)
    progress = Metrics(rows, [epoch_line(1.0, 7.0)]).progress(recipe)
    assert progress.seconds_left == pytest.approx(5)


class MadeUpClock:
    """A run on a clock that is made up: what it would write, and what is truly left.

    A pause leaves no trace: the clock stands still.
    """

    START = 4.0  # seconds to the first line of a worker
    LINE = 0.1  # seconds from line to line

    def __init__(self, recipe, *, epoch, test, between=0.0, look=0.0, wander=0.0):
        self.recipe, self.epoch, self.test = recipe, epoch, test
        self.between, self.look, self.wander = between, look, wander
        self.rng, self.slowness = np.random.default_rng(1), 1.0
        self.now, self.rows = 0.0, []
        self.train(0, recipe.epochs)

    def resume(self, epochs: int, *, slowness: float) -> "MadeUpClock":
        """Have another worker go on after so many epochs, on another machine."""
        self.rows = [each for each in self.rows if each[1]["epoch"] <= epochs]
        self.now, self.slowness = self.rows[-1][1]["seconds"], slowness
        self.train(epochs, self.recipe.epochs)
        return self

    def pass_by(self, seconds: float) -> None:
        spread = self.rng.uniform(1 - self.wander, 1 + self.wander)
        self.now += seconds * self.slowness * spread

    def train(self, first: int, last: int) -> None:
        steps, examples = self.recipe.steps_per_epoch, self.recipe.examples
        written, begins = self.now, True
        self.now += self.START * self.slowness
        for number in range(first * steps, last * steps):
            epoch, batch = divmod(number, steps)
            seen = min((batch + 1) * self.recipe.batch_size, examples)
            self.pass_by(self.epoch * self.recipe.batch_size / examples)
            is_last = batch + 1 == steps
            if is_last or self.now - written >= self.LINE:
                row = batch_line(epoch + seen / examples, self.now, number + 1)
                self.rows.append(("batches", {**row, "begins": begins}))
                written, begins = self.now, False
            if is_last or number + 1 in (1, 8, 16, 32, 64, 128):
                self.pass_by(self.look)
                row = batch_line(epoch + seen / examples, self.now, number + 1)
                self.rows.append(("samples", row))
            if is_last:
                self.pass_by(self.test)
                self.rows.append(("epochs", epoch_line(epoch + 1, self.now)))
                self.pass_by(self.between if epoch + 1 < last else 0)
        self.end = self.now + (
            self.test * self.slowness if self.recipe.validation else 0
        )

    def estimates(self, *, after: float = 0.1):
        """At each line once so much is done: what is left, and what is thought so."""
        known = {"batches": [], "epochs": [], "samples": []}
        every = 10 if len(self.rows) > 1000 else 1  # neighbours say much the same
        for number, (kind, row) in enumerate(self.rows):
            known[kind].append(row)
            if number % every or kind == "samples":
                continue
            progress = Metrics(**known).progress(self.recipe)
            if progress.done >= after and row["seconds"] < self.end:
                yield self.end - row["seconds"], progress.seconds_left


def batch_line(epoch: float, seconds: float, step: int) -> dict:
    return {"epoch": epoch, "seconds": seconds, "step": step, "loss": 1, "accuracy": 0}


CLASSIC, QUICK = recipes.get("classic"), recipes.get("quick")
FEW = recipes.get("classic", images=100, batch_size=16, epochs=16)
CLOCKS = [
    (CLASSIC, {"epoch": 25, "test": 1.5, "look": 0.3}),
    (CLASSIC, {"epoch": 25, "test": 1.5, "wander": 0.5}),
    (QUICK, {"epoch": 5, "test": 0.3, "look": 0.1}),
    (recipes.get("quick", epochs=1), {"epoch": 5, "test": 0.3}),
    (recipes.get("robust", epochs=20), {"epoch": 50, "test": 1.5}),
    # Few images: tests and checkpoints take longer than the training.
    (FEW, {"epoch": 0.3, "test": 4.5, "between": 0.5, "look": 0.5, "wander": 0.1}),
    # A line is an epoch.
    (recipes.get("classic", images=100, epochs=20), {"epoch": 0.05, "test": 1.7}),
]


@pytest.mark.parametrize(("recipe", "clock"), CLOCKS)
def test_the_time_left_is_right_within_a_fifth_once_a_tenth_is_done(recipe, clock):
    estimates = list(MadeUpClock(recipe, **clock).estimates())
    assert len(estimates) > 10
    for left, thought in estimates:
        assert thought == pytest.approx(left, rel=0.2, abs=1)


@pytest.mark.parametrize("slowness", [0.5, 1, 2])
@pytest.mark.parametrize(("recipe", "clock"), [CLOCKS[n] for n in (0, 2, 5, 6)])
def test_so_it_is_a_tenth_after_another_worker_went_on(recipe, clock, slowness):
    epochs = recipe.epochs // 2
    resumed = MadeUpClock(recipe, **clock).resume(epochs, slowness=slowness)
    estimates = list(resumed.estimates(after=0.5 + max(0.1, 1.2 / recipe.epochs)))
    for left, thought in estimates:
        assert thought == pytest.approx(left, rel=0.2, abs=1)
    assert estimates or recipe is QUICK


def test_a_slow_first_look_at_the_network_does_not_make_it_hours():
    # As it was once: a batch of 16 images, and 1.5 seconds to look into the network.
    rows = [
        batch_line(0.16, 5.6, 1),
        batch_line(0.32, 7.1, 2),
        batch_line(0.8, 7.25, 5),
    ]
    so_far = Metrics(rows, [], [batch_line(0.16, 7.06, 1)])
    assert so_far.progress(FEW).seconds_left < 60 * 10
    assert Metrics(rows).progress(FEW).seconds_left > 60 * 10
