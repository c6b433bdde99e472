"""What is said about a drawing."""

from tests.pages.helpers import answer_text, page_text, props


def test_where_no_digit_comes_close_the_ring_stays_open(open_drawing):
    app = open_drawing(dict.fromkeys(range(10), 0.1), threshold=0.9)
    (ring,) = props(app, "rings")
    assert (ring["digit"], ring["kind"], ring["confidence"]) == ("?", "none", 0)


def test_a_sure_answer_says_only_that(open_drawing):
    app = open_drawing({7: 0.97, 1: 0.03})
    assert props(app, "lines") == ["A 7, 97.0 % sure"]
    assert props(app, "rings")[0]["kind"] == "sure"
    assert props(app, "probabilities")[7] == 0.97


def test_an_unsure_answer_says_what_else_it_could_be(open_drawing):
    app = open_drawing({8: 0.71, 9: 0.25, 1: 0.04})
    assert props(app, "lines") == ["Perhaps an 8, 71.0 % sure", "or a 9 (25 %)"]
    assert props(app, "rings")[0]["kind"] == "unsure"


def test_what_is_no_digit_is_said_to_be_none(open_drawing):
    app = open_drawing({4: 0.5, 9: 0.3, 1: 0.2}, threshold=0.8)
    said = ["That does not look like a digit", "closest to a 4 (50 %)"]
    assert props(app, "lines") == said
    assert props(app, "rings")[0]["kind"] == "none"


def test_one_of_two_digits_is_a_digit_however_close_they_are(open_drawing):
    app = open_drawing({4: 0.52, 9: 0.47, 7: 0.01}, threshold=0.8)
    assert props(app, "lines") == ["Perhaps a 4, 52.0 % sure", "or a 9 (47 %)"]
    assert props(app, "rings")[0]["kind"] == "unsure"


def test_what_is_close_to_no_digit_is_given_none(open_drawing):
    even = dict.fromkeys(range(10), 0.1)
    app = open_drawing(even, threshold=0.8)
    said = ["That does not look like a digit", "no digit comes close"]
    assert props(app, "lines") == said
    assert answer_text(app) == "?"
    app = open_drawing({4: 1.0}, even, threshold=0.8)
    assert props(app, "lines")[0] == "Perhaps 4?"
    assert "One of them does not look like a digit" in page_text(app)


def test_a_number_shows_its_least_sure_digit_and_any_other_when_picked(open_drawing):
    app = open_drawing({4: 0.99, 9: 0.01}, {0: 0.6, 6: 0.4}, {7: 1.0})
    assert answer_text(app) == "407"
    assert [ring["picked"] for ring in props(app, "rings")] == [False, True, False]
    assert "407, 59.4 % sure of all 3 digits" in page_text(app)
    assert "The 0 could be a 6 (40 %)" in page_text(app)
    app.session_state["picked_digit"] = props(app, "drawing"), 0
    app.run()
    assert "The bars are about the 4" in page_text(app)
    assert [ring["picked"] for ring in props(app, "rings")] == [True, False, False]
    app.session_state["picked_digit"] = "another drawing", 2
    app.run()
    assert [ring["picked"] for ring in props(app, "rings")] == [False, True, False]


def test_of_equal_digits_the_place_says_which_is_meant(open_drawing):
    app = open_drawing({2: 1.0}, {0: 1.0}, {2: 1.0}, {6: 1.0})
    for picked in (0, 2):
        app.session_state["picked_digit"] = props(app, "drawing"), picked
        app.run()
        rings = props(app, "rings")
        assert [at for at, ring in enumerate(rings) if ring["picked"]] == [picked]


def test_a_model_that_knows_only_digits_says_so(open_drawing):
    app = open_drawing({7: 1.0})
    assert props(app, "note").startswith("This model has only ever seen digits")
    assert props(open_drawing({7: 1.0}, threshold=0.8), "note") == ""
