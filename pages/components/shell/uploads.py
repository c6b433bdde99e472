"""Keep the files that visitors upload, few of each: Streamlit keeps whatever comes.

A browser asks for a place when somebody chose a file in a widget, and sends the file
there. One that comes to another place was not asked for by any widget, and is dropped.
"""

import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec, UploadFileUrlInfo

MAX_FILES: Final = 2  # of a session: what a widget shows, and what takes its place
MAX_BYTES: Final = 300_000_000  # of all sessions together


class Uploads(MemoryUploadedFileManager):
    """Uploaded files by session and place, a limited number.

    When there is no room, the oldest file of the session that holds most goes first.
    """

    def __init__(self, upload_endpoint: str, *, max_bytes: int = MAX_BYTES) -> None:
        super().__init__(upload_endpoint)
        self._max_bytes = max_bytes
        self._places: defaultdict[str, list[str]] = defaultdict(list)
        self._changing = threading.RLock()

    def get_upload_urls(
        self, session_id: str, file_names: Sequence[str]
    ) -> list[UploadFileUrlInfo]:
        """Return a place for each file; only a session's latest places are its own."""
        found = super().get_upload_urls(session_id, file_names[:MAX_FILES])
        with self._changing:
            places = self._places[session_id]
            places += [each.file_id for each in found]
            del places[:-MAX_FILES]
        return found

    def add_file(self, session_id: str, file: UploadedFileRec) -> None:
        """Keep a file, if it comes to a place of this session."""
        with self._changing:
            if file.file_id not in self._places.get(session_id, []):
                return
            super().add_file(session_id, file)
            while len(self.file_storage[session_id]) > MAX_FILES:
                self._remove_oldest(session_id)
            while sum(map(self._size, self.file_storage)) > self._max_bytes:
                self._remove_oldest(max(self.file_storage, key=self._size))

    def remove_session_files(self, session_id: str) -> None:
        """Remove all that belongs to a session that has ended."""
        with self._changing:
            self._places.pop(session_id, None)
            super().remove_session_files(session_id)

    def _remove_oldest(self, session_id: str) -> None:
        self.remove_file(session_id, next(iter(self.file_storage[session_id])))

    def _size(self, session_id: str) -> int:
        return sum(len(file.data) for file in self.file_storage[session_id].values())
