import json
import threading

import numpy as np
import pytest

from mnist_core.errors import ProbesFull
from mnist_core.runs import probes
from mnist_core.runs.probes import Probe


def digit(value: float, label: int | None = None) -> Probe:
    """Paper all of one grey."""
    return Probe(np.full((28, 28), value, np.float32), label)


def test_a_digit_comes_back_with_its_label_in_the_order_it_was_added(tmp_path, made_up):
    images = made_up.x_train[:2].astype(np.float32) / 255
    probes.add(tmp_path, Probe(images[0], 7))
    probes.add(tmp_path, Probe(images[1]))
    first, second = probes.load(tmp_path)
    assert (first.label, second.label) == (7, None)
    assert np.array_equal(first.image, images[0])
    assert np.array_equal(second.image, images[1])
    assert probes.count(tmp_path) == 2


def test_a_run_without_any_has_none(tmp_path):
    assert probes.load(tmp_path) == []
    assert probes.count(tmp_path) == 0
    assert probes.history(tmp_path) == probes.snapshots(tmp_path) == []


def test_of_many_who_add_at_once_four_can(tmp_path):
    full = []

    def add(number: int) -> None:
        try:
            probes.add(tmp_path, digit(number / 255))
        except ProbesFull:
            full.append(number)

    people = [threading.Thread(target=add, args=(number,)) for number in range(12)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    kept = [round(float(d.image[0, 0]) * 255) for d in probes.load(tmp_path)]
    assert sorted(kept + full) == list(range(12))
    assert len(kept) == probes.MOST
    assert len(list((tmp_path / "probes").iterdir())) == probes.MOST


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:-40],
        lambda content: content.replace(b"label\x003", b"label\x00x"),
        lambda content: b"no picture",
    ],
)
def test_a_damaged_one_is_blank_and_the_others_keep_their_places(tmp_path, damage):
    for number in (1, 2, 3):
        probes.add(tmp_path, digit(number / 5, number + 1))
    path = tmp_path / "probes" / "2.png"
    path.write_bytes(damage(path.read_bytes()))
    first, blank, third = probes.load(tmp_path)
    assert (first.label, blank.label, third.label) == (2, None, 4)
    assert blank.image.shape == (28, 28)
    assert not blank.image.any()
    assert third.image[0, 0] == pytest.approx(0.6, abs=0.01)


def test_what_the_network_said_is_read_as_far_as_it_is_whole(tmp_path):
    row = {"epoch": 0.5, "step": 3, "seconds": 1.0, "probabilities": [[0.1] * 10]}
    text = json.dumps(row) + "\n" + json.dumps(row)[:30]
    (tmp_path / "probes.jsonl").write_text(text)
    assert probes.history(tmp_path) == [row]
    place = {"epoch": 0.5, "step": 3, "seconds": 1.0}
    wrong = {"index": 5, "label": 3, "predicted": 8, "confidence": 0.9}
    good = {**place, "filters": [[100, 0, -5] * 3], "mistakes": [wrong]}
    others = [
        *(
            {**good, "filters": filters}
            for filters in (None, 5, [1], [[1, 2]], [["1"]])
        ),
        *({**good, "mistakes": [{**wrong, name: -1}]} for name in wrong),
    ]
    rows = "".join(json.dumps(each) + "\n" for each in [*others, good])
    (tmp_path / "snapshots.jsonl").write_text(rows)
    assert probes.snapshots(tmp_path) == [good]
