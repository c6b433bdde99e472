"""What is worked out for curves in the browser, in one that shows no page."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pages.components.shared import formatting
from pages.components.train import run_view

CURVES = Path(run_view.__file__).with_name("curves.js")
LOSS_STEPS = [0.4, 1, 2.5, 5, 10, 25, 50, 100]


@pytest.fixture(scope="module")
def work_out(browser):
    """Calls a function of curves.js."""
    page = browser.new_page()
    page.add_script_tag(path=CURVES)

    def call(code: str, *arguments):
        return page.evaluate(f"(given) => ({code})(...given)", list(arguments))

    yield call
    page.close()


def falling(count: int, *, noise: float = 0.0, final: float = 0.05) -> np.ndarray:
    """Losses as a good run has them."""
    at = np.linspace(0, 1, count)
    wild = np.random.default_rng(1).normal(0, noise, count)
    return (final + (2.3 - final) * np.exp(-20 * at)) + wild


def smoothed(work_out, epochs, values) -> np.ndarray:
    code = """(width, epochs, values) => {
        const smoother = new Smoother(width);
        return epochs.map((epoch, n) => smoother.next(epoch, values[n]));
    }"""
    width = 10 / 80  # as for a run of ten epochs
    return np.array(work_out(code, width, epochs.tolist(), values.tolist()))


@pytest.mark.parametrize("limit", [-1, 0, 0.5, 1, 1.5, 2, 3, 9])
def test_a_place_in_a_run_is_found(work_out, limit):
    numbers = [0, 1, 1, 2, 3]
    expected = np.searchsorted(numbers, limit, side="right")
    assert work_out("countUntil", numbers, limit) == expected
    assert work_out("countUntil", [], limit) == 0


def test_a_smoothed_line_is_calm_and_on_time(work_out):
    epochs = np.arange(1, 3001) / 300
    train = smoothed(work_out, epochs, falling(3000, noise=0.1))
    assert np.abs(train - falling(3000))[150:].mean() < 0.03
    late = train[-700:]
    assert late.std() < 0.1 / 4
    assert late.mean() == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize("count", [0, 1, 2, 399, 20_001])
def test_of_each_column_of_pixels_first_lowest_highest_and_last_are_drawn(
    work_out, count
):
    values = np.random.default_rng(2).random(count)
    at = np.arange(count) / max(count, 1)
    code = "(xs, ys) => keptPoints(xs, ys, (x) => Math.floor(x * 100))"
    kept = work_out(code, at.tolist(), values.tolist())
    assert kept == sorted(set(kept))
    assert len(kept) <= 400
    for column in range(100):
        inside = np.flatnonzero(np.floor(at * 100) == column)
        if len(inside):
            found = [n for n in kept if n in set(inside)]
            assert (found[0], found[-1]) == (inside[0], inside[-1])
            assert min(values[found]) == min(values[inside])
            assert max(values[found]) == max(values[inside])


def reaches(work_out, losses) -> list[float]:
    """How far the axis goes after each tenth line of a run."""
    epochs = np.arange(1, len(losses) + 1) * 10 / len(losses)
    train = smoothed(work_out, epochs, losses).tolist()
    code = """(steps, values, train) => train.map((_, n) => n)
        .filter((n) => n % 10 === 9)
        .map((n) => reach(steps, [values.slice(0, n + 1)], [train[n]]))"""
    return work_out(code, LOSS_STEPS, losses.tolist(), train)


@pytest.mark.parametrize("final", [0.02, 0.3, 0.36, 0.4, 0.42, 0.9, 1.0])
def test_an_axis_does_not_flip_for_noisy_lines(work_out, final):
    found = reaches(work_out, falling(1000, noise=0.1, final=final))
    assert sum(a != b for a, b in pairwise(found)) <= 4
    assert found[-1] >= min(final, 1.0)


def test_an_axis_has_room_for_what_goes_wrong_and_shows_what_comes_of_it(work_out):
    assert reaches(work_out, falling(300))[-1] == 0.4
    diverging = np.concatenate([np.full(100, 30.0), np.full(2000, 2.3)])
    found = reaches(work_out, diverging)
    assert (found[5], found[-1]) == (50, 2.5), "2.3 can be read after a loss of 30"
    assert work_out("reach", LOSS_STEPS, [[0.1] * 99], [7]) == 10, "the latest is seen"
    assert work_out("reach", LOSS_STEPS, [[0.1], [3]]) == 5, "of all runs"
    assert work_out("reach", LOSS_STEPS, [[1e9]]) == 1e9
    assert work_out("reach", LOSS_STEPS, [[], []]) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ((0.9, 1, 4), [0.9, 0.95, 1]),
        ((0, 2.5, 5), [0, 0.5, 1, 1.5, 2, 2.5]),
        ((0, 0.0011, 3), [0, 0.0005, 0.001]),
        ((0, 1, 8, True), [0, 1]),
        ((0, 2, 8, True), [0, 1, 2]),
        ((0, 100, 8, True), [0, 20, 40, 60, 80, 100]),
    ],
)
def test_axes_have_round_numbers_and_epochs_whole_ones(work_out, given, expected):
    assert work_out("ticks", *given) == pytest.approx(expected)


def test_an_axis_of_powers_has_some_numbers_wherever_it_begins(work_out):
    assert work_out("logTicks", 0.02, 120) == [0.1, 1, 10, 100]
    assert work_out("logTicks", 0.3, 2.4) == [0.5, 1, 2]


def test_how_fast_it_goes_leaves_out_the_tests_between_epochs(work_out):
    lines = {"epoch": [0.5, 1, 1.5, 2], "seconds": [2, 4, 9, 11]}
    assert work_out("imagesPerSecond", lines, 2, 1000) == 250
    assert work_out("imagesPerSecond", lines, 0.6, 1000) is None
    single = {"epoch": [1, 2], "seconds": [4, 9]}
    assert work_out("imagesPerSecond", single, 2, 1000) == 200
    unknown = {"epoch": [1, 2], "seconds": []}
    assert work_out("imagesPerSecond", unknown, 2, 1000) is None


@pytest.mark.parametrize("digits", [0, 1, 2])
@pytest.mark.parametrize("share", [0, 0.00001, 0.1234, 0.5, 0.99996, 1])
def test_shares_are_written_as_on_the_other_pages(work_out, share, digits):
    expected = formatting.percent(share, digits=digits)
    assert work_out("percent", share, digits) == expected


def test_an_answer_that_flickers_is_not_marked(work_out):
    answers = [[at, 1 if at in (300, 310) else 7] for at in range(0, 1000, 10)]
    assert work_out("lastingAnswers", answers, 90) == [[0, 7]]
    brief = [[0, 5], [10, 2], [20, 5], [30, 8]]
    assert work_out("lastingAnswers", brief, 90) == [[30, 8]]
    assert work_out("lastingAnswers", [[10, 3], [510, 7]], 90) == [[10, 3], [510, 7]]
    assert work_out("lastingAnswers", [], 90) == []
