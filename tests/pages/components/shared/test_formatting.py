import re
from datetime import UTC, datetime

import pytest

from pages.components.shared import formatting


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.9912, "99.1 %"),
        (0.5, "50.0 %"),
        (1.0, "100.0 %"),
        (0.99999, "99.9 %"),
        (0.0, "0.0 %"),
        (0.00001, "0.1 %"),
    ],
)
def test_percent(share, text):
    assert formatting.percent(share) == text


def test_no_probability_is_certainty():
    assert formatting.probability(1.0) == "99.9 %"
    assert formatting.probability(0.987) == "98.7 %"
    assert formatting.probability(0.288) == "29 %"
    assert formatting.probability(0.004) == "0.4 %"
    assert formatting.probability(0.999, digits=0) == "99 %"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "about a second"),
        (12.3, "about 12 s"),
        (89, "about 89 s"),
        (240, "about 4 min"),
    ],
)
def test_duration(seconds, text):
    assert formatting.duration(seconds) == text


def test_date():
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
    assert formatting.date(noon) == "22 Nov 2026"


def test_a_model_that_was_scored_on_pen_drawings_says_so():
    card = {
        "recipe": {"name": "robust"},
        "data": {"name": "mnist"},
        "test_accuracy": 0.9961,
        "created": "2026-11-22T12:00:00+00:00",
    }
    assert formatting.describe_model(card) == "Gets 99.6 % of test digits right"
    assert "pen drawings" not in formatting.explain_model(card)
    more = formatting.explain_model({**card, "pen_accuracy": 0.989})
    assert "Of people's pen drawings it gets 98.9 % right." in more


@pytest.mark.parametrize(
    "text",
    [
        "![](http://pictures.example/a.png)",
        "[here](http://pages.example)",
        "<img src=x>",
        "http://pages.example",
        ":material/home: :red[red] **bold** `code` $x$ ~~no~~ _a_ # a | &lt;",
        "a \\* b",
    ],
)
def test_a_text_of_somebody_else_is_shown_as_it_is(text):
    shown = formatting.plain(text)
    assert re.sub(r"\\(.)", r"\1", shown) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>~$:&#|!]", shown)


def test_words_stay_as_they_are():
    assert (
        formatting.plain("my model 2, it's (not) new.") == "my model 2, it's (not) new."
    )
