"""Whichever import of its script is done first, a component shows what came last."""

from pages.components.shared import component

SCRIPT = "export default function ({ data, parentElement: at }) { at.is = data.is; }"

# As Streamlit does for each data that comes.
IMPORTS = """async ([script, rounds]) => {
    const shown = [];
    for (let round = 0; round < rounds; round++) {
        const kind = { type: "text/javascript" };
        const url = URL.createObjectURL(new Blob([script, `//${round}`], kind));
        const parentElement = document.createElement("div");
        const send = async (is, sent) => {
            const { default: show } = await import(url);
            show({ data: { is, sent }, parentElement });
        };
        await Promise.all([send("older", ["me", 1]), send("newer", ["me", 2])]);
        shown.push(parentElement.is);
        await send("after a restart", ["me again", 1]);
        shown.push(parentElement.is);
    }
    return shown;
}"""


def test_the_newest_data_is_shown(browser):
    page = browser.new_page()
    shown = page.evaluate(IMPORTS, [component.shows_newest(SCRIPT), 100])
    page.close()
    assert shown == ["newer", "after a restart"] * 100
