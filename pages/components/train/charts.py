"""Accuracy and loss against epochs: of one run, or of a few side by side.

Several times a second, for everybody who watches, these are drawn anew. So the
specification stays the same, word for word, and only the data are new: Vega then
changes the lines in place, without a flicker, and nothing is worked out twice. The ends
of an axis are data, too.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
import streamlit as st

from mnist_core.recipes import Recipe
from mnist_core.runs.metrics import Metrics
from pages.components.shell import present
from pages.components.train import chart_data
from pages.components.train.chart_data import Points


@dataclass(frozen=True)
class Size:
    """How large a chart is drawn, in pixels."""

    height: int
    text: int
    line: float


DESK_SIZE = Size(height=320, text=14, line=2.5)
PRESENT_SIZE = Size(height=520, text=28, line=5)  # to be read at ten metres
FEW = 8  # every so many points of a line can be pointed at
EDGE = 6  # pixels around it all; otherwise half a point is cut off at 100 %
ABOUT = {
    "accuracy": "the share it reads right",
    "loss": "how wrong it is; lower is better",
}
LABELS = {
    "accuracy": {"labelExpr": "round(datum.value * 100) + ' %'"},
    "loss": {"format": ".2~f"},
}
TRAIN, TEST, VALIDATION = "Train", "Test", "Validation"

Spec = dict[str, Any]


@dataclass(frozen=True)
class Curve:
    """A run to draw, and what to call it."""

    label: str  # unlike all others on the chart
    recipe: Recipe
    metrics: Metrics

    @property
    def tested(self) -> str:
        """Return which images the second line is of."""
        return VALIDATION if self.recipe.validation else TEST


def show(
    main: Curve,
    *,
    others: Sequence[Curve] = (),
    until: float | None = None,
    live: bool = False,
) -> None:
    """Draw accuracy and loss against epochs, side by side where there is room.

    Args:
        main: the run. Alone, it has a line for each kind of images; its raw values are
            drawn, too.
        others: up to three runs more. Then each run has a colour.
        until: the epoch to draw the curves up to; None for all there is.
        live: whether it goes on. Then the charts do not say in words where they are,
            because Streamlit builds a chart anew when that changes.
    """
    curves = [main, *others]
    known = [
        chart_data.points_of(curve.metrics, curve.recipe.epochs) for curve in curves
    ]
    size = PRESENT_SIZE if present.is_on() else DESK_SIZE
    parts = *_parts(curves), size
    for column, name in zip(st.columns(2), chart_data.NAMES, strict=True):
        lines = [each[name] for each in known]
        said = "" if live or until is not None else _describe(curves, lines)
        with column:
            st.markdown(_heading(name, curves))
            st.vega_lite_chart(
                spec={**_spec(name, *parts), "datasets": _data(lines, until)},
                key=f"curve-{name}",
                alt=f"{name.capitalize()} by epoch. {said}".strip(),
            )


def _heading(name: str, curves: Sequence[Curve]) -> str:
    if len(curves) == 1:
        return f"**{name.capitalize()}** :small[{ABOUT[name]}]"
    tested = " or ".join(sorted({curve.tested.lower() for curve in curves}))
    return f"**{name.capitalize()}** :small[solid: {tested}, dashed: train]"


def _describe(curves: Sequence[Curve], lines: Sequence[Points]) -> str:
    """Say in words where each line has come to."""
    said = []
    for curve, each in zip(curves, lines, strict=True):
        run = f"{curve.label}, " if len(curves) > 1 else ""
        for kind, line in ((TRAIN, each.train), (curve.tested, each.test)):
            said += [] if line.last is None else [f"{run}{kind} {line.last:.4f}"]
    return "; ".join(said) if len(curves) > 1 else ", ".join(said)


def _data(lines: Sequence[Points], until: float | None) -> dict[str, pa.Table]:
    data = {}
    for n, each in enumerate(lines):
        data[f"train{n}"] = each.train.until(until).table
        data[f"test{n}"] = each.test.until(until).table
    if len(lines) == 1:
        data["raw0"] = lines[0].raw.until(until).table
    reach = max(each.reach for each in lines)
    data["now"] = pa.table({"reach": [float(reach)], "until": pa.array([until], "f8")})
    return data


def _parts(curves: Sequence[Curve]) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """Return what a specification depends on: epochs, runs, kinds of test images."""
    labels = tuple(curve.label for curve in curves)
    tested = tuple(curve.tested for curve in curves)
    return max(curve.recipe.epochs for curve in curves), labels, tested


@lru_cache(maxsize=32)
def _spec(
    name: str,
    epochs: int,
    labels: tuple[str, ...],
    tested: tuple[str, ...],
    size: Size,
) -> Spec:
    """Return the chart without its data; callers must not change it."""
    if len(labels) == 1:
        series, layers = (TRAIN, *tested), _alone(name, tested[0], epochs, size)
    else:
        series, layers = labels, _compared(name, labels, tested, epochs, size)
    x, y, colour = _x(epochs, size), _y(name, size), _colour(series, size)
    lines = {"encoding": {"x": x, "y": y, "color": colour}, "layer": layers}
    return {"height": size.height, "layer": [lines, _rule(x)]}


def _alone(name: str, tested: str, epochs: int, size: Size) -> list[Spec]:
    """Return the lines of one run, a colour for each kind of images."""
    return [
        _line("train0", TRAIN, strokeWidth=size.line),
        _line("raw0", TRAIN, strokeWidth=1, opacity=0.25),
        _line("test0", tested, strokeWidth=size.line),
        _ends("test0", tested, epochs),
        _tips("train0", TRAIN, ("Images", TRAIN), name),
        _tips("test0", tested, ("Images", tested), name),
    ]


def _compared(
    name: str, labels: Sequence[str], tested: Sequence[str], epochs: int, size: Size
) -> list[Spec]:
    """Return the lines of some runs, a colour each; the first lies on top."""
    layers, tips = [], []
    for n, (run, kind) in reversed(list(enumerate(zip(labels, tested, strict=True)))):
        layers += [
            _line(
                f"train{n}",
                run,
                strokeWidth=size.line * 0.6,
                strokeDash=[4, 3],
                opacity=0.7,
            ),
            _line(f"test{n}", run, strokeWidth=size.line),
            _ends(f"test{n}", run, epochs),
        ]
        tips += [
            _tips(f"train{n}", run, ("Run", f"{run}, train"), name),
            _tips(f"test{n}", run, ("Run", f"{run}, {kind.lower()}"), name),
        ]
    return layers + tips


def _line(dataset: str, series: str, **mark: Any) -> Spec:
    mark = {"type": "line", "clip": True, "strokeJoin": "round", **mark}
    return _layer(dataset, series, mark)


def _ends(dataset: str, series: str, epochs: int) -> Spec:
    """Return a point at the end of each epoch; smaller where there are many."""
    size = min(90, 900 // epochs)
    mark = {"type": "point", "filled": True, "size": size, "opacity": 1, "clip": True}
    return _layer(dataset, series, mark, keep="datum.epoch % 1 == 0")


def _tips(dataset: str, series: str, title: tuple[str, str], name: str) -> Spec:
    """Return invisible points to point at: Vega's tooltip of a line shows its first."""
    layer = _layer(
        dataset,
        series,
        {"type": "point", "filled": True, "size": 200, "opacity": 0, "clip": True},
        keep=f"datum.n % {FEW} == 0 || datum.epoch % 1 == 0",
    )
    number = {"window": [{"op": "row_number", "as": "n"}]}
    text = {"calculate": json.dumps(title[1]), "as": "series"}
    layer["transform"] = [number, *layer["transform"], text]
    layer["encoding"]["tooltip"] = [
        {"field": "series", "title": title[0]},
        {"field": "epoch", "title": "Epoch", "format": ".1f", "type": "quantitative"},
        {
            "field": "value",
            "title": name.capitalize(),
            "format": ".4f",
            "type": "quantitative",
        },
    ]
    return layer


