"""The command that writes a model for other places."""

from mnist_core.export import formats
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


def test_a_model_for_another_runtime_says_how_it_was_checked(
    call, save, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    save("ada")
    status, output, problem = call("export", "ada", "--format", "json+h5", "--json")
    assert status == 0, problem
    (result,) = rows(output)
    assert result["file"] == "ada-json+h5.zip"
    assert (tmp_path / result["file"]).exists()
    assert result["same_digits"] == result["images"] == 1000
    assert result["largest_difference"] < 1e-5
    assert result["runtime"].startswith("keras ")


def test_a_package_that_is_missing_is_named_with_a_command(call, monkeypatch, tmp_path):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    path = tmp_path / "x.zip"
    status, _, problem = call("export", "--format", "onnx", "-o", path)
    assert status == 1
    assert "This format needs onnx and onnxruntime" in problem
    assert not path.exists()
