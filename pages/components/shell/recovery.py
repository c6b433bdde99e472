"""Load the page again where it has become empty.

Streamlit's part in the browser is one tree of React's. An error in it that no element
catches takes the whole tree away, and nothing brings it back: the page stays white.
What the visitor had is on the server (`pages.components.shell.visitor_state`).
"""

from typing import Final

from pages.components.shared import component

TOO_SOON: Final = 20_000  # milliseconds; who was helped so lately is not helped by this

_recovery = component.define(
    "recovery",
    html="<div></div>",
    js="""
    export default function ({ data }) {
        if (window.recovers) return;
        window.recovers = true;
        const root = document.getElementById("root");
        const [navigation] = performance.getEntriesByType("navigation");
        new MutationObserver((_, observer) => {
            if (root.childElementCount) return;
            observer.disconnect();
            const failsAgain = performance.now() < data.tooSoon;
            if (navigation?.type !== "reload" || !failsAgain) location.reload();
            else root.textContent = data.words;
        }).observe(root, { childList: true });
    }
    """,
    isolate_styles=False,
)


def watch() -> None:
    """Have the browser watch that the page does not become empty."""
    words = "This page has failed twice. Please load it again."
    data = {"tooSoon": TOO_SOON, "words": words}
    _recovery(key="recovery", data=data, height="content")
