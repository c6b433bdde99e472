import numpy as np
import pytest

from mnist_core.evaluation.scores import Score
from mnist_core.inference.rejection import look_like_digits


@pytest.fixture(params=range(5))
def score(request) -> Score:
    """Three hundred digits, a third of them read wrong."""
    rng = np.random.default_rng(request.param)
    digits = rng.integers(0, 10, 300).astype(np.uint8)
    said = np.where(rng.random(300) < 0.33, rng.integers(0, 10, 300), digits)
    answers = rng.dirichlet(np.ones(10), 300) + 2 * np.eye(10)[said]
    return Score(digits, (answers / 3).astype(np.float32))


def pairs(score: Score) -> list[tuple[int, int]]:
    """What each digit is and what it was read as, found one by one."""
    read = [max(range(10), key=row.__getitem__) for row in score.probabilities]
    return list(zip(score.labels.tolist(), read, strict=True))


def sureness(score: Score, places: np.ndarray) -> list[float]:
    return [float(max(score.probabilities[place])) for place in places]


def test_the_table_counts_each_pair(score):
    counted = [[pairs(score).count((d, r)) for r in range(10)] for d in range(10)]
    np.testing.assert_array_equal(score.confusion_matrix, counted)
    assert score.confusion_matrix.dtype.kind == "i"


def test_rows_of_the_table_are_digits_and_its_diagonal_is_right(score):
    np.testing.assert_array_equal(
        score.confusion_matrix.sum(1), np.bincount(score.labels)
    )
    assert score.confusion_matrix.trace() / 300 == pytest.approx(score.accuracy)
    for digit, share in score.per_digit.items():
        row = score.confusion_matrix[int(digit)]
        assert share == pytest.approx(row[int(digit)] / row.sum())


def test_the_mistakes_are_all_that_were_read_wrong(score):
    wrong = [n for n, (digit, read) in enumerate(pairs(score)) if digit != read]
    assert sorted(score.mistakes) == wrong
    assert len(wrong) == 300 - score.confusion_matrix.trace()


def test_the_cells_share_out_all_digits(score):
    cells = {(d, r): score.indices(d, r) for d in range(10) for r in range(10)}
    assert sorted(np.concatenate(list(cells.values()))) == list(range(300))
    for cell, places in cells.items():
        assert {pairs(score)[place] for place in places} <= {cell}
        assert len(places) == score.confusion_matrix[cell]


def test_the_surest_come_first(score):
    for places in (score.mistakes, score.indices(4, 4), score.indices(7, 7)):
        assert sureness(score, places) == sorted(sureness(score, places), reverse=True)


def test_confusions_are_the_table_beside_its_diagonal_the_most_frequent_first(score):
    counts = [count for _, _, count in score.confusions]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == len(score.mistakes)
    assert all(
        score.confusion_matrix[d, r] == count for d, r, count in score.confusions
    )


def test_digits_that_do_not_occur_have_no_accuracy():
    score = Score(np.array([3, 3]), np.eye(10)[[3, 5]])
    assert score.per_digit == {"3": 0.5}
    assert score.confusions == [(3, 5, 1)]
    assert score.indices(7, 7).tolist() == []


def test_a_model_that_is_never_wrong_has_no_mistakes():
    score = Score(np.arange(10), np.eye(10))
    assert score.accuracy == 1
    assert score.mistakes.tolist() == []
    assert score.confusions == []


@pytest.mark.parametrize(
    ("said", "digit"),
    [
        ({7: 1.0}, True),
        ({7: 0.6, 1: 0.2, 9: 0.2}, True),
        ({4: 0.5, 9: 0.5}, True),  # which of two is another question
        ({4: 0.5, 9: 0.2, 1: 0.3}, False),
        (dict.fromkeys(range(10), 0.1), False),
    ],
)
def test_what_gets_a_little_of_all_is_no_digit(said, digit):
    answer = np.zeros((1, 10))
    answer[0, list(said)] = list(said.values())
    assert look_like_digits(answer, 0.55).tolist() == [digit]
