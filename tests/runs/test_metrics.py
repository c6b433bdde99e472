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
    """A run on a clock that is made up: what it would write, and what is truly left."""

    def __init__(self, recipe, *, second_an_epoch, second_a_test, wander=0.0):
        rng = np.random.default_rng(1)
        self.recipe, self.rows, now = recipe, [], 3.0  # it takes time to begin
        lines = max(1, round(second_an_epoch / 0.1))  # one each tenth of a second
        for epoch in range(recipe.epochs):
            for line in range(1, lines + 1):
                now += second_an_epoch / lines * rng.uniform(1 - wander, 1 + wander)
                self.rows.append(("batches", batch(epoch + line / lines, now)))
            now += second_a_test * rng.uniform(1 - wander, 1 + wander)
            self.rows.append(("epochs", epoch_line(epoch + 1, now)))
        self.end = now + (second_a_test if recipe.validation else 0)

    def estimates(self):
        """At each line once a tenth is done: what is left, and what is thought so."""
        known = {"batches": [], "epochs": []}
        every = 10 if len(self.rows) > 1000 else 1  # neighbours say much the same
        for number, (kind, row) in enumerate(self.rows):
            known[kind].append(row)
            if number % every:
                continue
            progress = Metrics(**known).progress(self.recipe)
            if progress.done >= 0.1:
                yield self.end - row["seconds"], progress.seconds_left


CLASSIC = recipes.get("classic")


@pytest.mark.parametrize(
    ("recipe", "clock"),
    [
        (CLASSIC, {"second_an_epoch": 25, "second_a_test": 1.5}),
        (CLASSIC, {"second_an_epoch": 25, "second_a_test": 1.5, "wander": 0.5}),
        (recipes.get("quick"), {"second_an_epoch": 5, "second_a_test": 0.3}),
        (recipes.get("quick", epochs=1), {"second_an_epoch": 5, "second_a_test": 0.3}),
        (recipes.get("robust"), {"second_an_epoch": 50, "second_a_test": 1.5}),
        # Few images: the tests take longer than the training, a line is an epoch.
        (
            recipes.get("classic", images=100, epochs=20),
            {"second_an_epoch": 0.05, "second_a_test": 1.7},
        ),
    ],
)
def test_the_time_left_is_right_within_a_fifth_once_a_tenth_is_done(recipe, clock):
    estimates = list(MadeUpClock(recipe, **clock).estimates())
    assert len(estimates) > 10
    for left, thought in estimates:
        assert thought == pytest.approx(left, rel=0.2)
