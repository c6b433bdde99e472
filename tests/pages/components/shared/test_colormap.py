import numpy as np

from pages.components.shared import colormap


def test_the_stronger_the_lighter():
    colours = colormap.coloured(np.linspace(0, 2, 50)[None], top=2.0)
    assert (np.diff(colours.sum(axis=2, dtype=int)) >= 0).all()
    np.testing.assert_array_equal(colours[0, 0], colormap.RAMP[0])
    np.testing.assert_array_equal(colours[0, -1], colormap.RAMP[-1])


def test_where_nothing_is_strong_all_is_as_dark_as_paper():
    colours = colormap.coloured(np.zeros((2, 2)), top=0.0)
    assert (colours == colormap.PAPER).all()


def test_ink_is_brighter_than_paper_under_any_heat():
    image = np.array([[0.0, 1.0]])
    for heat in (0.0, 0.5, 1.0):
        paper, ink = colormap.heated(image, np.full((1, 2), heat))[0].sum(axis=1)
        assert ink > paper
