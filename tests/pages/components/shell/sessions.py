"""Streamlit's session of one visitor, without a server."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from streamlit import runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

Visit = Callable[[AppSession], Awaitable[Any]]


def run_visit(
    visit: Visit, page: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Run a visit to a page, given as Python: a coroutine that is given its session."""
    monkeypatch.setattr(runtime, "get_instance", MagicMock())  # what keeps pictures
    script = folder / "app.py"
    script.write_text(page)

    async def main() -> Any:
        session = AppSession(
            ScriptData(str(script), is_hello=False),
            MemoryUploadedFileManager("/upload"),
            ScriptCache(),
            lambda: None,
            {},
        )
        try:
            return await visit(session)
        finally:
            session.shutdown()
            await ended(session)

    return asyncio.run(main())


async def ended(session: AppSession) -> None:
    """Wait until a run has ended and the loop has heard of all of it."""
    while session._scriptrunner:
        await asyncio.sleep(0.01)
