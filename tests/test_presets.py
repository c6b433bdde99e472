from dataclasses import replace

import pytest

from mnist_core import presets, recipes


@pytest.mark.parametrize("name", presets.PRESETS)
def test_a_preset_changes_what_its_recipe_has_and_is_known_by_it(name):
    preset = presets.PRESETS[name]
    for data in recipes.TRAINING_IMAGES:
        recipe = presets.recipe(name, data=data)
        base = recipes.get(preset.recipe, data=data)
        differs = {k for k, v in recipe.to_dict().items() if v != base.to_dict()[k]}
        assert differs == preset.changes.keys()
        assert presets.find(recipe) is preset
        assert presets.find(replace(recipe, seed=7)) is None


def test_options_of_the_command_line_have_no_spaces():
    assert presets.BY_OPTION["too-few-images"] == "Too few images"
    assert set(presets.BY_OPTION.values()) == set(presets.PRESETS)
    assert not any(" " in option for option in presets.BY_OPTION)
