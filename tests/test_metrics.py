import pytest

from mnist_core import metrics, recipes
from mnist_core.metrics import Metrics, Progress

RECIPE = recipes.get("quick", data="synthetic", images=1000, epochs=4)


def batch(epoch: float, seconds: float) -> dict:
    step = round(epoch * RECIPE.steps_per_epoch)
    return {"epoch": epoch, "seconds": seconds, "step": step, "loss": 1, "accuracy": 0}


def epoch_line(epoch: float, seconds: float) -> dict:
    return {"epoch": epoch, "seconds": seconds, "val_loss": 0.1, "val_accuracy": 0.9}


def test_damaged_lines_are_left_out(tmp_path):
    path = tmp_path / "metrics.jsonl"
    assert metrics.read(path) == Metrics([], [])
    good = '{"epoch": 0.5, "seconds": 1.0, "step": 4}\n'
    path.write_bytes(good.encode() + b"\0\0\0\n[1]\n{}\nnull\n" + good[:-9].encode())
    assert metrics.read(path).batches == [{"epoch": 0.5, "seconds": 1.0, "step": 4}]


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
    # Five tests on 2,000 images to come; a look at an image takes a third of a step.
    assert progress.seconds_left == pytest.approx(5 + 5 * (2 * 2000 / 1000 / 3))


def test_tests_between_the_epochs_count_as_time_but_not_as_training():
    rows = [batch(0.5, 1.0), batch(1.0, 2.0), batch(1.5, 8.0), batch(2.0, 9.0)]
    progress = Metrics(rows, [epoch_line(1.0, 7.0)]).progress(RECIPE)
    assert progress.images_per_second == pytest.approx(500)
    # Two epochs of two seconds; the tests after them, of all, take five seconds each.
    assert progress.seconds_left == pytest.approx(2 * 2 + 4 * 5)
