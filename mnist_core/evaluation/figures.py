"""Draw figures for files and the command line, as the published work shows them.

from mnist_core.evaluation import figures
figures.to_png(figures.digits(images, labels))      # 3x3 digits
figures.to_png(figures.history(card["history"]))    # accuracy and loss
"""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import numpy.typing as npt

from mnist_core.models.card import History

if TYPE_CHECKING:  # Matplotlib takes a second to load, and few draw a figure
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def digits(images: npt.NDArray[Any], labels: npt.NDArray[Any]) -> "Figure":
    """Draw the first nine images (n, 28, 28) in a 3x3 grid, titled "Digit: 5"."""
    figure = _figure(6, 6.4)
    for axes, image, label in zip(
        figure.subplots(3, 3).flat, images, labels, strict=False
    ):
        axes.imshow(image, cmap="gray", interpolation="none")
        axes.set_title(f"Digit: {label}")
    for axes in figure.axes:
        axes.set_axis_off()
    return figure


def history(values: History, *, validation: bool = False) -> "Figure":
    """Draw accuracy and loss by epoch, on the training and on the test images.

    Args:
        values: one number an epoch.
        validation: whether the last two were measured on training images that were
            kept out, and not on the test images.
    """
    figure = _figure(6.4, 7.2)
    above, below = figure.subplots(2, 1)
    other = "validation" if validation else "test"
    columns = cast(Mapping[str, Sequence[float]], values)
    _panel(above, columns, "accuracy", other, legend="lower right")
    _panel(below, columns, "loss", other, legend="upper right")
    return figure


def _figure(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure  # noqa: PLC0415 - takes a second

    return Figure(figsize=(width, height), layout="constrained")


def _panel(
    axes: "Axes",
    values: Mapping[str, Sequence[float]],
    name: str,
    other: str,
    *,
    legend: Literal["lower right", "upper right"],
) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - loaded with the figure

    epochs = np.arange(1, len(values[name]) + 1)
    axes.plot(epochs, values[name], marker=".", label="train")
    axes.plot(epochs, values[f"val_{name}"], marker=".", label=other)
    axes.set(title=f"model {name}", xlabel="epoch", ylabel=name)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc=legend)


def to_png(figure: "Figure") -> bytes:
    """Return the figure as the bytes of a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=150)
    return buffer.getvalue()
