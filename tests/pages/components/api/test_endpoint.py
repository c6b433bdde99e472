"""Programs get what the command line says, or a sentence that says why not."""

import asyncio
import json
import shutil

import pytest

from mnist_core.inference import files
from mnist_core.models import registry
from pages.components.api import endpoint, limits
from pages.components.api.messages import MOST_BYTES, MOST_PICTURES
from pages.components.shared import cache
from tests.asgi import piece
from tests.pages.components.api.conftest import (
    OTHER_PHONE,
    Programs,
    batch,
)

TOKEN = "a token that nobody guesses"
JSON = "application/json"


def test_a_picture_is_read(programs, seven):
    status, headers, said = programs.post(seven)
    assert status == 200
    assert headers["content-type"] == JSON
    assert said["model"] == "pretrained"
    (answer,) = said["answers"]
    assert answer["number"] == "7"
    assert answer["is_digit"] is True


def test_a_batch_gets_what_the_command_line_says(programs, seven, seventeen, tmp_path):
    pictures = [seventeen, b"no picture", seven]
    status, _, said = programs.post(batch(*pictures), JSON)
    assert status == 200
    paths = [tmp_path / f"{n}.png" for n in range(3)]
    for path, picture in zip(paths, pictures, strict=True):
        path.write_bytes(picture)
    predictor = cache.predictor(registry.find("pretrained"))
    expected = list(files.answers(predictor, list(map(str, paths))))
    answers = [dict(row) for row in expected]
    assert [answer.pop("path") for answer in answers] == list(map(str, paths))
    assert said["answers"] == answers
    assert [answer.get("number") for answer in said["answers"]] == ["17", None, "7"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"no picture", "image/png", 422),
        (b"", "image/jpeg", 422),
        (b"{", JSON, 422),
        (b"[" * 100_000, JSON, 422),
        (b'{"pictures": []}', JSON, 422),
        (b'{"pictures": ["?"]}', JSON, 422),
        (b'{"pictures": [""], "model": "quick"}', JSON, 422),
        (batch(*[b""] * (MOST_PICTURES + 1)), JSON, 422),
        (b"", "text/plain", 415),
        (b"", "", 415),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(programs, body, kind, status):
    answered, headers, said = programs.post(body, kind)
    assert answered == status
    assert headers["content-type"] == JSON
    assert said.keys() == {"error"}
    assert said["error"].endswith(".")


def test_a_picture_s_kind_may_say_more(programs, seven):
    assert programs.post(seven, "Image/PNG; q=1")[0] == 200


def test_models_are_listed_and_one_of_them_is_chosen(programs, home, seven):
    shutil.copytree(registry.PRETRAINED, home / "models" / "mine")
    (home / "models" / "bad").mkdir()
    registry.choose("mine")
    status, _, said = programs.get("/api/models")
    assert status == 200
    names = [(model["name"], model["is_default"]) for model in said["models"]]
    assert names == [("mine", True), ("pretrained", False)]
    card = registry.find("pretrained").card
    assert said["models"][1]["pen_accuracy"] == card["pen_accuracy"]
    assert programs.post(seven)[2]["model"] == "mine"
    assert programs.post(seven, query="model=pretrained")[2]["model"] == "pretrained"
    assert programs.post(seven, query="model=none")[0] == 404
    assert programs.post(seven, query="model=bad")[0] == 409


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/none", 404),
        ("GET", "/api/predict", 405),
        ("PUT", "/api/models", 405),
        ("OPTIONS", "/api/predict", 405),  # which a browser asks for other pages
    ],
)
def test_what_is_not_there_is_refused_as_json(programs, method, path, status):
    answered, _, said = asyncio.run(programs.ask(method, path))
    assert answered == status
    assert said.keys() == {"error"}


def test_no_more_is_taken_in_than_is_allowed(programs):
    taken = []

    def endless():
        while True:
            taken.append(piece(bytes(1_000_000), more=True))
            yield taken[-1]

    request = programs.ask("POST", "/api/predict", endless(), content_type="image/png")
    status, _, said = asyncio.run(request)
    assert status == 413
    assert "20,000,000" in said["error"]
    assert len(taken) == MOST_BYTES / 1_000_000 + 1


def test_who_hangs_up_half_way_breaks_nothing(programs, seven):
    pieces = [piece(seven[:100], more=True)]
    assert asyncio.run(programs.ask("POST", "/api/predict", pieces))[0] == 400
    assert programs.post(seven)[0] == 200


def test_who_asks_too_often_waits_and_others_do_not(programs, monkeypatch):
    monkeypatch.setattr(limits, "BURST", 2)
    monkeypatch.setattr(limits, "EVERY", 1000)  # seconds
    assert [programs.get("/api/models")[0] for _ in range(2)] == [200, 200]
    status, headers, said = programs.get("/api/models")
    assert status == 429
    assert 900 < int(headers["retry-after"]) <= 1000
    assert headers["retry-after"] in said["error"]
    assert programs.get("/api/models", peer=OTHER_PHONE)[0] == 200


def test_with_a_token_only_who_shows_it_is_answered(seven):
    programs = Programs(TOKEN)
    for wrong in ("", TOKEN, "Basic x", "Bearer ö"):
        shown = {"authorization": wrong}
        asked = programs.get("/api/models", **shown), programs.post(seven, **shown)
        for status, headers, said in asked:
            assert status == 401
            assert headers["www-authenticate"] == "Bearer"
            assert TOKEN not in said["error"]
    assert programs.get("/api/models")[0] == 401
    right = {"authorization": f"bearer {TOKEN}"}
    assert programs.get("/api/models", **right)[0] == 200
    assert programs.post(seven, **right)[0] == 200
    assert programs.get("/api/openapi.json")[0] == 200  # it says that one is needed


def test_a_token_that_is_easily_guessed_is_none(monkeypatch):
    monkeypatch.setenv(endpoint.VARIABLE, "short")
    with pytest.raises(ValueError, match="16 characters"):
        endpoint.choose_token()
    monkeypatch.setenv(endpoint.VARIABLE, TOKEN)
    assert endpoint.choose_token() == TOKEN
    monkeypatch.setenv(endpoint.VARIABLE, "")
    assert endpoint.choose_token() is None


def test_a_fault_is_told_as_json_and_goes_into_the_log(programs, seven, monkeypatch):
    def fail(_stored):
        raise RuntimeError("secret details")

    monkeypatch.setattr(cache, "predictor", fail)
    said = []
    with pytest.raises(RuntimeError):  # the server writes it into its log
        programs.post(seven, noted=said)
    start, body = said
    assert start["status"] == 500
    assert "secret" not in json.loads(body["body"])["error"]


def test_it_is_there_only_where_it_is_wanted(monkeypatch):
    for value, wanted in (("1", True), ("0", False), ("", False)):
        monkeypatch.setenv(endpoint.SWITCH, value)
        assert endpoint.is_wanted() is wanted
    monkeypatch.delenv(endpoint.SWITCH)
    assert not endpoint.is_wanted()
