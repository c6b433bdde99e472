"""The log of the server: a line an event, no matter what somebody sends."""

import logging
import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.components.shell import server_log
from tests.pages.helpers import button, page_text

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (INFO   |WARNING|ERROR  ) (.+)")
LOG = logging.getLogger("pages.components.shell.test")


def events() -> list[str]:
    """What happened, without the times."""
    lines = server_log.path().read_text().splitlines()
    return [LINE.fullmatch(line)[2] for line in lines if not line.startswith(" ")]


def test_an_event_is_a_line_whatever_is_in_it(home):
    with server_log.writing():
        LOG.info("a name: %s", "x\n2026-11-27 08:00:00 INFO    forged\x1b[2J\u2028y")
        LOG.info("z" * 100_000)
    assert events()[0] == "server started"
    assert events()[1] == "a name: x"
    assert events()[2].startswith("zzz")
    assert events()[3:] == ["server ended"]
    assert server_log.path().stat().st_size < 1000
    assert "\x1b" not in server_log.path().read_text()


def test_what_a_page_raises_is_logged_with_where_it_was(home):
    with server_log.writing():
        AppTest.from_string("def fail():\n    1 / 0\nfail()").run()
    assert events()[1] == "Uncaught app execution"
    text = server_log.path().read_text()
    assert "in fail" in text
    assert "\n    ZeroDivisionError: division by zero\n" in text


def test_it_does_not_grow_for_ever(home, monkeypatch):
    monkeypatch.setattr(server_log, "MOST_BYTES", 2000)
    with server_log.writing():
        for _ in range(200):
            LOG.info("the same again")
    files = sorted(server_log.path().parent.iterdir())
    assert len(files) == 1 + server_log.OLD_FILES
    assert all(file.stat().st_size <= 2000 for file in files)


def test_where_nothing_can_be_written_it_goes_to_the_error_stream(
    tmp_path: Path, monkeypatch, capsys
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MNIST_HOME", str(tmp_path / "file"))
    with server_log.writing():
        LOG.info("here")
    assert "here" in capsys.readouterr().err


def test_it_says_who_came_and_what_was_refused_and_archived(home, open_page):
    with server_log.writing():
        page = open_page()
        page.run()
        button(page, "Archive and start fresh").click().run()
        button(page, "Put all of it aside").click().run()
    (folder,) = (home / "archive").iterdir()
    came, archived = events()[1:-1]
    assert came == "a visitor came from this machine"
    assert archived == f"all was archived: {folder.name}"


def test_it_says_which_picture_was_refused_and_why(home, open_page, stub_network):
    stub_network({7: 1.0})
    with server_log.writing():
        page = open_page(input_method="Picture")
        page.file_uploader[0].set_value(("a.png", b"\x89PNG", "image/png")).run()
        assert "cannot be used" in page_text(page)
    assert any(event.startswith("a picture was refused: ") for event in events())
