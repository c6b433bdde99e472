import pytest

from pages.components.shared import layer_diagram


@pytest.mark.parametrize("count", [1, 2, 10, 97, 128, 512, 768, 9216])
def test_numbers_fill_a_picture_that_is_no_line_if_it_can_be(count):
    rows = layer_diagram.count_rows(count)
    assert count % rows == 0
    if count % 4 == 0:
        assert rows < count
