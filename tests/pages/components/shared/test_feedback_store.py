"""Feedback on answers, and the tally of it, outside of any page."""

from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st

from pages.components.shared import feedback_store
from pages.components.shared.feedback_store import Feedback, Mistakes
from pages.components.shared.inputs import DrawingInput
from pages.components.shared.recognition import NO_DIGIT

IMAGE = np.zeros((28, 28), np.float32)


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session of its own, outside of any page."""
    monkeypatch.setattr(st, "session_state", {})


def result(name: str, predicted: str, png: bytes = b"png"):
    """A recognition of a drawing of this name."""
    parts = [SimpleNamespace(image=IMAGE) for _ in predicted]
    drawing = DrawingInput("drawing", png)
    return SimpleNamespace(id=name, predicted=predicted, parts=parts, input=drawing)


@pytest.mark.parametrize(
    ("label", "predicted", "digits"),
    [
        ("42", "47", [("4", "4"), ("2", "7")]),
        ("42", "4", [("4", "4"), ("2", "4")]),
        (NO_DIGIT, "7", [(NO_DIGIT, "7")]),
        ("42", NO_DIGIT, [("42", NO_DIGIT)]),
    ],
)
def test_a_number_counts_digit_by_digit_where_it_has_as_many(label, predicted, digits):
    assert Feedback(1, label, predicted, b"", []).digits == digits


def test_a_drawing_counts_once_and_keeps_its_number():
    for name, predicted, label in (("a", "7", "7"), ("b", "1", "1"), ("a", "7", "1")):
        feedback_store.record(result(name, predicted), label)
    assert feedback_store.tally() == (1, 2)
    assert [each.number for each in feedback_store.all_feedback()] == [1, 2]


def test_mistakes_are_told_by_label():
    for name, predicted, label in (("a", "7", "1"), ("b", "4", "1"), ("c", "1", "1")):
        feedback_store.record(result(name, predicted), label)
    assert feedback_store.mistakes() == {"1": Mistakes(2, 3, "7, 4")}


def test_feedback_is_on_one_answer_and_can_be_cleared():
    feedback_store.record(result("a", "7"), "7")
    assert feedback_store.feedback_on(result("a", "7")).is_right
    assert feedback_store.feedback_on(result("a", "9")) is None
    feedback_store.clear()
    assert feedback_store.all_feedback() == []


def test_the_oldest_goes_where_pictures_take_too_much_memory(monkeypatch):
    monkeypatch.setattr(feedback_store, "MAX_BYTES", 25)
    for name in "abc":
        feedback_store.record(result(name, "7", png=b"0123456789"), "7")
    assert [each.number for each in feedback_store.all_feedback()] == [2, 3]