def _layer(dataset: str, series: str, mark: Spec, *, keep: str = "") -> Spec:
    return {
        "data": {"name": dataset},
        "transform": [{"filter": keep}] if keep else [],
        # Without this, Streamlit's theme makes up a tooltip.
        "mark": {**mark, "tooltip": None},
        "encoding": {"color": {"datum": series}},
    }


def _rule(x: Spec) -> Spec:
    """Return where the replay stands; it brings the ends of the axis along, too."""
    return {
        "data": {"name": "now"},
        # Its group is empty until the rule is there; screen readers must skip it.
        "mark": {"type": "rule", "color": "#808898", "strokeWidth": 1.5, "aria": False},
        "encoding": {"x": {**x, "field": "until"}},
    }


def _x(epochs: int, size: Size) -> Spec:
    axis = {"tickMinStep": 1, "format": "d", "grid": False}
    return {
        "field": "epoch",
        "type": "quantitative",
        "title": "Epoch",
        "scale": {"domain": [0, epochs], "nice": False, "padding": EDGE},
        "axis": {**axis, "labelFontSize": size.text, "titleFontSize": size.text},
    }


def _y(name: str, size: Size) -> Spec:
    reach = "data('now')[0].reach"
    ends = [f"1 - {reach}", "1"] if name == "accuracy" else ["0", reach]
    return {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "scale": {
            "domain": [{"expr": end} for end in ends],
            "nice": False,
            "zero": False,
            "padding": EDGE,
        },
        "axis": {
            **LABELS[name],
            "labelFontSize": size.text,
            "tickCount": 5,
            "minExtent": 3.2
            * size.text,  # the lines stay where they are when the numbers change
        },
    }


def _colour(series: Sequence[str], size: Size) -> Spec:
    return {
        "type": "nominal",
        "scale": {"domain": list(series)},
        "legend": {
            "title": None,
            "orient": "bottom",
            "offset": 4,
            "columns": 2,
            "labelFontSize": size.text,
            "labelLimit": 20 * size.text,
            "symbolType": "stroke",
            "symbolStrokeWidth": 2 * size.line,
            "symbolSize": 8 * size.text,
            "symbolOpacity": 1,
            "symbolDash": [1, 0],
        },
    }
