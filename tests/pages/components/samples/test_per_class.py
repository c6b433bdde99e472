from dataclasses import replace

import numpy as np

from pages.components.samples import per_class


def test_the_averages_are_those_of_the_data_set_that_is_shown(made_up):
    """MNIST may come to be there after the made-up digits were shown."""
    darker = replace(made_up, name="mnist", x_train=made_up.x_train // 2)
    bright = per_class.averages(made_up.name, made_up)
    dark = per_class.averages(darker.name, darker)
    for digit in range(10):
        images = made_up.x_train[made_up.y_train == digit]
        np.testing.assert_allclose(bright[digit], images.mean(axis=0), atol=0.5)
        np.testing.assert_allclose(dark[digit], (images // 2).mean(axis=0), atol=0.5)
