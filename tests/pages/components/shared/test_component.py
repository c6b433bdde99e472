"""What is sent to a component is numbered: another number for other data."""

import json

from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st

    from pages.components.shared import component

    show = component.define("numbered", js="export default function () {}")
    show(key="first", data={"value": st.session_state.get("value", 1)})
    show(key="second", data={"value": 1})
    show(key="live", data={"value": 1}, live=True)


def sent(app: AppTest) -> list[tuple[str, int]]:
    return [
        tuple(json.loads(each.proto.json)["sent"]) for each in app.get("bidi_component")
    ]


def test_other_data_has_another_number_and_the_same_has_the_same_but_live():
    app = AppTest.from_function(page, default_timeout=60).run()
    (session, _), *_ = sent(app)
    numbers = [[number for _, number in sent(app)]]
    for value in (1, 2, 2, 1):
        app.session_state["value"] = value
        app.run()
        numbers.append([number for _, number in sent(app)])
        assert {known for known, _ in sent(app)} == {session}
    assert numbers == [[1, 1, 1], [1, 1, 2], [2, 1, 3], [2, 1, 4], [3, 1, 5]]


def test_another_session_counts_by_itself():
    first, second = (AppTest.from_function(page).run(timeout=60) for _ in range(2))
    assert sent(first)[0] != sent(second)[0]
