"""Files are kept that a widget asked for, and few of them."""

import pytest
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from pages.components.shell.uploads import MAX_FILES, Uploads


@pytest.fixture
def uploads() -> Uploads:
    return Uploads("/upload", max_bytes=100)


def ask(uploads: Uploads, session: str) -> str:
    """Return a place for a file of this session."""
    return uploads.get_upload_urls(session, ["photo.jpg"])[0].file_id


def send(uploads: Uploads, session: str, place: str, *, size: int = 10) -> None:
    file = UploadedFileRec(place, "photo.jpg", "image/jpeg", bytes(size))
    uploads.add_file(session, file)


def is_kept(uploads: Uploads, session: str, place: str) -> bool:
    return bool(uploads.get_files(session, [place]))


def test_a_file_that_a_widget_asked_for_is_kept_and_goes_with_its_session(uploads):
    place = ask(uploads, "ada")
    send(uploads, "ada", place)
    assert is_kept(uploads, "ada", place)
    uploads.remove_session_files("ada")
    assert not is_kept(uploads, "ada", place)
    send(uploads, "ada", place)
    assert not is_kept(uploads, "ada", place)


def test_one_that_no_widget_asked_for_is_dropped(uploads):
    place = ask(uploads, "ada")
    for session, other in (("ada", "a place"), ("eve", place), ("eve", "a place")):
        send(uploads, session, other)
        assert not is_kept(uploads, session, other)


def test_a_session_has_its_latest_files(uploads):
    places = []
    for _ in range(30):
        places.append(ask(uploads, "ada"))
        send(uploads, "ada", places[-1])
    kept = [is_kept(uploads, "ada", place) for place in places]
    assert kept == [False] * (30 - MAX_FILES) + [True] * MAX_FILES


def test_nor_do_many_places_at_once_hold_more(uploads):
    found = uploads.get_upload_urls("ada", ["photo.jpg"] * 1000)
    for each in found:
        send(uploads, "ada", each.file_id)
    assert len(found) == MAX_FILES


def test_who_holds_most_makes_room_for_others(uploads):
    small = ask(uploads, "ada")
    send(uploads, "ada", small, size=40)
    large = [ask(uploads, "eve"), ask(uploads, "eve")]
    for place in large:
        send(uploads, "eve", place, size=50)
    assert is_kept(uploads, "ada", small)
    assert [is_kept(uploads, "eve", place) for place in large] == [False, True]
