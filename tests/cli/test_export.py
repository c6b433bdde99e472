"""The command that writes a model for other places."""

from mnist_core.models import registry
from tests.conftest import rows


def test_a_model_is_written_where_it_is_asked_for(call, save, tmp_path, monkeypatch):
    save("ada")
    monkeypatch.chdir(tmp_path)
    status, output, problem = call("export", "ada", "--format", "html", "--json")
    assert status == 0, problem
    (result,) = rows(output)
    assert (result["model"], result["format"]) == ("ada", "html")
    assert "<h1>ada</h1>" in (tmp_path / result["file"]).read_text()
    elsewhere = tmp_path / "digits.html"
    assert call("export", "--format", "html", "-o", elsewhere)[1].strip() == str(
        elsewhere
    )
    assert "<h1>Ready-made model</h1>" in elsewhere.read_text()


def test_a_damaged_model_is_not_written(call, save, tmp_path):
    stored = save("ada")
    (stored.folder / registry.WEIGHTS).write_bytes(b"no weights")
    path = tmp_path / "ada.html"
    status, _, problem = call("export", "ada", "--format", "html", "-o", path)
    assert status == 1
    assert "The model 'ada' is damaged" in problem
    assert not path.exists()
