"""The command that brings in a model of Keras 2."""

from mnist_core.models import registry
from tests.conftest import rows
from tests.models.test_keras2 import ARCHITECTURE, WEIGHTS


def test_a_network_of_keras_2_becomes_a_model_of_ours(call):
    files = ARCHITECTURE, WEIGHTS, "--data", "synthetic"
    status, output, problem = call("import", *files, "--name", "old", "--json")
    assert status == 0, problem
    (result,) = rows(output)
    assert result["test_accuracy"] > 0.9, "it was trained on such digits"
    stored = registry.find("old")
    assert stored.problem is None
    assert stored.card["test_accuracy"] == result["test_accuracy"]
    assert stored.card["imported"]["keras"].startswith("2.")
    assert stored.card["history"]["loss"] == [], "nobody knows how it was trained"
    assert registry.load("old").count_params() == 80_730
    assert "imported" in call("models")[1]


def test_what_cannot_be_brought_in_ends_with_a_sentence(call, home):
    status, _, problem = call("import", WEIGHTS, ARCHITECTURE)
    assert status == 1
    assert "model_digit.h5 cannot be brought in" in problem
    assert "no.json: No such file" in call("import", "no.json", "no.h5")[2]
    assert not (home / "models").exists()
