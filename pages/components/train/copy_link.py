"""A button that copies the address of the page, which holds the set-up of a run."""

from typing import Final

import streamlit as st

_copy_link = st.components.v2.component(
    "copy_link",
    html="<button>Copy link</button><span role='status'></span>",
    css="""
    button {
        font: inherit; color: var(--st-primary-color); cursor: pointer;
        background: none; border: 0; padding: 0; min-height: 40px;
    }
    button:hover, button:focus-visible { text-decoration: underline; }
    span { margin-left: 0.75em; color: var(--st-text-color); opacity: 0.7; }
    """,
    js="""
    export default function ({ parentElement }) {
        const [button, status] = parentElement.querySelectorAll("button, span");
        button.onclick = async () => {
            status.textContent = (await copy(location.href)) ? "Copied" : location.href;
        };
    }

    // Without HTTPS a browser keeps its clipboard from pages of other machines.
    async function copy(text) {
        try {
            await navigator.clipboard.writeText(text);
            return true;
        } catch {
            const field = document.createElement("textarea");
            field.value = text;
            document.body.append(field);
            field.select();
            const done = document.execCommand("copy");
            field.remove();
            return done;
        }
    }
    """,
)
ABOUT: Final = "The address of this page holds this set-up."


def show() -> None:
    """Offer the link to this set-up, and say what it is for."""
    with st.container(gap=None):  # they do not fit into one line
        st.caption(ABOUT)
        _copy_link(key="copy_link", height="content")
