import pytest

from mnist_core import presets, recipes
from mnist_core.runs import manager
from tests.conftest import order
from tests.pages.helpers import page_text

NOTHING = "The address of this page holds this set-up"


@pytest.fixture
def follow(open_page):
    """Opens a link to the Train page."""

    def follow_link(**asked):
        app = open_page()
        app.query_params.update(asked)
        app.switch_page("pages/train.py").run()
        assert not app.exception, app.exception
        return app

    return follow_link


@pytest.fixture
def started(worker):
    """The recipe and the name of the run that Start begins."""

    def press_start(app):
        app.button(key="start").click().run()
        assert not app.exception, app.exception
        run = manager.active()
        worker.append(run)
        return run.read().recipe, run.read().name

    return press_start


def quick(**changes):
    return recipes.get("quick", data="synthetic", **changes)


def test_without_a_change_it_is_the_quick_recipe(open_page, started):
    app = open_page("train")
    assert NOTHING in page_text(app)
    assert not app.query_params
    assert started(app) == (quick(), "quick")


def test_every_value_of_a_recipe_can_be_set(open_page, started):
    app = open_page("train")
    changes = {
        "images": 5_000,
        "epochs": 7,
        "learning_rate": 0.02,
        "batch_size": 64,
        "validation": 500,
        "rare_style_images": 100,
        "doodles": 200,
        "seed": 3,
        "network": "classic",
        "optimizer": "sgd",
        "schedule": "constant",
        "augment": True,
        "dropout": False,
    }
    kinds = {str: app.selectbox, bool: app.toggle, int: app.number_input}
    kinds[float] = app.number_input
    for field, value in changes.items():
        kinds[type(value)](key=field).set_value(value)
    recipe, _ = started(app.run())
    assert recipe == quick(**changes)
    unset = {"name", "data", "strokes", "pen_images"}  # not by hand, or with pens alone
    assert changes.keys() == recipe.to_dict().keys() - unset


def test_every_value_says_what_it_is(open_page):
    app = open_page("train")
    for widget in (*app.number_input, *app.toggle):
        assert widget.help.endswith("."), widget.key


def test_a_link_fills_the_form(follow, started):
    asked = {"recipe": "classic", "images": "300", "dropout": "false", "seed": "7"}
    app = follow(**asked)
    assert app.query_params == asked
    assert not app.warning[1:]  # the first says that the digits are made up
    changes = {"images": 300, "dropout": False, "seed": 7}
    expected = recipes.get("classic", data="synthetic", **changes)
    assert started(app)[0] == expected


def test_what_a_recipe_has_anyway_is_not_in_the_address(follow):
    app = follow(recipe="quick", epochs="2", images="300")
    assert app.query_params == {"images": "300"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("epochs", "1000", "epochs = 1000 (can be 1 to 100)"),
        ("images", "20000", "images = 20000 (can be 100 to 10,000)"),
        ("epochs", "inf", "epochs = inf (can be 1 to 100)"),
        ("learning_rate", "nan", "learning_rate = nan (can be 1e-06 to 10.0)"),
        ("images", "many", "images = many"),
        ("dropout", "perhaps", "dropout = perhaps (can be true, false)"),
        ("optimizer", "magic", "optimizer = magic (can be adadelta, adam, sgd)"),
        ("recipe", "secret", "recipe = secret (can be classic, quick, robust)"),
        ("preset", "Life", "preset = Life (can be Too few images"),
        ("colour", "red", "colour = red (is not known here)"),
        ("pens", "true", "pens = true (is not known here)"),
    ],
)
def test_what_a_link_cannot_have_is_named_and_left_out(
    follow, started, name, text, said
):
    app = follow(**{name: text, "seed": "7"})
    assert f"Left out of the link: {said}" in page_text(app).replace("`", "")
    assert app.query_params == {"seed": "7"}
    app.number_input(key="seed").set_value(8).run()
    assert "Left out" not in page_text(app)
    assert started(app)[0] == quick(seed=8)


def test_words_in_a_link_are_shown_as_they_are(follow):
    app = follow(**{"a`b": "`[free](http://example.org)`\n# now" + "!" * 500})
    said = next(w.value for w in app.warning if "Left out" in w.value)
    assert "`ab = [free](http://example.org)# now" in said
    assert said.count("`") == 2
    assert len(said) < 150


