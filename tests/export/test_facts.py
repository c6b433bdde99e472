"""What a card says in words."""

from mnist_core.export import facts
from mnist_core.models import registry


def test_the_bundled_model_says_how_it_reads_and_where_it_is_from():
    card = registry.find("pretrained").card
    assert facts.summarize(card) == "Reads 99.6 % of the test images of MNIST"
    said = dict(facts.describe(card))
    assert said["Reads right"] == (
        "99.61 % of 10,000 test images of MNIST; 99.80 % of 1,499 pen drawings by "
        "people it never saw"
    )
    assert said["Trained by"] == card["command"]
    assert said["Made"].startswith("27 November 2026, with Keras")
    assert "CC BY 4.0" in said["Sources"]
    for limit in card["limits"]:
        assert limit in said["Known limits"]


def test_a_network_says_nothing_that_is_not_known_of_it(save):
    card = save("ada").card
    said = dict(facts.describe(card))
    assert "Known limits" not in said
    assert "pen" not in " ".join(said.values())
    assert said["Learned from"].startswith("10,000 images of made-up digits, once, in ")
    assert f"{100 * card['test_accuracy']:.2f} %" in said["Reads right"]
