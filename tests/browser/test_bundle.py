from pathlib import Path

import pytest

from mnist_core.browser import bundle


def test_nothing_is_imported_from_a_neighbour():
    code = bundle.bundle(bundle.MODULES)
    assert "import " not in code.replace("important ", "")
    assert "export " not in code


def test_every_module_is_in_it():
    found = {path.stem for path in Path(bundle.__file__).parent.glob("*.mjs")}
    assert found == set(bundle.MODULES)


@pytest.mark.parametrize("name", ["unpack", "Reader", "digits", "Picture", "Pen"])
def test_what_is_exported_can_be_reached(browser, name):
    page = browser.new_page()
    page.add_script_tag(content=bundle.bundle(bundle.MODULES))
    everything = ", ".join(f"...{module}" for module in bundle.MODULES)
    assert page.evaluate(f"typeof ({{{everything}}}).{name}") == "function"
    page.close()