def test_another_recipe_brings_its_own_values(follow, started):
    app = follow(images="300", seed="7", dropout="false")
    app.get("button_group")[1].set_value("robust").run()
    assert not app.exception
    assert app.query_params.keys() <= {"recipe"}
    assert started(app)[0] == recipes.get("robust", data="synthetic")


@pytest.mark.parametrize("preset", presets.PRESETS)
def test_a_preset_fills_the_form_and_names_the_model(open_page, started, preset):
    app = open_page("train")
    app.number_input(key="seed").set_value(7).run()
    app.get("button_group")[0].set_value(preset).run()
    wanted = presets.PRESETS[preset]
    assert wanted.question in page_text(app)
    expected = recipes.get(wanted.recipe, data="synthetic", **wanted.changes)
    assert started(app) == (expected, preset)


def test_a_link_can_change_a_preset(follow, started):
    asked = {"preset": "No dropout", "epochs": "3"}
    app = follow(**asked)
    assert app.query_params == asked
    expected = presets.recipe("No dropout", data="synthetic")
    assert started(app)[0] == recipes.Recipe(**{**expected.to_dict(), "epochs": 3})


def test_another_recipe_ends_a_preset(follow, started):
    app = follow(preset="No dropout")
    app.get("button_group")[1].set_value("quick").run()
    assert presets.PRESETS["No dropout"].question not in page_text(app)
    assert started(app) == (quick(), "quick")


def test_a_preset_that_is_left_leaves_its_recipe(follow, started):
    app = follow(preset="No dropout")
    app.get("button_group")[0].set_value(None).run()
    assert app.query_params == {"recipe": "classic"}
    assert started(app)[0] == recipes.get("classic", data="synthetic")


def test_too_few_images_are_said_at_once(open_page):
    app = open_page("train")
    app.number_input(key="images").set_value(500)
    app.number_input(key="validation").set_value(450).run()
    assert [error.value for error in app.error] == [
        "Validation images: too few images are left to learn from."
    ]
    app.number_input(key="validation").set_value(400).run()
    assert not app.error


def test_the_model_can_be_named(open_page, started):
    app = open_page("train")
    app.text_input(key="run_name").set_value("../secret").run()
    assert "cannot be a name" in app.error[0].value
    app.text_input(key="run_name").set_value(" My first ").run()
    assert not app.error
    assert not app.query_params
    assert started(app) == (quick(), "My first")


def test_the_set_up_stays_while_one_looks_at_other_pages(follow, started):
    asked = {"images": "300", "dropout": "false"}
    app = follow(**asked)
    app.query_params.clear()  # as the browser does
    app.switch_page("pages/samples.py").run()
    assert not app.query_params
    app.switch_page("pages/train.py").run()
    assert app.query_params == asked
    assert started(app)[0] == quick(images=300, dropout=False)


def test_the_set_up_is_there_again_after_a_run(follow, started):
    app = follow(images="300", preset="No dropout")
    started(app)
    app.run()
    assert not app.query_params
    assert "images" not in {widget.key for widget in app.number_input}
    order(manager.active(), "")
    app.run()
    assert app.query_params == {"images": "300", "preset": "No dropout"}
    assert app.number_input(key="images").value == 300


def test_images_of_pen_drawings_are_chosen_with_these(
    follow, started, monkeypatch, pen_file
):
    monkeypatch.setenv("MNIST_STROKES", str(pen_file))
    app = follow(seed="7")
    assert "pen_images" not in {widget.key for widget in app.number_input}
    app.toggle(key="pens").set_value(True).run()
    app.number_input(key="pen_images").set_value(500).run()
    expected = quick(seed=7, strokes=pen_file.name, pen_images=500)
    assert started(app)[0] == expected


def test_a_link_can_ask_for_pen_drawings(follow, started, monkeypatch, pen_file):
    monkeypatch.setenv("MNIST_STROKES", str(pen_file))
    app = follow(pens="true", pen_images="500")
    assert app.query_params == {"pens": "true", "pen_images": "500"}
    assert started(app)[0] == quick(strokes=pen_file.name, pen_images=500)
